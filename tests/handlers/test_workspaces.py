"""Where strangers may begin, each has a company of their own, and nobody sees another's."""

from sqlalchemy import select

from handlers.callbacks.connecting import ConnectChoice, ConnectKind, ConnectPress
from handlers.callbacks.members import MemberAct, MemberPress
from handlers.callbacks.prompts import PromptFilter, PromptList
from handlers.callbacks.workspace import CallStory, SettingsPress
from services.db.models import CallRow, CardRow, ChatRow, TranscriptRow
from services.domain.call import CallState
from services.domain.integration import Funnel
from services.domain.workspace import Role
from services.funnels import FunnelBook
from tests.handlers.prompts.making import fill, names_of
from tests.handlers.test_permissions import everything, presses
from tests.handlers.test_status import add_call
from tests.harness.world import User, World


async def opened(world: World, name: str = "Борис") -> User:
    world.signup = True
    world.restart()
    user = world.stranger(name)
    await user.types("/help")
    assert "/start" in user.last.text
    await user.types("/start")
    assert "Начнём с подключения CRM" in user.last.text
    return user


async def test_a_stranger_opens_a_company_of_their_own_once(world: World, connected: User) -> None:
    other = await opened(world)
    await other.types("/start")
    known = await world.workspaces.who_is(other.person.id)
    assert known is not None
    member, workspace = known
    assert (member.role, workspace.id) == (Role.OWNER, 2)
    for command, told in (("/integrations", "ничего не подключено"), ("/prompts", "Промптов пока нет")):
        await other.types(command)
        assert told in other.last.text


async def _funnel(world: World) -> Funnel:
    book = FunnelBook(world.database, world.connectors, world.clock)
    return (await book.of(1, refresh=True))[0]


async def test_nothing_leaks_between_two_companies(world: World, connected: User) -> None:
    await fill(world, connected, "Секретный вопрос", funnel="Сервис")
    funnel = await _funnel(world)
    call = await add_call(world, client_name="Секретный клиент")
    await connected.types("/subscribe")
    other = await opened(world)
    await other.types("/subscribe")
    await other.types("/members")
    await other.types("/status")
    before = await everything(world)
    forged = [
        *presses(1, 1),
        CallStory(call_id=call),
        PromptList(integration_id=1, funnel_id=funnel.id),
        PromptFilter(integration_id=1),
        MemberPress(act=MemberAct.SHOW, number=1),
    ]
    own = (SettingsPress, ConnectKind, ConnectPress, ConnectChoice)
    for press in forged:
        if isinstance(press, own):
            continue
        await other.forges(press.pack())
        told = "\n".join([other.alert, other.last.text, *other.last.buttons])
        for leaked in ("Секретный", "127.0.0.1", "Анна", "Сервис", funnel.name):
            assert leaked not in told, press
    after = await everything(world)
    after["audit"] = before["audit"] = []  # they invited people of their own
    assert after == before
    assert await names_of(world) == ["Секретный вопрос"]


async def test_a_card_comes_to_the_chats_of_its_company_only(world: World, connected: User) -> None:
    await connected.types("/subscribe")
    other = await opened(world)
    await other.types("/subscribe")
    call = await add_call(world, state=CallState.FAILED, object_id="7", object_kind="deal")
    async with world.database.write() as session:
        now = world.clock.now()
        session.add(TranscriptRow(call_id=call, source="speech", segments=[], seconds=1, created_at=now))
    assert connected.member is not None
    await world.pipeline.calls.retry(connected.member, call)
    async with world.database.read() as session:
        chats = await session.scalars(select(ChatRow.chat_id).join(CardRow, CardRow.chat_id == ChatRow.id))
        assert chats.all() == [connected.person.id]
        assert (await session.scalars(select(CallRow.state))).one() == CallState.TRANSCRIBED
