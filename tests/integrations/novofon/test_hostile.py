"""Whatever comes as an answer, a row or a setting: expected failures, and never one row in the way of others."""

import json
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.call import FoundCall
from services.errors import BadAnswer, Refused, RemoteError
from services.integrations.http import Answer
from services.integrations.novofon import INTEGRATION, parse_option, parse_secret
from services.integrations.novofon.v1.grouping import call_of, key_of, leg_of
from services.integrations.novofon.v2.failures import Result, read
from services.integrations.novofon.v2.mapping import from_row
from services.integrations.novofon.zones import USUAL, zone_of
from tests.integrations.novofon.conftest import TOKEN, Bench, Odd, rows

ZONE = zone_of(USUAL)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
V2 = (
    *("id", "start_time", "direction", "is_lost", "contact_phone_number", "clean_talk_duration", "call_records"),
    *("employees", "full_record_file_link", "virtual_phone_number", "last_talked_employee_id", "communication_id"),
)
V1 = ("call_id", "pbx_call_id", "sip", "callstart", "clid", "destination", "disposition", "seconds", "is_recorded")


def _is_storable(call: FoundCall) -> None:
    assert 0 < len(call.external_id) <= 128
    assert 0 <= call.duration <= 2**31 - 1
    assert call.started_at.tzinfo is not None
    assert all(
        "\0" not in text for text in (call.phone, call.manager_id, call.manager_name, *call.traits.values())
    )


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({"start_time": st.just("2026-11-20 10:00:00"), "id": st.just(7)}), st.data())
def test_no_row_of_the_platform_is_too_odd(base: dict[str, Any], data: st.DataObject) -> None:
    assert ZONE is not None
    row = base | data.draw(st.dictionaries(st.sampled_from(V2), anything))
    call = from_row(row, ZONE)
    if call is not None:
        _is_storable(call)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(V1), anything))
def test_no_row_of_the_old_cabinet_is_too_odd(odd: dict[str, Any]) -> None:
    assert ZONE is not None
    leg = leg_of({"call_id": "1.1", "callstart": "2026-11-20 10:00:00"} | odd)
    if leg is not None:
        _is_storable(call_of(key_of(leg), [leg], ZONE))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=60) | anything.map(lambda value: repr(value).encode()), st.integers(200, 599))
def test_any_body_is_a_result_or_a_failure(body: bytes, status: int) -> None:
    found, _ = read(Answer(status, body, {}), "get.account", "1")
    assert isinstance(found, Result | RemoteError)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(anything, anything, anything)
def test_any_error_is_a_failure(data: Any, code: Any, metadata: Any) -> None:
    error = {"code": code, "message": data, "data": {"mnemonic": data, "metadata": metadata, "params": data}}
    body = json.dumps({"id": "1", "error": error}).encode()
    assert isinstance(read(Answer(200, body, {}), "get.account", "1")[0], RemoteError)


@pytest.mark.parametrize("start", ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "2026-11-20T10:00:00+03:00"])
async def test_a_row_at_the_end_of_time_is_not_in_the_way(odd: Odd, odd_bench: Bench, start: str) -> None:
    odd.says = lambda method, params: (
        rows([{"id": 5, "start_time": start}, {"id": 6, "start_time": "2026-03-10 12:30:00"}], total_items=2)
        if method == "get.calls_report"
        else rows([{"app_id": 1, "timezone": "Europe/Moscow"}])
    )
    connector = odd_bench.open(TOKEN)
    cursor = await odd_bench.start(connector)
    found, _, _ = await odd_bench.pull_all(connector, cursor)
    assert "v2:6" in {call.external_id for call in found}


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.json_response({"jsonrpc": "2.0", "id": "another", "result": {"data": []}}),
        lambda: web.json_response({"jsonrpc": "2.0", "id": "ECHO", "result": {"data": "rows"}}),
        lambda: web.json_response({"jsonrpc": "2.0", "id": "ECHO", "result": []}),
        lambda: web.json_response({"jsonrpc": "2.0", "id": "ECHO"}),
        lambda: web.json_response({"jsonrpc": "2.0", "id": "ECHO", "error": "no"}),
        lambda: web.json_response([]),
        lambda: web.Response(text="<html>403</html>", status=403, content_type="text/html"),
        lambda: web.Response(text="[" * 200_000),
    ],
    ids=["another's", "no list", "no map", "nothing", "error is a text", "list", "403 page", "deep"],
)
async def test_an_answer_that_makes_no_sense_is_no_lost_access(odd: Odd, odd_bench: Bench, answer: Any) -> None:
    odd.says = lambda method, params: answer()
    with pytest.raises(BadAnswer):
        await odd_bench.open(TOKEN).pull(None)


@pytest.mark.parametrize(
    ("field", "sent", "value"),
    [
        ("access_token", "  `abc.DEF-123_456`  ", "abc.DEF-123_456"),
        ("key", "«testkey12»", "testkey12"),
        ("login", " head@example.com\n", "head@example.com"),
        ("password", " a b c ", "a b c"),
    ],
)
def test_secrets_are_taken_as_people_paste_them(field: str, sent: str, value: str) -> None:
    assert parse_secret(field, sent) == value


@pytest.mark.parametrize(
    ("field", "sent", "why"),
    [
        ("access_token", "Мой ключ: abc", "not_a_key"),
        ("secret", "", "not_a_key"),
        ("key", "x" * 600, "not_a_key"),
        ("login", "two words", "no_login"),
        ("password", "\n", "no_password"),
    ],
)
def test_what_is_no_secret_is_refused(field: str, sent: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_secret(field, sent)
    assert refused.value.why == why


def test_options() -> None:
    assert parse_option("zone", " Asia/Omsk ") == "Asia/Omsk"
    assert parse_option("media_url", "https://media.example.com/") == "https://media.example.com"
    for field, sent in (
        ("zone", "Марс"),
        ("media_url", "http://media.example.com"),
        ("media_url", "https://media.example.com/system"),
        ("media_url", "https://name:word@media.example.com"),
        ("media_url", "media"),
    ):
        with pytest.raises(Refused):
            parse_option(field, sent)


def test_each_cabinet_is_asked_for_its_own_values_only() -> None:
    from services.integrations.steps import next_step

    def asked(**values: str) -> list[str]:
        fields = []
        while (step := next_step(INTEGRATION, values)) is not None:
            fields.append(step.field)
            values[step.field] = "x"
        return fields

    assert asked(cabinet="novofon", access="token") == ["access_token"]
    assert asked(cabinet="uis", access="login") == ["login", "password"]
    assert asked(cabinet="comagic") == ["access"]
    assert asked(cabinet="legacy") == ["key", "secret"]
