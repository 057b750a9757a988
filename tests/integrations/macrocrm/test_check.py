"""The check finds out how an installation wants to be asked, and says what it could not find out."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from sandbox.faults import Fault
from services.errors import Unauthorized, Unreachable
from tests.integrations.macrocrm.conftest import SOUND, Bench, line_of


def recorded(bench: Bench, **made: Any) -> None:
    """A conversation of the last hours."""
    started = bench.installation.clock.datetime() - timedelta(hours=2)
    bench.installation.add_call(started=started, recording=SOUND, **made)


async def test_all_that_can_be_read_is_confirmed(bench: Bench) -> None:
    contact = bench.installation.add_contact("Анна", "79000000011")
    request = bench.installation.add_request(contact)
    recorded(bench, contact=contact, request=request.id)
    check = await bench.open().check()
    assert check.ok
    told = {line.code: line.ok for line in check.lines}
    assert told == {
        **dict.fromkeys(["statuses", "users", "calls", "sample", "times", "recording", "contacts"], True),
        **dict.fromkeys(["find", "merged", "limit"], True),
        "notes": False,
        "fields": False,
    }
    assert check.settings["lists_by_ids"] is True
    assert check.account.endswith("/77")
    assert bench.installation.notes == []


async def test_phones_of_samples_are_masked(bench: Bench) -> None:
    recorded(bench)
    check = await bench.open().check()
    assert "000000" not in str(check.lines)
    assert line_of(check, "sample").values["phone"] == "+7••••••••11"


@pytest.mark.parametrize("camel", [False, True], ids=["plain names", "camel case in requests too"])
async def test_the_second_dialect_is_found_and_spoken(bench: Bench, camel: bool) -> None:
    bench.installation.settings.dialect = "d2"
    bench.installation.settings.camel_parameters = camel
    contact = bench.installation.add_contact("Анна", "79000000011")
    request = bench.installation.add_request(contact, status=20, custom=94)
    recorded(bench, contact=contact, request=request.id)
    check = await bench.open().check()
    assert check.ok
    assert check.settings["dialect"] == "d2"
    connector = bench.open(dict(check.settings))
    call = await bench.one_call(connector, contact=contact, request=request.id, recording=SOUND)
    binding = await connector.bind(call)
    assert binding is not None
    assert binding.stage_external_id == "20:94"
    async with connector.recording(call) as path:
        assert path is not None
        assert path.read_bytes() == SOUND
    assert await connector.add_comment(binding.object, "Итог") == ""
    assert [note.text for note in bench.installation.notes] == ["Итог"]


@pytest.mark.parametrize("transport", ["get_body", "get_query", "post_body"])
async def test_each_way_of_asking_for_calls_is_found(
    bench: Bench, transport: Literal["get_body", "get_query", "post_body"]
) -> None:
    bench.installation.settings.calls_transport = transport
    recorded(bench)
    check = await bench.open().check()
    assert check.ok
    assert check.settings["calls_transport"] == transport
    connector = bench.open(dict(check.settings))
    assert (await bench.one_call(connector)).answered


@pytest.mark.parametrize("html", [False, True], ids=["told by the application", "told by the web server"])
async def test_another_prefix_is_found(bench: Bench, html: bool) -> None:
    given = bench.installation.base_url
    bench.installation.settings.prefix = "/api/v2"
    bench.installation.settings.html_missing = html
    recorded(bench)
    check = await bench.open(base_url=given).check()
    assert check.ok
    assert check.settings["base_url"] == bench.installation.base_url


async def test_an_address_of_something_else_is_said(bench: Bench) -> None:
    bench.installation.settings.prefix = "/v7"
    check = await bench.open(base_url=f"{bench.installation.url}/v2").check()
    assert not check.ok
    assert [line.code for line in check.lines] == ["statuses"]


@pytest.mark.parametrize("status", [401, 403], ids=["unauthorized", "every method refused"])
async def test_a_bad_key_is_no_missing_right(bench: Bench, status: Literal[401, 403]) -> None:
    bench.installation.settings.bad_key = status
    connector = bench.open(token="macro-some-other-key")
    with pytest.raises(Unauthorized) as refused:
        await connector.check()
    assert refused.value.code == "unauthorized"


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("estateBuy/statuses", "statuses"),
        ("calls/getSaleDepartmentsCalls", "calls"),
        ("calls/getRecord", "recording"),
    ],
)
async def test_a_missing_right_is_named_and_required(bench: Bench, method: str, code: str) -> None:
    bench.installation.settings.granted.discard(method)
    recorded(bench)
    check = await bench.open().check()
    assert not check.ok
    assert line_of(check, code).values["scope"] == method


@pytest.mark.parametrize("method", ["company/getUsers", "contacts/find", "estateBuy/find", "estateBuy/list"])
async def test_other_rights_are_not_required(bench: Bench, method: str) -> None:
    bench.installation.settings.granted.discard(method)
    contact = bench.installation.add_contact("Анна", "79000000011")
    recorded(bench, contact=contact)
    check = await bench.open().check()
    assert check.ok
    assert any(not line.ok and line.values.get("scope") == method for line in check.lines)


async def test_an_old_key_needs_its_application(bench: Bench) -> None:
    bench.installation.settings.app_id = "123"
    recorded(bench)
    with pytest.raises(Unauthorized):
        await bench.open().check()
    assert (await bench.open(app_id="123").check()).ok


async def test_without_a_conversation_nothing_is_proven_yet(bench: Bench) -> None:
    check = await bench.open().check()
    assert not check.ok
    assert line_of(check, "recording").values["why"] == "no_talks"


async def test_a_quiet_fortnight_does_not_undo_an_earlier_proof(bench: Bench) -> None:
    assert (await bench.open({"recordings": True}).check()).ok


async def test_recordings_that_are_late_today_do_not_undo_an_earlier_proof(bench: Bench) -> None:
    bench.installation.add_call()
    assert not (await bench.open().check()).ok
    check = await bench.open({"recordings": True}).check()
    assert check.ok
    assert not line_of(check, "recording").ok


async def test_a_conversation_of_last_week_will_do(bench: Bench) -> None:
    started = bench.installation.clock.datetime() - timedelta(days=6)
    bench.installation.add_call(started=started, recording=SOUND)
    check = await bench.open().check()
    assert check.ok
    assert line_of(check, "calls").values["days"] == "14"


async def test_late_recordings_of_the_latest_calls_prove_nothing(bench: Bench) -> None:
    recorded(bench)
    for _ in range(3):
        bench.installation.add_call()
    assert (await bench.open().check()).ok


async def test_a_zone_that_puts_calls_into_the_future_is_said(bench: Bench) -> None:
    bench.installation.settings.zone, bench.installation.settings.dates = "Asia/Kamchatka", "space"
    recorded(bench)
    check = await bench.open().check()
    assert check.ok
    assert not line_of(check, "times").ok
    assert line_of(await bench.open({"timezone": "Asia/Kamchatka"}).check(), "times").ok


async def test_a_list_that_looks_at_no_numbers_is_refuted(bench: Bench) -> None:
    """Where the filter is not known it is ignored: other requests come back."""
    bench.installation.settings.lists_by_ids = False
    bench.installation.settings.page = 1
    contact = bench.installation.add_contact("Анна", "79000000011")
    bench.installation.add_request(contact)
    wanted = bench.installation.add_request(contact)
    recorded(bench, contact=contact, request=wanted.id)
    check = await bench.open().check()
    assert check.settings["lists_by_ids"] is False
    assert not line_of(check, "merged").ok


async def test_a_smaller_limit_is_kept_to(bench: Bench) -> None:
    bench.installation.settings.per_minute = 40
    recorded(bench)
    check = await bench.open().check()
    assert not line_of(check, "limit").ok
    assert check.settings["per_minute"] == "34"


async def test_a_host_that_is_down_is_told_as_such(bench: Bench) -> None:
    bench.installation.faults.add(Fault("status", status=503, body="busy", times=None))
    with pytest.raises(Unreachable):
        await bench.open().check()
