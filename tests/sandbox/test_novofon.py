"""The Novofon stand-ins refuse what the real ones refuse."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.clock import Clock
from sandbox.novofon import Cabinet, LegacyCabinet

NOW = 1_800_000_000
DATES = {"date_from": "2027-01-15 00:00:00", "date_till": "2027-01-16 00:00:00"}
HEADERS = {"Content-Type": "application/json; charset=UTF-8"}


@pytest.fixture
async def cabinet() -> AsyncIterator[Cabinet]:
    made = Cabinet(clock=Clock(frozen_at=NOW))
    await made.start()
    yield made
    await made.stop()


async def post(cabinet: Cabinet, body: Any, headers: dict[str, str] | None = None) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{cabinet.url}/v2.0", json=body, headers=headers or HEADERS) as answer,
    ):
        assert answer.status == 200
        told: dict[str, Any] = await answer.json()
        return told


async def ask(cabinet: Cabinet, method: str, **params: Any) -> dict[str, Any]:
    asked = {"access_token": cabinet.token, **params}
    return await post(cabinet, {"jsonrpc": "2.0", "id": 7, "method": method, "params": asked})


def mnemonic(told: dict[str, Any]) -> str:
    return str(told["error"]["data"]["mnemonic"])


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"limit": 10_001}, "invalid_parameter_value"),
    ({"offset": 100_001}, "invalid_parameter_value"),
    ({"limit": "10"}, "data_type_error"),
    ({"colour": 1}, "unexpected_parameters"),
    ({"fields": ["id", "colour"]}, "unexpected_parameters"),
    ({"sort": [{"field": "id"}]}, "sort_prohibited"),
    ({"sort": [{"field": "finish_time"}]}, "sort_prohibited"),
    ({"filter": {"field": "start_time", "operator": ">", "value": "2027"}}, "filter_prohibited"),
    ({"filter": {"field": "id", "operator": "~", "value": 1}}, "invalid_parameter_value"),
    ({"date_till": "2027-05-01 00:00:00"}, "date_interval_limit_reached"),
    ({"date_from": "2027-01-15"}, "data_type_error"),
    ({"date_from": None}, "data_type_error"),
]


@pytest.mark.parametrize(("params", "told"), REFUSED, ids=[f"{params}" for params, _ in REFUSED])
async def test_reports_are_strict(cabinet: Cabinet, params: dict[str, Any], told: str) -> None:
    assert mnemonic(await ask(cabinet, "get.calls_report", **{**DATES, **params})) == told


async def test_the_envelope_is_strict(cabinet: Cabinet) -> None:
    good = {"jsonrpc": "2.0", "id": 1, "method": "get.account", "params": {"access_token": cabinet.token}}
    assert "result" in await post(cabinet, good)
    assert mnemonic(await post(cabinet, [good])) == "batch_opreations_not_supported"
    no_id = {name: value for name, value in good.items() if name != "id"}
    assert mnemonic(await post(cabinet, no_id)) == "notifications_not_supported"
    assert mnemonic(await post(cabinet, good | {"jsonrpc": "1.0"})) == "invalid_request"
    assert mnemonic(await post(cabinet, good | {"method": "get.moon"})) == "method_not_found"
    assert mnemonic(await post(cabinet, good, {"Content-Type": "application/json"})) == "invalid_request"
    assert mnemonic(await post(cabinet, good | {"params": {}})) == "required_parameter_missed"


async def test_a_call_is_shown_when_it_has_ended_with_the_fields_that_were_asked_for(cabinet: Cabinet) -> None:
    session = cabinet.add_call(ends_in=60)
    assert (await ask(cabinet, "get.calls_report", **DATES, fields=["id"]))["result"]["data"] == []
    cabinet.clock.advance(60)
    told = (await ask(cabinet, "get.calls_report", **DATES, fields=["id", "start_time"]))["result"]
    assert told["data"] == [{"id": session.id, "start_time": "2027-01-15 11:00:00"}], "by Moscow time"
    assert told["metadata"]["total_items"] == 1


async def test_filters_may_be_nested(cabinet: Cabinet) -> None:
    kept, _ = cabinet.add_call(incoming=False), cabinet.add_call()
    tree = {
        "condition": "and",
        "filters": [
            {"field": "direction", "operator": "=", "value": "out"},
            {"condition": "or", "filters": [{"field": "id", "operator": "in", "value": [kept.id]}]},
        ],
    }
    told = await ask(cabinet, "get.calls_report", **DATES, filter=tree, fields=["id"])
    assert told["result"]["data"] == [{"id": kept.id}]


async def test_points_are_spent_by_successes_only_and_come_back(cabinet: Cabinet) -> None:
    cabinet.limits.enforce, cabinet.limits.minute_limit = True, 2
    assert mnemonic(await ask(cabinet, "get.calls_report")) == "required_parameter_missed"
    for _ in range(2):
        assert "result" in await ask(cabinet, "get.virtual_numbers")
    assert mnemonic(await ask(cabinet, "get.virtual_numbers")) == "limit_exceeded"
    cabinet.clock.advance(60)
    assert "result" in await ask(cabinet, "get.virtual_numbers")


async def test_a_session_lasts_an_hour(cabinet: Cabinet) -> None:
    params = {"login": cabinet.login, "password": cabinet.password}
    told = await post(cabinet, {"jsonrpc": "2.0", "id": 1, "method": "login.user", "params": params})
    token = told["result"]["data"]["access_token"]
    assert "result" in await ask(cabinet, "get.account", access_token=token)
    cabinet.clock.advance(3600)
    assert mnemonic(await ask(cabinet, "get.account", access_token=token)) == "access_token_expired"


async def test_the_old_cabinet_takes_nothing_that_is_not_signed() -> None:
    made = LegacyCabinet(clock=Clock(frozen_at=NOW))
    await made.start()
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"Authorization": f"{made.key}:c2lnbmVk"}):
            async with session.get(f"{made.url}/v1/info/timezone/?format=json", headers=headers) as answer:
                assert answer.status == 401
                assert (await answer.json()) == {"status": "error", "message": "Not authorized"}
    await made.stop()
