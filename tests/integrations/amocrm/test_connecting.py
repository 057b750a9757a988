"""What people paste, and what the check of an account tells."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.faults import Fault
from services.errors import Gone, Refused, Unauthorized
from services.integrations.amocrm import INTEGRATION, complete, parse_secret
from services.integrations.base import Check
from services.integrations.knocking import Knock, Waker
from services.integrations.steps import next_step
from tests.integrations.amocrm.conftest import Bench, doors

ADDRESSES = {
    "demo.amocrm.ru": "https://demo.amocrm.ru",
    " HTTPS://Demo.AmoCRM.ru/leads/detail/5001?x=1#y ": "https://demo.amocrm.ru",
    "http://demo.amocrm.ru": "https://demo.amocrm.ru",
    "<https://my-shop.kommo.com/>": "https://my-shop.kommo.com",
    "shop.amocrm.com/": "https://shop.amocrm.com",
    "http://127.0.0.1:8080/": "http://127.0.0.1:8080",
}


@pytest.mark.parametrize(("pasted", "origin"), ADDRESSES.items())
def test_an_address_is_read_out_of_whatever_page_was_open(pasted: str, origin: str) -> None:
    assert parse_secret("address", pasted) == origin


NO_ADDRESSES = [
    "",
    "привет",
    "www.amocrm.ru",
    "amocrm.ru",
    "https://demo.amocrm.ru.evil.example.org",
    "https://demo.amocrm.ru@evil.example.org/",
    "https://evil.example.org/demo.amocrm.ru",
    "https://a.b.amocrm.ru",
    "https://demo.amocrm.ru:8443",
    "https://8.8.8.8/",
    "ftp://demo.amocrm.ru",
    "http://[::1",
    "-x.amocrm.ru",
]


@pytest.mark.parametrize("pasted", NO_ADDRESSES)
def test_what_is_no_account_is_refused(pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_secret("address", pasted)
    assert refused.value.why in {"not_an_address", "not_an_account"}


def token_of(claims: Any) -> str:
    parts = (json.dumps(one).encode() for one in ({"typ": "JWT"}, claims, "signature"))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def test_a_token_that_was_broken_into_lines_is_put_together() -> None:
    token = token_of({"exp": 1_800_000_000})
    assert parse_secret("token", f" {token[:30]}\n{token[30:]} ") == token


@pytest.mark.parametrize("pasted", ["", "abc", "a.b.c", "..", token_of([1]), token_of({}), "def50200" * 20])
def test_what_is_no_token_is_refused(pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_secret("token", pasted)
    assert refused.value.why == "not_a_token"


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
@pytest.mark.parametrize("pasted", ["", "x", "0000", "with-dashes-and-more-dashes", "12345678-1234"])
def test_what_is_no_key_is_refused(field: str, pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_secret(field, pasted)
    assert refused.value.why == f"not_a_{field}"


def test_each_way_asks_for_its_own_values() -> None:
    asked: dict[str, list[str]] = {}
    for way in ("token", "oauth"):
        values = {"way": way}
        while (step := next_step(INTEGRATION, values)) is not None:
            asked.setdefault(way, []).append(step.field)
            values[step.field] = "x"
    assert asked == {"token": ["address", "token"], "oauth": ["address", "client_id", "client_secret", "code"]}


async def test_a_long_lived_token_is_stored_as_it_is(bench: Bench) -> None:
    assert await complete(bench.secrets, doors(bench.clock)) == bench.secrets


def lines(check: Check) -> dict[str, bool]:
    return {line.code: line.ok for line in check.lines}


async def test_a_good_account_is_told_as_such(bench: Bench) -> None:
    check = await bench.connector.check()
    assert check.ok
    assert all(lines(check).values())
    assert check.title == "Demo LLC"
    assert check.account == bench.account.url.removeprefix("http://")
    settings = dict(check.settings)
    ends = datetime.fromisoformat(settings.pop("expires_at"))
    assert timedelta(days=364) < ends - bench.clock.now() <= timedelta(days=365)
    assert settings == {
        "account_id": "31000001",
        "zone": "Europe/Moscow",
        "currency": "RUB",
        "drive": "https://drive-b.amocrm.ru",
    }


@pytest.mark.parametrize(
    ("closed", "line", "ok"),
    [
        ("leads/notes", "calls_leads", False),
        ("contacts/notes", "calls_contacts", False),
        ("companies/notes", "calls_companies", True),
        ("leads/custom_fields", "fields", True),
        ("leads/pipelines", "funnels", False),
        ("users", "users", True),
        ("events", "events", True),
    ],
)
async def test_a_right_that_is_missing_is_a_line(bench: Bench, closed: str, line: str, ok: bool) -> None:
    bench.account.wants.closed = {closed}
    check = await bench.connector.check()
    assert {code for code, fine in lines(check).items() if not fine} == {line}
    assert check.ok is ok


async def test_a_token_that_ends_soon_is_told(bench: Bench) -> None:
    bench.clock.advance(352 * 86_400)
    check = await bench.connector.check()
    assert lines(check)["expiry"] is False
    assert check.ok


@pytest.mark.parametrize("exp", [None, "soon", True, 1e400, 10**30, -5])
async def test_an_end_that_is_not_told_is_not_made_up(bench: Bench, exp: Any) -> None:
    token = token_of({"exp": exp, "jti": 1})
    bench.account.access.bearers[token] = 2e10
    settings = dict((await bench.open({**bench.secrets, "token": token}).check()).settings)
    assert exp == -5 or "expires_at" not in settings


async def test_a_token_of_somebody_else_is_refused(bench: Bench) -> None:
    with pytest.raises(Unauthorized):
        await bench.open({**bench.secrets, "token": token_of({"exp": 2_000_000_000})}).check()


async def test_an_address_without_an_account_is_told_as_such(bench: Bench) -> None:
    bench.account.faults.add(Fault("html", "GET account", status=404, times=None))
    with pytest.raises(Gone):
        await bench.connector.check()


async def test_php_writes_an_empty_object_as_a_list(bench: Bench) -> None:
    bench.account.faults.add(Fault("status", "GET account", status=200, body='{"id": "7", "_embedded": []}'))
    settings = (await bench.connector.check()).settings
    assert (settings["account_id"], settings["zone"]) == ("7", "")


# --- knocks ------------------------------------------------------------------------------------------


def knock(body: bytes) -> Knock:
    return Knock("POST", {}, {"content-type": "application/x-www-form-urlencoded"}, body)


@pytest.mark.parametrize("shape", ["nested", "flat"])
@pytest.mark.parametrize("account", [31_000_001, 7], ids=["ours", "another account"])
async def test_a_note_of_our_account_wakes(bench: Bench, shape: str, account: int) -> None:
    from sandbox.amocrm import hooks

    bench.settings["account_id"] = "31000001"
    connector = bench.open()
    assert isinstance(connector, Waker)
    call = bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"))
    body = getattr(hooks, shape)(call.notes[0], account)
    reply = await connector.answer(knock(body))
    assert (reply.wakes, reply.status) == (account == 31_000_001, 200)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\x00", b"leads[status][0][id]=1", b"&" * 60_000, b"a=b&" * 15_000, b"[note]=1", b"{}"]
)
async def test_everything_else_is_thanked_and_wakes_nobody(bench: Bench, body: bytes) -> None:
    reply = await bench.connector.answer(knock(body))
    assert (reply.wakes, reply.status) == (False, 200)
    assert bench.account.journal == []
