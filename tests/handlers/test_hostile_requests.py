"""Our own server under bytes that no client sends: no traceback, no effect, an answer that tells nothing."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from services.db.models import InboxRow
from tests.handlers.test_hostile import FEW, SECRET, Log, snapshot, unbroken
from tests.handlers.test_hostile import address as address
from tests.handlers.test_hostile import database_address as database_address
from tests.harness.world import World

PATHS = (b"/healthz", b"/metrics", b"/telegram", b"/hook/" + b"a" * 43, b"/oauth/amocrm?state=x&code=y", b"/")
odd_bytes = st.binary(max_size=80).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b""))
names = st.sampled_from(
    [b"X-Telegram-Bot-Api-Secret-Token", b"Content-Type", b"Host", b"Cookie", b"Authorization", b"Signature"]
)


async def asks(address: str, head: bytes, body: bytes = b"") -> bytes:
    """The raw answer; empty where the connection was closed without one."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        length = f"\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head + length.encode() + body)
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()


async def posts(address: str, body: bytes, headers: dict[str, str]) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/telegram", data=body, headers=headers) as answer,
    ):
        return answer.status


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@FEW
@given(
    method=st.sampled_from([b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"TRACE"]),
    path=st.sampled_from(PATHS) | odd_bytes.map(lambda raw: b"/" + raw.replace(b" ", b"")),
    headers=st.lists(st.tuples(names, odd_bytes), max_size=3),
    body=st.binary(max_size=200),
)
async def test_odd_bytes_anywhere_break_nothing(
    caplog: Log, world: World, address: str, method: bytes, path: bytes, headers: list[Any], body: bytes
) -> None:
    before = await snapshot(world.database)
    lines = [b"%s: %s" % one for one in headers]
    answer = await asks(address, b"\r\n".join([b"%s %s HTTP/1.1" % (method, path), b"Host: x", *lines]), body)
    assert status(answer) < 500
    assert b"Traceback" not in answer
    assert unbroken(caplog)
    assert await snapshot(world.database) == before


@pytest.mark.parametrize("value", [b"\xff\xfe", "хук-секрет".encode(), b"\xed\xa0\x80", b"hook-secret\xff", b""])
async def test_a_secret_of_odd_bytes_is_a_wrong_one(caplog: Log, address: str, value: bytes) -> None:
    head = b"POST /telegram HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: " + value
    assert status(await asks(address, head, b'{"update_id": 1}')) == 401
    assert unbroken(caplog)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
fields = st.sampled_from(
    ["message", "edited_message", "callback_query", "my_chat_member", "channel_post", "inline_query", "poll"]
)


@FEW
@given(update_id=st.integers(1, 2**40) | json_values, name=fields, value=json_values)
async def test_updates_of_wrong_types_are_taken_and_forgotten(
    caplog: Log, world: World, address: str, update_id: Any, name: str, value: Any
) -> None:
    """With the right secret, as a proxy in between or a future Telegram might send them."""
    before = await snapshot(world.database)
    body = json.dumps({"update_id": update_id, name: value}).encode()
    assert await posts(address, body, SECRET) == 200
    await done(world)
    assert unbroken(caplog)
    assert await snapshot(world.database) == before


DEEP = b'{"update_id":7,"message":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (DEEP, "application/json"),
        *(
            (b'{"update_id":7,"message":' + b"[" * deep + b"]" * deep + b"}", "application/json")
            for deep in (300, 900)
        ),
        (b'{"update_id":7}', "application/json; charset=no-such-thing"),
        (b'{"update_id":true,"message":{}}', "application/json"),
        (b'{"update_id":' + b"9" * 5000 + b"}", "application/json"),
        (b'{"update_id":NaN}', "application/json"),
        (b'{"update_id":7,"message":{"text":"\\ud800"}}', "application/json"),
        (b'{"update_id":7,"update_id":[],"message":1}', "multipart/form-data; boundary=x"),
    ],
)
async def test_a_body_that_is_no_update_is_taken_and_forgotten(
    caplog: Log, world: World, address: str, body: bytes, kind: str
) -> None:
    assert await posts(address, body, {**SECRET, "Content-Type": kind}) == 200
    await done(world)
    assert unbroken(caplog)


async def done(world: World) -> None:
    """What was stored has been worked on."""
    for _ in range(200):
        async with world.database.read() as session:
            waiting = await session.scalar(select(func.count()).where(InboxRow.state.in_(("waiting", "begun"))))
        if not waiting:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("an update is never done with")


async def test_our_log_tells_of_no_address(caplog: Log, address: str) -> None:
    answer = await asks(address, b"GET / HTTP/1.1\r\nHost: x\r\nHost: y")
    assert status(answer) == 400
    assert "request_not_understood" in caplog.text
    assert "127.0.0.1" not in caplog.text
    assert unbroken(caplog)
