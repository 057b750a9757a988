"""Whatever bytes come as a press, a link, a command or a web request: no traceback, and nothing happens."""

import asyncio
import string
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.hearing.desk import Desk
from bot.i18n import load_languages
from bot.returns import Returns
from bot.web import BODY_LIMIT, KNOCK_LIMIT, OwnServer
from services.db.models import InboxRow
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.inbox import Inbox
from services.secrets import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.rows import TEST_KEYS
from tests.harness.presses import every_press
from tests.harness.world import User, World

Log = pytest.LogCaptureFixture
FEW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PREFIXES = [str(one.__prefix__) for one in every_press()]
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
hostile = st.one_of(
    anything,
    st.sampled_from(
        ["0", "-1", "1" * 30, str(2**63), "१", "²", "NaN", "1e9", "' OR 1=1 --", "\x00", "{}", "../..", "‮"]
    ),
)
press = st.builds(
    lambda prefix, parts, company: ":".join([prefix, *parts]) + company,
    st.sampled_from(PREFIXES) | anything,
    st.lists(st.sampled_from([*string.ascii_lowercase, *string.digits]) | hostile, max_size=5),
    st.sampled_from(["", "@1", "@2", "@", "@-1", "@99999999999999999999"]),
)
COMMANDS = "start help new prompts enable disable connect integrations settings privacy members status history"
command = st.builds(
    lambda name, glue, rest: f"/{name}{glue}{rest}", st.sampled_from(COMMANDS.split()) | anything,
    st.sampled_from([" ", "@", "_", "\n", "@bot "]), hostile,
)  # fmt: skip
LINKS = ("new_", "claim_", "join_", "inv_", "chats_", "p_", "")


@pytest.fixture
async def database_address(tmp_path: Any, migrated_file: Any) -> str:
    """What comes in from outside is the same on every database."""
    path = tmp_path / "test.db"
    path.write_bytes(migrated_file.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def viewer(world: World, owner: User) -> User:
    """They have begun: what a first word teaches us of somebody is known."""
    user = await world.member(Role.VIEWER, "Борис")
    await user.types("/start")
    return user


async def snapshot(database: Database) -> str:
    """Everything that matters to a company."""
    tables = ("workspace", "member", "integration", "prompt", "prompt_version", "chat", "claim", "audit")
    async with database.read() as session:
        rows = [(await session.execute(text(f"SELECT * FROM {table}"))).all() for table in tables]  # noqa: S608
    return str(rows)


def unbroken(caplog: Log) -> bool:
    """Nothing has broken since this was asked last."""
    told = caplog.text
    caplog.clear()
    return not any(sign in told for sign in ("_broke", "Traceback"))


@FEW
@given(data=press)
async def test_a_forged_press_by_whoever_may_not_changes_nothing(
    caplog: Log, world: World, viewer: User, data: str
) -> None:
    cut = data.encode()[:64].decode(errors="ignore")
    before = await snapshot(world.database)
    await viewer.forges(cut)
    await world.stranger().forges(cut)
    assert unbroken(caplog)
    assert await snapshot(world.database) == before


@FEW
@given(data=press)
async def test_a_forged_press_of_the_owner_breaks_nothing(caplog: Log, owner: User, data: str) -> None:
    await owner.forges(data.encode()[:64].decode(errors="ignore"))
    assert unbroken(caplog)


@FEW
@given(words=command | st.builds(lambda link, rest: f"/start {link}{rest}", st.sampled_from(LINKS), hostile))
async def test_odd_commands_and_links_change_nothing(caplog: Log, world: World, viewer: User, words: str) -> None:
    before = await snapshot(world.database)
    await viewer.types(words[:4096] or "/")
    await world.stranger().types(words[:4096] or "/")
    assert unbroken(caplog)
    assert await snapshot(world.database) == before


@pytest.fixture
async def address(world: World, owner: User, clock: FakeClock) -> AsyncIterator[str]:
    """Our own server, with everything that it may be asked for."""
    server = OwnServer("127.0.0.1", 0, world.database)
    inbox = Inbox(world.database, Vault(TEST_KEYS), clock, "one")
    desk = Desk(world.bot, world.dispatcher, inbox, world.i18n)
    server.take_updates(desk, "hook-secret")
    server.take_knocks(world.knocks)
    server.take_returns(Returns(world.dispatcher, world.bot, load_languages(), world.integrations, world.permits))
    await server.start()
    await desk.catch_up(everything=True)
    yield f"http://127.0.0.1:{server.port}"
    await desk.stop()
    await server.stop()


SECRET = {"X-Telegram-Bot-Api-Secret-Token": "hook-secret"}


@FEW
@given(body=st.binary(max_size=200) | st.sampled_from([b"[]", b"1", b'{"update_id":1e400}', b'{"update_id":-1}']))
async def test_a_webhook_of_odd_bytes_is_taken_and_forgotten(world: World, address: str, body: bytes) -> None:
    before = await snapshot(world.database)
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{address}/telegram", data=body) as answer:
            assert answer.status == 401
        async with session.post(f"{address}/telegram", data=body, headers=SECRET) as answer:
            assert answer.status == 200
    assert await snapshot(world.database) == before


async def test_a_secret_of_odd_bytes_is_a_wrong_one(caplog: Log, address: str) -> None:
    """The client of these tests sends no such header; whoever knocks from outside may."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    head = b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n"
    writer.write(head + b"X-Telegram-Bot-Api-Secret-Token: \xff\xfe\r\n\r\n{}")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401")
    assert unbroken(caplog)


@FEW
@given(path=st.sampled_from(["/hook/", "/oauth/", "/"]), rest=hostile, body=st.binary(max_size=200))
async def test_odd_requests_are_nobodys(world: World, address: str, path: str, rest: str, body: bytes) -> None:
    url = f"{address}{path}{quote(rest, safe='')}"
    async with aiohttp.ClientSession() as session:
        for method in ("GET", "POST"):
            async with session.request(method, url, data=body, params={"state": rest[:20]}) as answer:
                assert 400 <= answer.status < 500
                assert "Traceback" not in await answer.text()


def test_what_broke_is_seen(caplog: Log) -> None:
    structlog.get_logger("handlers.errors").error("handler_broke")
    assert not unbroken(caplog)
    assert unbroken(caplog)


async def test_bodies_are_bounded_and_health_and_metrics_tell_nothing(world: World, address: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(
            f"{address}/telegram", data=BytesIO(b"x" * (BODY_LIMIT + 1)), headers=SECRET
        ) as answer:
            assert answer.status == 413
        hook = "a" * 43
        async with session.post(f"{address}/hook/{hook}", data=b"x" * (KNOCK_LIMIT + 1)) as answer:
            assert answer.status in (404, 413)
        async with session.get(f"{address}/healthz") as answer:
            assert await answer.text() == "ok\n"
        async with session.get(f"{address}/metrics") as answer:
            told = await answer.text()
    for known in ("Моя компания", "Анна", str(next(iter(world.users))), "portal", world.telegram.token):
        assert known not in told


async def test_an_update_is_stored_before_it_is_confirmed_and_a_repeat_is_known(
    world: World, owner: User, address: str
) -> None:
    world.telegram.send_text(owner.chat, owner.person, "/status")
    (update,) = world.telegram.take_updates()
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.post(f"{address}/telegram", json=update, headers=SECRET) as answer:
                assert answer.status == 200
                async with world.database.read() as reading:
                    (row,) = (await reading.scalars(select(InboxRow))).all()
                    assert row.update_id == update["update_id"]
    await world.telegram.wait_for(lambda: owner.sees("Как идёт работа"), 10)
    assert len([one for one in owner.messages if "Как идёт работа" in one.text]) == 1


async def test_what_cannot_be_stored_is_not_confirmed(world: World, owner: User, address: str) -> None:
    world.telegram.send_text(owner.chat, owner.person, "/status")
    (update,) = world.telegram.take_updates()
    async with world.database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE inbox RENAME TO away"))
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{address}/telegram", json=update, headers=SECRET) as answer:
            assert answer.status == 500
            assert "Traceback" not in await answer.text()
        async with world.database.engine.begin() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO inbox"))
        async with session.post(f"{address}/telegram", json=update, headers=SECRET) as answer:
            assert answer.status == 200
    await world.telegram.wait_for(lambda: owner.sees("Как идёт работа"), 10)
