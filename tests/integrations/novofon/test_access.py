"""Tokens, sessions, rights and limits of the present platform."""

import pytest

from sandbox.novofon import Cabinet
from services.errors import RateLimited, Unauthorized
from services.integrations.base import CheckLine
from services.integrations.knocking import Knock
from services.integrations.novofon.connector import Novofon
from services.integrations.novofon.v2.failures import NotAllowed
from services.throttle import LocalThrottle
from tests.integrations.novofon.conftest import TOKEN, Bench, Odd, doors_to, error, rows

HOUR = 3600.0
LOGIN = {
    "cabinet": "novofon",
    "access": "login",
    "login": "head@example.com",
    "password": "password-of-the-head",
}


@pytest.mark.parametrize("name", ["expire_at", "expire", "neither"])
async def test_a_session_is_begun_again_before_it_ends(bench: Bench, cabinet: Cabinet, name: str) -> None:
    """Their table and their sample call the end by different names."""
    cabinet.expiry_name = name
    connector = bench.open(LOGIN)
    cursor = await bench.start(connector)
    for _ in range(4):
        bench.clock.advance(30 * 60)
        _, cursor, _ = await bench.pull_all(connector, cursor)
    assert len(cabinet.asked("login.user")) == 3
    assert {one.error for one in cabinet.journal} == {None}


async def test_a_session_that_was_ended_is_begun_again_once(bench: Bench, cabinet: Cabinet) -> None:
    connector = bench.open(LOGIN)
    cursor = await bench.start(connector)
    cabinet.end_sessions()
    session = cabinet.add_call()
    found, _, _ = await bench.pull_all(connector, cursor)
    assert [call.external_id for call in found] == [f"v2:{session.id}"]
    assert len(cabinet.asked("login.user")) == 2


async def test_a_session_that_ends_at_once_is_not_begun_for_ever(bench: Bench, cabinet: Cabinet) -> None:
    connector = bench.open(LOGIN)
    cursor = await bench.start(connector)
    cabinet.end_sessions()
    cabinet.blocked = True
    with pytest.raises(Unauthorized) as failure:
        await bench.pull_all(connector, cursor)
    assert failure.value.remote_code == "access_token_blocked"
    assert len(cabinet.asked("login.user")) == 2


async def test_a_wrong_password_is_a_lost_access(bench: Bench, cabinet: Cabinet) -> None:
    with pytest.raises(Unauthorized) as failure:
        await bench.open({**LOGIN, "password": "forgotten"}).check()
    assert failure.value.remote_code == "auth_error"
    assert len(cabinet.asked("login.user")) == 1, "repeating it might block the employee"


async def test_a_permanent_key_is_not_asked_for_again(bench: Bench, cabinet: Cabinet) -> None:
    with pytest.raises(Unauthorized):
        await bench.open({**TOKEN, "access_token": "another-key"}).check()
    assert [one.method for one in cabinet.journal] == ["get.account"]


async def test_the_token_that_an_error_repeats_is_told_nowhere(bench: Bench) -> None:
    with pytest.raises(Unauthorized) as failure:
        await bench.open({**TOKEN, "access_token": "another-key"}).check()
    assert "another-key" not in f"{failure.value} {failure.value.detail} {failure.value!r}"


async def test_the_check_of_an_account_that_has_everything(bench: Bench, connector: Novofon) -> None:
    check = await connector.check()
    assert check.ok
    assert [(line.code, line.ok) for line in check.lines] == [
        ("account", True),
        ("zone", True),
        ("calls", True),
        ("records", True),
        ("people", True),
    ]
    assert (check.account, check.title) == ("novofon 1234", "ООО Ромашка")
    assert check.settings == {"generation": "v2", "app_id": "1234", "account_zone": "Europe/Moscow"}


async def test_the_check_tells_which_address_the_cabinet_has_to_let_in(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cabinet.listed = False
    check = await connector.check()
    assert not check.ok
    assert check.lines == (CheckLine("address", ok=False, values={"address": "203.0.113.7"}),)


async def test_a_server_that_is_let_in_no_more_stops_the_polling(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cursor = await bench.start(connector)
    cabinet.listed = False
    with pytest.raises(NotAllowed) as failure:
        await bench.pull_all(connector, cursor)
    assert failure.value.remote_code == "ip_not_whitelisted"


@pytest.mark.parametrize("why", ["forbidden", "method_component_disabled"])
async def test_the_check_tells_why_calls_cannot_be_seen(
    bench: Bench, cabinet: Cabinet, connector: Novofon, why: str
) -> None:
    (cabinet.forbidden if why == "forbidden" else cabinet.methods_off).add("get.calls_report")
    lines = {line.code: line for line in (await connector.check()).lines}
    assert lines["calls"] == CheckLine("calls", ok=False, values={"why": why})
    assert "records" not in lines


async def test_the_check_tells_that_the_tariff_records_nothing(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cabinet.fields_off |= {"call_records", "wav_call_records", "full_record_file_link"}
    check = await connector.check()
    assert [line.code for line in check.lines if not line.ok] == ["records"]
    assert not check.ok


async def test_hidden_employees_do_not_hinder_the_connection(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    cabinet.forbidden.add("get.employees")
    check = await connector.check()
    assert check.ok
    assert [line.code for line in check.lines if not line.ok] == ["people"]


async def test_a_blocked_account_is_a_lost_access(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cabinet.active = False
    with pytest.raises(Unauthorized) as failure:
        await connector.check()
    assert failure.value.remote_code == "account_inactive"


async def test_the_points_of_the_tariff_are_kept_whatever_they_are(
    bench: Bench, cabinet: Cabinet, connector: Novofon
) -> None:
    """The figures come with each answer; here there are few of them, and the stand-in counts."""
    cabinet.limits.enforce, cabinet.limits.minute_limit = True, 12
    cursor = await bench.start(connector)
    for _ in range(40):
        _, cursor, _ = await bench.pull_all(connector, cursor)
    assert {one.error for one in cabinet.journal} == {None}


async def test_used_up_points_of_the_minute_are_waited_for_by_all_workers(bench: Bench, cabinet: Cabinet) -> None:
    throttle = LocalThrottle(bench.clock)
    first, second = (Novofon(TOKEN, {}, doors_to(cabinet.url, bench.clock, throttle)) for _ in range(2))
    bench.connectors += [first, second]
    cursor = await bench.start(first)
    cabinet.limits.enforce = True
    while cabinet.limits.told()["minute_remaining"] > 1:
        cabinet.limits.spend()
    minute = int(bench.clock.now().timestamp()) // 60
    await first.pull(cursor)
    await second.pull(cursor)
    assert int(bench.clock.now().timestamp()) // 60 > minute
    assert {one.error for one in cabinet.journal} == {None}


async def test_nobody_waits_a_day_in_a_queue(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cursor = await bench.start(connector)
    cabinet.limits.enforce, cabinet.limits.day_limit = True, 0
    began = bench.clock.now()
    with pytest.raises(RateLimited) as failure:
        await bench.pull_all(connector, cursor)
    assert (failure.value.retry_after or 0) > HOUR
    assert (bench.clock.now() - began).total_seconds() < 10
    with pytest.raises(RateLimited):
        await connector.check()
    assert len([one for one in cabinet.journal if one.error]) == 1, "not asked again before there are new points"
    session = cabinet.add_call()
    cabinet.limits.day_limit = 5000
    bench.clock.advance(24 * HOUR)
    found, _, _ = await bench.pull_all(connector, cursor)
    assert [call.external_id for call in found] == [f"v2:{session.id}"]


async def test_few_points_a_day_are_made_to_last(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cabinet.limits.enforce, cabinet.limits.day_limit = True, 300
    cursor = await bench.start(connector)
    for _ in range(20 * 60):
        bench.clock.advance(60)
        _, cursor, _ = await bench.pull_all(connector, cursor)
    assert {one.error for one in cabinet.journal} == {None}
    assert len(cabinet.journal) > 100


async def test_a_knock_is_worth_a_point(bench: Bench, cabinet: Cabinet, connector: Novofon) -> None:
    cabinet.limits.day_limit = 300
    cursor = await bench.start(connector)
    _, cursor, _ = await bench.pull_all(connector, cursor)
    bench.clock.advance(60)
    session = cabinet.add_call()
    assert (await bench.pull_all(connector, cursor))[0] == []
    await connector.answer(Knock("POST", {"call_session_id": str(session.id)}, {}, b""))
    found, _, _ = await bench.pull_all(connector, cursor)
    assert [call.external_id for call in found] == [f"v2:{session.id}"]


@pytest.mark.parametrize(
    ("mnemonic", "code", "kind"),
    [
        ("access_token_expired", -1, Unauthorized),
        (None, -32001, Unauthorized),
        ({"x": 1}, -32003, NotAllowed),
        ("Token abc", -32001, Unauthorized),
    ],
)
async def test_failures_are_known_by_their_mnemonic_else_by_their_number(
    odd: Odd, odd_bench: Bench, mnemonic: object, code: int, kind: type[Exception]
) -> None:
    odd.says = lambda method, params: (
        rows([{"app_id": 1}]) if method == "get.account" else error(mnemonic, code=code)
    )
    connector = odd_bench.open(TOKEN)
    cursor = await odd_bench.start(connector)
    with pytest.raises(kind) as failure:
        await odd_bench.pull_all(connector, cursor)
    assert "abc" not in str(failure.value)


async def test_a_reset_in_a_hundred_days_silences_nobody_for_longer_than_a_day(odd: Odd, odd_bench: Bench) -> None:
    odd.says = lambda method, params: rows(
        [{"app_id": 1, "name": "x", "timezone": "Europe/Moscow"}],
        limits={"day_limit": 10, "day_remaining": 0, "day_reset": 9_999_999},
    )
    connector = odd_bench.open(TOKEN)
    cursor = await odd_bench.start(connector)
    odd_bench.clock.advance(3600)
    with pytest.raises(RateLimited):
        await connector.pull(cursor)
    odd.says = lambda method, params: rows([])
    odd_bench.clock.advance(23 * 3600)
    assert (await connector.pull(cursor)).calls == ()
    assert odd.asked[-1][0] == "get.calls_report"


async def test_our_address_is_found_wherever_the_refusal_tells_it(odd: Odd, odd_bench: Bench) -> None:
    odd.says = lambda method, params: error(
        "ip_not_whitelisted", code=-32003, value=None, params={"ip": "203.0.113.7"}
    )
    (line,) = (await odd_bench.open(TOKEN).check()).lines
    assert (line.code, line.values["address"]) == ("address", "203.0.113.7")
