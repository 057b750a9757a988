"""The portal stand-in answers as a portal does, its oddities included."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.bitrix24 import Portal
from sandbox.clock import Clock


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    made = Portal(clock=Clock(frozen_at=1_800_000_000))
    await made.start()
    yield made
    await made.stop()


async def ask(portal: Portal, method: str, params: Any = None, *, secret: str = "") -> tuple[int, dict[str, Any]]:
    url = f"{portal.url}/rest/1/{secret or portal.secret}/{method}"
    async with (
        aiohttp.ClientSession(headers={"User-Agent": "test"}) as session,
        session.post(url, json=params or {}) as answer,
    ):
        body: dict[str, Any] = await answer.json()
        return answer.status, body


ERRORS: list[tuple[str, Any, int, str]] = [
    ("no.such.method", {}, 404, "ERROR_METHOD_NOT_FOUND"),
    ("crm.item.get", {"entityTypeId": 2, "id": 404}, 400, "NOT_FOUND"),
    ("crm.item.get", {"entityTypeId": 2}, 400, "100"),
    ("crm.item.list", {"entityTypeId": 2, "filter": {"colour": 1}}, 400, "INVALID_ARG_VALUE"),
    ("crm.category.list", {"entityTypeId": 1}, 400, "ENTITY_TYPE_NOT_SUPPORTED"),
    ("crm.activity.get", {"id": 404}, 400, ""),
    ("crm.activity.binding.list", {"activityId": 404}, 400, "NOT_FOUND"),
    ("disk.file.get", {"id": 404}, 400, "ERROR_NOT_FOUND"),
    ("crm.timeline.comment.add", {"FIELDS": {}}, 400, "100"),
    ("crm.timeline.comment.list", {"filter": {"ENTITY_TYPE": "deal", "ENTITY_ID": 404}}, 400, ""),
]


@pytest.mark.parametrize(("method", "params", "status", "code"), ERRORS)
async def test_errors(portal: Portal, method: str, params: Any, status: int, code: str) -> None:
    portal.add_deal("D")
    got, body = await ask(portal, method, params)
    assert (got, body["error"]) == (status, code)
    assert body["error_description"]


async def test_access(portal: Portal) -> None:
    assert (await ask(portal, "profile", secret="wrong"))[1]["error"] == "INVALID_CREDENTIALS"
    portal.settings.scopes.discard("crm")
    assert (await ask(portal, "crm.category.list", {"entityTypeId": 2}))[1]["error"] == "insufficient_scope"
    portal.settings.profile = "docs-2026-09"
    assert (await ask(portal, "profile", secret="wrong"))[0] == 401


async def test_statistics_drop_what_they_do_not_understand(portal: Portal) -> None:
    for _ in range(60):
        portal.add_call()
    assert len((await ask(portal, "voximplant.statistic.get", {"filter": {">ID": 9999}}))[1]["result"]) == 50
    assert len((await ask(portal, "voximplant.statistic.get", {"FILTER": {"@ID": [1]}}))[1]["result"]) == 50
    _, body = await ask(portal, "voximplant.statistic.get", {"FILTER": {">ID": 1055}, "start": -1})
    assert [row["ID"] for row in body["result"]] == [str(n) for n in range(1056, 1061)]
    assert "total" not in body
    _, body = await ask(portal, "voximplant.statistic.get", {"FILTER": {}})
    assert (body["total"], body["next"]) == (60, 50)


async def test_types_on_the_wire(portal: Portal) -> None:
    deal = portal.add_deal("D")
    call = portal.add_call(deal=deal, recording=b"RIFF", filename="a.wav")
    row = (await ask(portal, "voximplant.statistic.get", {"FILTER": {}}))[1]["result"][0]
    assert (row["CALL_DURATION"], row["RECORD_FILE_ID"], row["CALL_FAILED_CODE"]) == ("60", call.file_id, "200")
    activity = (await ask(portal, "crm.activity.get", {"id": call.activity_id}))[1]["result"]
    assert (activity["TYPE_ID"], activity["FILES"][0]["id"]) == ("2", call.file_id)
    item = (await ask(portal, "crm.item.get", {"entityTypeId": 2, "id": deal}))[1]["result"]["item"]
    assert (item["id"], item["categoryId"], item["stageSemanticId"]) == (deal, 0, "P")
    batch = (await ask(portal, "batch", {"cmd": {"a": "no.such"}}))[1]["result"]
    assert (batch["result"], batch["result_error"]["a"]["error"]) == ([], "ERROR_METHOD_NOT_FOUND")


async def test_hidden_objects_look_absent(portal: Portal) -> None:
    deal = portal.add_deal("D")
    call = portal.add_call(deal=deal)
    portal.items["deal", deal].readable = False
    assert (await ask(portal, "crm.activity.binding.list", {"activityId": call.activity_id}))[1]["result"] == []
    assert (await ask(portal, "crm.item.list", {"entityTypeId": 2}))[1]["result"]["items"] == []


async def test_limits(portal: Portal) -> None:
    portal.limits.enforce = True
    answers = [await ask(portal, "profile") for _ in range(52)]
    assert answers[-1][0] == 503
    assert answers[-1][1]["error"] == "QUERY_LIMIT_EXCEEDED"
    portal.clock.advance(30)
    portal.limits.spent["profile"] = 300.0
    assert [(await ask(portal, "profile"))[0] for _ in range(3)] == [200, 200, 429]
    portal.clock.advance(timedelta(minutes=11).total_seconds())
    assert (await ask(portal, "profile"))[0] == 200


async def test_comments_are_trimmed_and_paged(portal: Portal) -> None:
    deal = portal.add_deal("D")
    for number in range(55):
        fields = {"ENTITY_TYPE": "deal", "ENTITY_ID": deal, "COMMENT": f"  {number}\n"}
        await ask(portal, "crm.timeline.comment.add", {"fields": fields})
    wanted = {"filter": {"ENTITY_TYPE": "deal", "ENTITY_ID": deal}, "order": {"ID": "DESC"}}
    _, body = await ask(portal, "crm.timeline.comment.list", wanted)
    assert (body["result"][0]["COMMENT"], len(body["result"]), body["next"]) == ("54", 50, 50)
