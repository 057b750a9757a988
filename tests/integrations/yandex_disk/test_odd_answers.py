"""Answers no Disk should give: one odd row stops nobody, nonsense is a named failure, never a crash."""

from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from services.errors import BadAnswer, RemoteError
from services.integrations.yandex_disk.rows import tidy
from tests.integrations.yandex_disk.conftest import FOLDER, OddBench

CURSOR = {"folders": {FOLDER: [1_000_000_000.0, 0.0]}, "read_at": 0.0}
LISTED, LATEST = "v1/disk/resources", "v1/disk/resources/last-uploaded"


def row(**changes: Any) -> dict[str, Any]:
    return {
        "type": "file",
        "name": "a.mp3",
        "path": f"{FOLDER}/a.mp3",
        "size": 10,
        "md5": "a" * 32,
        "created": "2026-03-10T08:00:00+00:00",
        "modified": "2026-03-10T08:00:00+00:00",
        "resource_id": "1:a",
        "revision": 1_773_129_600_000_000,
        **changes,
    }


def listing(*rows: Any, **changes: Any) -> dict[str, Any]:
    return {
        "type": "dir",
        "_embedded": {"items": list(rows), "total": len(rows), "limit": 200, "offset": 0, **changes},
    }


ODD: list[Any] = [
    None,
    "text",
    [],
    {},
    row(path=None),
    row(path={"a": 1}, name=7),
    row(size={}, md5=None, resource_id=None),
    row(type="link"),
    row(path=f"{FOLDER}/b.mp3", resource_id=5, md5=[], size="many"),
    row(path=f"{FOLDER}/c.mp3", created="вчера", modified=1.5, revision="x" * 5000, md5="c" * 32),
    row(path=f"{FOLDER}/d.mp3", revision=10**400, size=True, md5="d" * 32),
    {"type": "dir", "path": 5},
]


async def test_odd_rows_do_not_stop_the_others(odd: OddBench) -> None:
    odd.disk.says = {
        LISTED: lambda _: listing(*ODD, row()),
        LATEST: lambda _: {"items": [*ODD, row(md5="e" * 32)]},
    }
    page = await odd.connector.pull(CURSOR)
    assert "file:" + "a" * 32 in [call.external_id for call in page.calls]
    page = await odd.connector.pull(page.cursor)
    assert "file:" + "e" * 32 in [call.external_id for call in page.calls]


@pytest.mark.parametrize(
    "created", ["2026-03-10T08:00:07Z", "2026-03-10T08:00:07.123456+00:00", "2026-03-10T11:00:07+03:00"]
)
def test_times_are_told_in_the_only_form_the_library_reads(created: str) -> None:
    """It cuts three characters off and takes whatever is left for the seconds."""
    assert tidy({"items": [row(created=created)]})["items"][0]["created"] == "2026-03-10T08:00:07+00:00"


async def test_a_time_with_a_letter_loses_no_seconds(odd: OddBench) -> None:
    told = row(created="2026-03-10T08:00:37Z", modified="2026-03-10T08:00:37Z", name="x.mp3")
    odd.disk.says = {LISTED: lambda _: listing(told)}
    (call,) = (await odd.connector.pull(CURSOR)).calls
    assert f"{call.started_at:%H:%M:%S}" == "08:00:37"


BODIES: list[Any] = [
    [],
    None,
    7,
    {},
    {"type": "dir"},
    {"type": "dir", "_embedded": []},
    {"type": "dir", "_embedded": {"items": {}}},
    {"items": 5},
]


@pytest.mark.parametrize("body", BODIES, ids=repr)
async def test_a_folder_that_is_none_is_a_bad_answer(odd: OddBench, body: Any) -> None:
    odd.disk.says = {LISTED: lambda _: web.json_response(body)}
    with pytest.raises(BadAnswer):
        await odd.connector.pull(CURSOR)
    assert len(odd.disk.asked) <= 3


async def test_a_nest_of_brackets_is_a_bad_answer(odd: OddBench) -> None:
    odd.disk.says = {LISTED: lambda _: web.Response(text="[" * 100_000, content_type="application/json")}
    with pytest.raises(BadAnswer):
        await odd.connector.pull(CURSOR)


async def test_a_folder_inside_itself_ends(odd: OddBench) -> None:
    def deeper(query: Mapping[str, str]) -> dict[str, Any]:
        return listing({"type": "dir", "path": query["path"] + "/x", "name": "x", "resource_id": "1:x"})

    odd.disk.says = {LISTED: deeper, LATEST: lambda _: {"items": []}}
    cursor, more = CURSOR, True
    while more:
        page = await odd.connector.pull(cursor)
        cursor, more = dict(page.cursor), page.more
    assert len(odd.disk.asked) < 20


async def test_a_list_that_never_shrinks_ends(odd: OddBench) -> None:
    """`total` grows with each page: the folder is begun again once, then read as it is."""
    asked = 0

    def endless(_query: Mapping[str, str]) -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return listing(row(), total=2 + asked) if asked < 30 else listing(total=40)

    odd.disk.says = {LISTED: endless, LATEST: lambda _: {"items": []}}
    cursor, more = CURSOR, True
    while more:
        page = await odd.connector.pull(cursor)
        cursor, more = dict(page.cursor), page.more
    assert asked < 40


@pytest.mark.parametrize(
    "cursor",
    [
        {},
        {"folders": []},
        {"folders": {FOLDER: "x"}},
        {"folders": {FOLDER: [1]}, "walk": [[1]]},
        {"folders": {FOLDER: [1.0, 1.0]}, "walk": 5},
    ],
    ids=repr,
)
async def test_a_cursor_we_never_stored_begins_anew(odd: OddBench, cursor: dict[str, Any]) -> None:
    odd.disk.says = {
        "v1/disk": lambda _: {"user": {"login": "sales", "uid": "1"}},
        LISTED: lambda _: listing(row()),
        LATEST: lambda _: {"items": []},
    }
    page = await odd.connector.pull(cursor)
    assert page.calls == ()
    assert list(page.cursor["folders"]) == [FOLDER]


@pytest.mark.parametrize("user", [None, {}, {"login": 5}, "sales"], ids=repr)
async def test_a_disk_of_nobody_cannot_be_connected(odd: OddBench, user: Any) -> None:
    odd.disk.says = {"v1/disk": lambda _: {"user": user}}
    with pytest.raises(RemoteError):
        await odd.connector.check()
