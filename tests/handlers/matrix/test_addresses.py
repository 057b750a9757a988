"""Our own server's addresses: who gets in where, and that nobody else leaves a trace."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import update

from bot.hearing.desk import Desk
from bot.i18n import load_languages
from bot.returns import Returns
from bot.web import OwnServer
from services.connecting.knocks import new_hook
from services.db.models import IntegrationRow
from services.domain.integration import IntegrationState, Kind
from services.domain.workspace import Role
from services.inbox import Inbox
from services.secrets import Vault
from tests.fakes.clock import FakeClock
from tests.fakes.rows import TEST_KEYS
from tests.handlers.matrix import scene, table
from tests.harness.world import User, World

SECRET = "hook-secret"
VALUES = {"address": "demo.amocrm.ru", "access": "login", "client_id": "one", "client_secret": "two"}


@pytest.fixture
async def server(first: World, clock: FakeClock) -> AsyncIterator[OwnServer]:
    server = OwnServer("127.0.0.1", 0, first.database)
    desk = Desk(first.bot, first.dispatcher, Inbox(first.database, Vault(TEST_KEYS), clock, "one"), first.i18n)
    server.take_updates(desk, SECRET)
    server.take_knocks(first.knocks)
    server.take_returns(Returns(first.dispatcher, first.bot, load_languages(), first.integrations, first.permits))
    await server.start()
    await desk.catch_up(everything=True)
    yield server
    await desk.stop()
    await server.stop()


async def asks(server: OwnServer, method: str, path: str, **more: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{server.port}{path}"
        async with session.request(method, url, data=more.pop("body", None), headers=more) as answer:
            return answer.status, await answer.text()


async def test_every_address_is_written_down(server: OwnServer) -> None:
    routes = server._app.router.routes()
    assert {(one.method, one.resource.canonical) for one in routes if one.resource} == table.ADDRESSES


@pytest.mark.parametrize("secret", [{}, {"X-Telegram-Bot-Api-Secret-Token": "hook-secre"}])
async def test_updates_need_telegrams_secret(
    first: World, owner: User, server: OwnServer, secret: dict[str, str]
) -> None:
    """Even those in the owner's name."""
    told = len(first.telegram.journal)
    first.telegram.send_text(owner.chat, owner.person, "/disable all")
    (sent,) = first.telegram.take_updates()
    before = await scene.state_of(first, ())
    assert await asks(server, "POST", "/telegram", body=json.dumps(sent), **secret) == (401, "")
    assert await scene.state_of(first, ()) == before
    assert len(first.telegram.journal) == told


async def hook_of(first: World, **values: object) -> str:
    hook = new_hook()
    async with first.database.write() as session:
        await session.execute(update(IntegrationRow).values(hook=hook, **values))
    return hook


async def test_a_knock_only_makes_us_look(first: World, server: OwnServer) -> None:
    hook = await hook_of(first)
    before = await scene.rows(first)
    first.jobs.waiting.clear()
    for method, path in (("GET", hook[:-1]), ("POST", hook[:-1] + "_"), ("POST", hook.swapcase())):
        status, _ = await asks(server, method, f"/hook/{path}", body="x")
        assert status in (404, 405)
    assert first.jobs.waiting == []
    assert await scene.rows(first) == before


async def test_a_system_that_was_disconnected_is_not_listened_to(first: World, server: OwnServer) -> None:
    hook = await hook_of(first, state=IntegrationState.DISCONNECTED)
    first.jobs.waiting.clear()
    assert (await asks(server, "POST", f"/hook/{hook}"))[0] == 404
    assert first.jobs.waiting == []


async def sent_away(first: World, user: User) -> str:
    """Somebody who may connect was sent to the system's own page; what they come back with."""
    assert user.member is not None
    address = await first.permits.ask(user.member, Kind.AMOCRM, VALUES, renew=0, chat_id=user.chat.id)
    return address.rpartition("state=")[2].partition("&")[0]


@pytest.mark.parametrize("becomes", [Role.VIEWER, Role.EDITOR, None])
async def test_whoever_may_not_connect_any_more_comes_back_to_nothing(
    first: World, owner: User, server: OwnServer, becomes: Role | None
) -> None:
    user = await first.member(Role.OWNER, "Олег")
    state = await sent_away(first, user)
    assert user.member is not None
    assert owner.member is not None
    if becomes is None:
        await first.members.remove(owner.member, user.member.id)
    else:
        await first.members.set_role(owner.member, user.member.id, becomes)
    before = (await scene.rows(first), len(first.telegram.journal))
    for path in (f"/oauth/amocrm?code=c&state={state}", f"/oauth/amocrm?code=c&state={state}x", "/oauth/nobody"):
        status, page = await asks(server, "GET", path)
        assert status == 400
        assert not scene.leaks(page)
    after = (await scene.rows(first), len(first.telegram.journal))
    assert {k: v for k, v in before[0].items() if k[0] != "pending_access"} == after[0]
    assert before[1] == after[1]


async def test_what_everybody_may_ask_names_nobody(server: OwnServer) -> None:
    for path in ("/healthz", "/metrics"):
        status, told = await asks(server, "GET", path)
        assert status == 200
        assert not scene.leaks(told)
