"""Tokens: exchanged once, renewed in time and stored before they are used; and what refusals mean."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from sandbox.faults import Fault
from sandbox.yandex_disk.tokens import INFO, READ
from services.errors import BadAnswer, RateLimited, Refused, ScopeMissing, Unauthorized, Unclear, Unreachable
from services.integrations.yandex_disk import INTEGRATION, parse_secret
from services.integrations.yandex_disk.access import USED, authorize_address
from tests.integrations.yandex_disk.conftest import FOLDER, Bench, doors


class Drawer:
    """A safe of one integration; implements `SecretSafe` and, opened, `Renewal`."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.secrets: Mapping[str, str] = dict(secrets)
        self.saved = 0

    @asynccontextmanager
    async def renew(self) -> AsyncIterator["Drawer"]:
        yield self

    async def save(self, secrets: Mapping[str, str], *, account: str | None = None) -> None:
        self.secrets = dict(secrets)
        self.saved += 1


def asked(bench: Bench) -> dict[str, str]:
    tokens = bench.disk.tokens
    return {
        "way": "code",
        "client_id": tokens.client_id,
        "client_secret": tokens.client_secret,
        "code": tokens.new_code(),
        "folders": FOLDER,
    }


async def connected(bench: Bench) -> Mapping[str, str]:
    return await INTEGRATION.complete(asked(bench), doors(bench.clock, bench.disk.url))


async def test_a_code_becomes_tokens_once(bench: Bench) -> None:
    secrets = await connected(bench)
    assert (await bench.open(secrets).check()).ok
    assert secrets["code"] == USED
    again = await INTEGRATION.complete(secrets, doors(bench.clock, bench.disk.url))
    assert again == secrets
    assert bench.disk.tokens.granted == 1


async def test_a_pasted_token_stays_as_it_is(bench: Bench) -> None:
    values = {"way": "token", "token": bench.disk.token, "folders": FOLDER}
    assert await INTEGRATION.complete(values, doors(bench.clock, bench.disk.url)) == values


@pytest.mark.parametrize(
    ("field", "why"), [("code", "wrong_code"), ("client_id", "wrong_application")], ids=["code", "application"]
)
async def test_what_yandex_refuses_is_said(bench: Bench, field: str, why: str) -> None:
    values = {**asked(bench), field: "0" * 32}
    with pytest.raises(Refused) as refused:
        await INTEGRATION.complete(values, doors(bench.clock, bench.disk.url))
    assert refused.value.why == why


async def test_an_exchange_whose_answer_is_lost_is_not_repeated(bench: Bench) -> None:
    bench.disk.faults.add(Fault("reset", "token", "after"))
    with pytest.raises(Unclear):
        await connected(bench)
    assert bench.disk.tokens.granted == 1


async def test_tokens_are_renewed_a_month_ahead_and_stored_first(bench: Bench) -> None:
    secrets = await connected(bench)
    drawer = Drawer(secrets)
    connector = bench.open(secrets, safe=drawer)
    await connector.pull(None)
    assert drawer.saved == 0
    bench.clock.advance(timedelta(days=340).total_seconds())
    await connector.pull(None)
    assert drawer.saved == 1
    assert drawer.secrets["refresh_token"] != secrets["refresh_token"]
    assert drawer.secrets["folders"] == FOLDER
    bench.clock.advance(timedelta(days=100).total_seconds())
    await connector.pull(None)
    assert drawer.saved == 1


async def test_a_token_that_somebody_else_renewed_is_taken_over(bench: Bench) -> None:
    secrets = await connected(bench)
    drawer = Drawer(secrets)
    one, other = bench.open(secrets, safe=drawer), bench.open(secrets, safe=drawer)
    bench.clock.advance(timedelta(days=340).total_seconds())
    await one.pull(None)
    await other.pull(None)
    assert drawer.saved == 1
    assert bench.disk.tokens.granted == 2


async def test_a_revoked_token_is_renewed_once_and_then_the_access_is_gone(bench: Bench) -> None:
    secrets = await connected(bench)
    drawer = Drawer(secrets)
    connector = bench.open(secrets, safe=drawer)
    bench.disk.tokens.access.clear()
    await connector.pull(None)
    assert drawer.saved == 1
    bench.disk.tokens.revoke_all()
    with pytest.raises(Unauthorized):
        await connector.pull(None)


async def test_a_renewal_that_fails_does_not_stop_the_old_token(bench: Bench) -> None:
    secrets = await connected(bench)
    drawer = Drawer(secrets)
    connector = bench.open(secrets, safe=drawer)
    bench.clock.advance(timedelta(days=340).total_seconds())
    bench.disk.faults.add(Fault("status", "token", status=503))
    await connector.pull(None)
    assert drawer.saved == 0
    bench.clock.advance(2 * 3600)
    await connector.pull(None)
    assert drawer.saved == 1


@pytest.mark.parametrize("scope", [READ, INFO])
async def test_a_missing_right_is_named(bench: Bench, scope: str) -> None:
    cursor = await bench.start()
    bench.disk.tokens.scopes.discard(scope)
    with pytest.raises(ScopeMissing) as missing:
        await (bench.connector.pull(cursor) if scope == READ else bench.connector.pull(None))
    assert missing.value.scope == scope


async def test_a_page_of_somebody_on_the_way_says_nothing_of_our_access(bench: Bench) -> None:
    cursor = await bench.start()
    for status in (403, 404):
        bench.disk.faults.add(Fault("html", status=status, times=None))
        with pytest.raises(BadAnswer):
            await bench.connector.pull(cursor)
        bench.disk.faults.clear()


async def test_without_a_time_the_silence_after_a_refusal_doubles(bench: Bench) -> None:
    cursor = await bench.start()
    bench.disk.faults.add(Fault("rate_limit", times=7, seconds=0))
    pauses = []
    for _ in range(7):
        with pytest.raises(RateLimited) as refused:
            await bench.connector.pull(cursor)
        pauses.append(refused.value.retry_after)
        bench.clock.advance(pauses[-1] or 0)
    assert pauses == [30, 60, 120, 240, 480, 900, 900]
    assert (await bench.connector.pull(cursor)).cursor == cursor


async def test_a_long_rest_is_left_to_a_later_poll(bench: Bench) -> None:
    """Waiting for it here would keep a place that other accounts need."""
    cursor = await bench.start()
    bench.disk.faults.add(Fault("rate_limit", seconds=1800))
    asked, before = len(bench.disk.journal), bench.clock.now()
    for _ in range(3):
        with pytest.raises(RateLimited):
            await bench.connector.pull(cursor)
    assert (bench.clock.now() - before).total_seconds() < 30
    assert len(bench.disk.journal) == asked
    bench.clock.advance(1800)
    assert (await bench.connector.pull(cursor)).cursor == cursor


@pytest.mark.parametrize("status", [423, 500, 502, 503, 504, 507])
async def test_what_passes_by_itself_is_tried_later(bench: Bench, status: int) -> None:
    cursor = await bench.start()
    bench.disk.faults.add(Fault("status", status=status, body='{"error": "X"}', times=None))
    with pytest.raises(Unreachable):
        await bench.connector.pull(cursor)
    assert len(bench.disk.faults.shown) == 3


async def test_nothing_secret_is_in_the_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = await connected(bench)
    connector = bench.open(secrets, safe=Drawer(secrets))
    bench.clock.advance(timedelta(days=340).total_seconds())
    await connector.check()
    bench.disk.tokens.revoke_all()
    with pytest.raises(Unauthorized) as gone:
        await connector.check()
    said = f"{caplog.text} {gone.value!r} {connector!r} {gone.getrepr(style='long')}"
    values = ("token", "refresh_token", "client_secret", "folders")
    assert not [name for name in values if secrets[name] in said]


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("client_id", "ClientID: 0123456789ABCDEF0123456789abcdef", "0123456789abcdef0123456789abcdef"),
        ("code", " 1234567 ", "1234567"),
        ("code", "https://oauth.yandex.ru/verification_code?code=abcdefgh12345678&cid=x", "abcdefgh12345678"),
        (
            "token",
            "https://oauth.yandex.ru/verification_code#access_token=" + "y" * 40 + "&expires_in=1",
            "y" * 40,
        ),
        ("token", "z" * 58, "z" * 58),
        ("folders", "Звонки", "disk:/Звонки"),
        ("folders", "/Звонки/\nЗвонки/2026\ndisk:/B b;«C»", "disk:/Звонки\ndisk:/B b\ndisk:/C"),
        ("folders", "https://disk.yandex.ru/client/disk/%D0%97%D0%B2/2026", "disk:/Зв/2026"),
        ("folders", "/", "disk:/"),
    ],
)
def test_values_are_found_in_what_people_paste(field: str, text: str, value: str) -> None:
    assert parse_secret(field, text) == value


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("client_id", "моё приложение", "not_an_application"),
        ("code", "да", "not_a_code"),
        ("token", "y0_short", "not_a_token"),
        ("token", "два слова " + "y" * 50, "not_a_token"),
        ("folders", " \n ", "no_folder"),
        ("folders", "a/../b", "not_a_folder"),
        ("folders", "https://example.com/client/disk/x", "not_a_folder"),
        ("folders", "\n".join(f"f{number}" for number in range(21)), "many_folders"),
    ],
)
def test_what_is_no_such_value_is_refused(field: str, text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_secret(field, text)
    assert refused.value.why == why


def test_the_page_where_access_is_given_needs_no_address_of_ours() -> None:
    assert authorize_address("0" * 32) == (
        f"https://oauth.yandex.ru/authorize?response_type=code&client_id={'0' * 32}&force_confirm=yes"
    )
