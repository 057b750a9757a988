"""Rotating tokens: exchanged in time, stored before they are used, one holder at a time, never burnt twice."""

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.amocrm import Account
from sandbox.amocrm.access import DAY
from sandbox.faults import Fault
from services.errors import Refused, RemoteError, Unauthorized, Unclear, Unreachable
from services.integrations.amocrm import authorize_url, complete
from services.integrations.amocrm.connector import AmoCrm
from tests.fakes.clock import RemoteClock
from tests.integrations.amocrm.conftest import BACK, Bench, Safe, doors

TOKEN_REQUEST = "POST oauth2/access_token"


@dataclass
class Permitted:
    """An account that has let our integration in, and two processes that work with it."""

    bench: Bench
    safe: Safe
    connectors: list[AmoCrm]

    @property
    def account(self) -> Account:
        return self.bench.account


async def permit(bench: Bench) -> dict[str, str]:
    """What is stored once somebody has come back from the vendor's page."""
    client = bench.account.access.register(BACK)
    values = {"way": "oauth", "address": bench.account.url, "client_id": client.id, "client_secret": client.secret}
    values["code"] = f"{bench.account.access.allow(client)} {urlsplit(bench.account.url).netloc}"
    return dict(await complete(values, doors(bench.clock)))


@pytest.fixture
async def permitted(bench: Bench) -> Permitted:
    bench.account.access.api_domain = urlsplit(bench.account.url).netloc
    safe = Safe(await permit(bench))
    bench.account.access.exchanges = 0
    return Permitted(bench, safe, [bench.open(safe.secrets, safe=safe) for _ in range(2)])


async def test_a_code_becomes_the_first_pair(bench: Bench) -> None:
    stored = await permit(bench)
    assert stored["redirect_uri"] == BACK
    assert stored["code"] == ""
    assert await complete(stored, doors(bench.clock)) == stored
    assert (await bench.open(stored).check()).ok


@pytest.mark.parametrize("fault", ["used", "old", "foreign secret"])
async def test_a_code_that_is_refused_is_said_so(bench: Bench, fault: str) -> None:
    client = bench.account.access.register(BACK)
    code = bench.account.access.allow(client)
    secret = "0" * 64 if fault == "foreign secret" else client.secret
    values = {"way": "oauth", "address": bench.account.url, "client_id": client.id, "client_secret": secret}
    values["code"] = f"{code} "
    if fault == "old":
        bench.clock.advance(20 * 60)
    if fault == "used":
        await complete(values, doors(bench.clock))
    with pytest.raises(Refused) as refused:
        await complete(values, doors(bench.clock))
    assert refused.value.why == "code_refused"


FORGED = [
    "evil.example.org",
    "demo.amocrm.ru.evil.example.org",
    "a.b.amocrm.ru",
    "www.amocrm.ru",
    "amocrm.ru",
    "demo.amocrm.ru:8443",
    "demo.amocrm.ru/x",
    "user@demo.amocrm.ru",
    "127.0.0.1:1",
    "localhost",
    "demo.amocrm.ru evil.example.org",
]


@pytest.mark.parametrize("referer", FORGED)
async def test_a_forged_return_gets_neither_code_nor_secret(bench: Bench, referer: str) -> None:
    client = bench.account.access.register(BACK)
    values = {"way": "oauth", "address": bench.account.url, "client_id": client.id, "client_secret": client.secret}
    with pytest.raises(Refused) as refused:
        await complete({**values, "code": f"code {referer}"}, doors(bench.clock))
    assert refused.value.why == "wrong_return"


def test_the_page_belongs_to_the_vendor_of_the_account(bench: Bench) -> None:
    sites = {"https://demo.amocrm.ru": "www.amocrm.ru", "https://demo.kommo.com": "www.kommo.com"}
    for address, site in sites.items():
        url = urlsplit(authorize_url({"address": address, "client_id": "id-1"}, "state-1", doors(bench.clock)))
        assert (url.scheme, url.netloc, url.path) == ("https", site, "/oauth")
        assert parse_qs(url.query) == {"client_id": ["id-1"], "state": ["state-1"], "mode": ["popup"]}


async def test_tokens_are_exchanged_before_they_end_and_stored(permitted: Permitted) -> None:
    first, _ = permitted.connectors
    permitted.bench.clock.advance(DAY - 660)
    await first.pull(None)
    assert permitted.account.access.exchanges == 0
    permitted.bench.clock.advance(90)
    await first.pull(None)
    assert permitted.account.access.exchanges == 1
    (stored,) = permitted.safe.saved
    assert stored["refresh_token"] in permitted.account.access.refresh
    await first.pull(None)
    assert permitted.account.access.exchanges == 1


async def test_two_processes_and_many_requests_exchange_once(permitted: Permitted) -> None:
    permitted.bench.clock.advance(DAY - 60)
    await asyncio.gather(*(one.pull(None) for one in permitted.connectors * 4))
    assert permitted.account.access.exchanges == 1


async def test_a_401_means_one_exchange_and_one_repeat(permitted: Permitted) -> None:
    first, _ = permitted.connectors
    permitted.account.access.bearers.clear()
    await first.pull(None)
    assert permitted.account.access.exchanges == 1
    permitted.account.access.revoke_all()
    asked = len(permitted.account.journal)
    with pytest.raises(Unauthorized):
        await first.pull(None)
    assert len(permitted.account.journal) == asked + 1


async def test_a_write_goes_on_after_an_exchange_and_stands_there_once(permitted: Permitted) -> None:
    from services.domain.call import ObjectRef
    from services.domain.integration import ObjectKind

    lead = permitted.account.add_lead("Балкон")
    permitted.account.access.bearers.clear()
    await permitted.connectors[0].add_comment(ObjectRef(ObjectKind.DEAL, str(lead)), "Итог\n\nai:0123456789")
    assert len(permitted.account.comments(lead)) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_exchange_that_was_not_answered_gets_one_more_try(permitted: Permitted, when: str) -> None:
    """The pair may be dead already: a second silence, or a refusal, needs people."""
    first, _ = permitted.connectors
    permitted.bench.clock.advance(DAY + 1)
    permitted.account.faults.add(Fault("reset", TOKEN_REQUEST, when))  # type: ignore[arg-type]
    with pytest.raises(Unreachable):
        await first.pull(None)
    with pytest.raises(Unreachable):
        await first.pull(None)
    assert permitted.account.access.exchanges == (1 if when == "after" else 0)
    permitted.bench.clock.advance(61)
    if when == "after":
        with pytest.raises(Unauthorized):
            await first.pull(None)
    else:
        await first.pull(None)
    assert permitted.account.access.exchanges == 1


async def test_two_silences_ask_for_a_new_permission(permitted: Permitted) -> None:
    first, _ = permitted.connectors
    permitted.bench.clock.advance(DAY + 1)
    permitted.account.faults.add(Fault("html", TOKEN_REQUEST, status=502, times=2))
    with pytest.raises(Unreachable):
        await first.pull(None)
    permitted.bench.clock.advance(61)
    with pytest.raises(Unauthorized):
        await first.pull(None)


async def test_an_exchange_that_fails_early_leaves_the_living_token_in_use(permitted: Permitted) -> None:
    first, _ = permitted.connectors
    permitted.bench.clock.advance(DAY - 300)
    permitted.account.faults.add(Fault("rate_limit", TOKEN_REQUEST, times=None))
    await first.pull(None)
    permitted.bench.clock.advance(301)
    with pytest.raises(Unreachable):
        await first.pull(None)
    permitted.account.faults.clear()
    permitted.bench.clock.advance(61)
    await first.pull(None)


async def test_a_pair_that_could_not_be_stored_is_stored_at_the_next_occasion(permitted: Permitted) -> None:
    """It is the only living one: the exchange has killed the former."""
    first, _ = permitted.connectors
    permitted.bench.clock.advance(DAY - 60)
    permitted.safe.breaks = 1
    with pytest.raises(OSError, match="disk"):
        await first.pull(None)
    await first.pull(None)
    assert permitted.account.access.exchanges == 1
    assert permitted.safe.secrets["refresh_token"] in permitted.account.access.refresh


async def test_an_access_that_somebody_has_renewed_is_taken_over(permitted: Permitted) -> None:
    first, _ = permitted.connectors
    permitted.bench.clock.advance(DAY + 1)
    permitted.account.access.revoke_all()
    permitted.safe.secrets = await permit(permitted.bench)
    permitted.account.access.exchanges = 0
    await first.pull(None)
    assert permitted.account.access.exchanges == 0


async def test_a_change_to_a_long_lived_token_is_no_lost_access(permitted: Permitted) -> None:
    first, _ = permitted.connectors
    permitted.bench.clock.advance(DAY + 1)
    permitted.safe.secrets = permitted.bench.secrets
    with pytest.raises(Unreachable):
        await first.pull(None)


async def test_a_permission_that_was_not_used_for_months_is_lost(permitted: Permitted) -> None:
    permitted.bench.clock.advance(91 * DAY)
    with pytest.raises(Unauthorized):
        await permitted.connectors[0].pull(None)


@pytest.mark.parametrize("found_by", ["exchange", "401"])
async def test_a_renamed_account_is_followed(permitted: Permitted, found_by: str) -> None:
    there = Account(clock=RemoteClock(permitted.bench.clock))
    there.access = permitted.account.access
    await there.start()
    permitted.account.moved_to = there.url
    if found_by == "exchange":
        permitted.bench.clock.advance(DAY - 60)
    first, _ = permitted.connectors
    try:
        await first.pull(None)
        assert permitted.safe.secrets["address"] == there.url
        assert permitted.safe.account == urlsplit(there.url).netloc
        asked = len(permitted.account.journal)
        assert (await first.check()).account == urlsplit(there.url).netloc
        assert len(permitted.account.journal) == asked
    finally:
        await there.stop()


async def test_an_account_says_where_it_is_to_the_vendor_only(permitted: Permitted) -> None:
    """The refresh token goes to no address that a token merely names."""
    permitted.account.access.api_domain = "evil.example.org"
    permitted.safe.secrets |= {"access_token": permitted.account.access.long_lived(1)}
    permitted.bench.clock.advance(DAY + 1)
    permitted.account.moved_to = "https://evil.example.org"
    with pytest.raises(Unauthorized):
        await permitted.bench.open(permitted.safe.secrets, safe=permitted.safe).pull(None)


ODD_PAIRS = ["{}", "[]", "null", "", "x", '{"access_token": "a"}', '{"access_token": 1, "refresh_token": 2}']


@pytest.mark.parametrize("body", ODD_PAIRS)
async def test_an_answer_without_tokens_is_not_taken_for_a_pair(permitted: Permitted, body: str) -> None:
    permitted.bench.clock.advance(DAY + 1)
    permitted.account.faults.add(Fault("status", TOKEN_REQUEST, status=200, body=body))
    with pytest.raises(Unreachable):
        await permitted.connectors[0].pull(None)
    assert permitted.safe.saved == []


async def test_the_first_exchange_that_was_not_answered_is_unclear(bench: Bench) -> None:
    client = bench.account.access.register(BACK)
    values = {"way": "oauth", "address": bench.account.url, "client_id": client.id, "client_secret": client.secret}
    values["code"] = f"{bench.account.access.allow(client)} "
    bench.account.faults.add(Fault("reset", TOKEN_REQUEST, "after"))
    with pytest.raises(Unclear):
        await complete(values, doors(bench.clock))
    assert bench.account.access.exchanges == 1


async def test_no_failure_tells_a_token(permitted: Permitted) -> None:
    permitted.bench.clock.advance(DAY + 1)
    permitted.account.access.revoke_all()
    with pytest.raises(RemoteError) as failed:
        await permitted.connectors[0].pull(None)
    said = f"{failed.value!r} {failed.value} {permitted.connectors[0]!r}"
    for secret in ("access_token", "refresh_token", "client_secret"):
        assert permitted.safe.secrets[secret] not in said
