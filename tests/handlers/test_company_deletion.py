"""A company is deleted by one of its owners: who hears of it, where everybody goes on, and what a crash leaves."""

import asyncio

from aiogram.types import BotCommandScopeChat
from sqlalchemy import func, select

from handlers.callbacks.workspace import PrivacyAct, PrivacyPress
from sandbox.faults import Fault
from services.db.models import CallRow, MemberRow, WizardStateRow, WorkspaceRow
from services.domain.workspace import Role
from tests.handlers.prompts.making import fill, open_card
from tests.handlers.test_members import invite
from tests.handlers.test_privacy import delete_company
from tests.handlers.test_status import add_call
from tests.harness.world import User, World

NAME = "Моя компания"
WORD = "Владелец удалил компанию «Моя компания»"


async def left(world: World) -> int:
    async with world.database.read() as session:
        return await session.scalar(select(func.count(WorkspaceRow.id)).where(WorkspaceRow.id == 1)) or 0


def told(user: User, words: str = WORD) -> int:
    return sum(words in shown.text for shown in user.messages)


async def test_everybody_is_told_once_and_whoever_asked_hears_what_went(world: World, connected: User) -> None:
    await fill(world, connected, "Первый", "Второй")
    await add_call(world)
    english = await world.member(Role.VIEWER, "Bill", "en")
    await english.types("/start")
    editor = await world.member(Role.EDITOR, "Борис")
    for user in (editor, connected):
        await user.types("/subscribe")
    group = world.telegram.group("Отдел", [connected.person, editor.person])
    await connected.within(group).types("/subscribe")
    await delete_company(connected, NAME)
    await world.jobs.run_due()
    assert told(editor) == 1
    assert told(english, "deleted the company “Моя компания”") == 1
    assert told(connected) == 0
    assert "Удалено звонков: 1, промптов: 2." in connected.last.text
    assert told(connected.within(group), "карточек здесь больше не будет") == 1
    assert await left(world) == 0


async def test_what_was_open_is_dead_and_the_other_company_goes_on(world: World, connected: User) -> None:
    await fill(world, connected, "Первый")
    world.signup = True
    world.restart()
    person = world.stranger("Борис")
    await person.types("/start")
    await person.types(f"/start {await invite(connected, 'редактор')}")
    await open_card(person)
    card = person.last
    await person.press("Текст")
    link = await invite(connected, "владелец")
    await delete_company(connected, NAME)
    await person.types("Новый текст")
    assert "Не понял" in person.last.text
    await person.press("‹", message=card)
    assert "устарело" in person.alert
    known = await world.workspaces.who_is(person.person.id)
    assert known is not None
    assert known[1].id == 2
    for late in (world.stranger("Вор"), person, connected):
        await late.types(f"/start {link}")
        assert "уже использована, устарела или неверна" in late.last.text
    async with world.database.read() as session:
        gone = select(MemberRow.id).where(MemberRow.workspace_id == 1)
        assert not (await session.scalars(gone)).all()


async def test_the_menu_is_that_of_the_other_company_or_of_a_stranger(world: World, connected: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    await editor.types("/start")
    assert "new" in await menu_of(world, editor)
    await delete_company(connected, NAME)
    assert await menu_of(world, editor) == []
    assert await menu_of(world, connected) == []


async def test_a_role_given_elsewhere_leaves_the_menu_of_the_present_one(world: World, connected: User) -> None:
    world.signup = True
    world.restart()
    person = world.stranger("Борис")
    await person.types(f"/start {await invite(connected, 'наблюдатель')}")
    await person.types("/workspace")
    await person.press("Новая компания")
    await person.types("Бета")
    assert "members" in await menu_of(world, person)
    await connected.types("/members")
    await connected.press("Борис")
    await connected.press("Сделать редактором")
    assert "members" in await menu_of(world, person)
    await person.types("/workspace")
    await person.press("Перейти в")
    assert "members" not in await menu_of(world, person)


async def menu_of(world: World, user: User) -> list[str]:
    commands = await world.bot.get_my_commands(scope=BotCommandScopeChat(chat_id=user.person.id))
    return [one.command for one in commands]


async def test_of_two_owners_who_delete_it_at_once_one_finds_it_gone(world: World, connected: User) -> None:
    second = await world.workspaces.add_member(1, 777, "Вера", Role.OWNER)
    assert connected.member is not None
    done = await asyncio.gather(
        *(world.company_forgetting.begin(one, NAME) for one in (connected.member, second)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["NotFound", "tuple"]
    await world.jobs.run_due()
    assert await left(world) == 0


async def test_whoever_lost_the_right_while_typing_deletes_nothing(world: World, connected: User) -> None:
    second = await world.member(Role.OWNER, "Вера")
    await second.types("/privacy")
    await second.press("Удалить компанию")
    await second.press("Да, удалить")
    assert connected.member is not None
    assert second.member is not None
    await world.members.set_role(connected.member, second.member.id, Role.EDITOR)
    await second.types(NAME)
    assert "нужны права" in second.last.text
    assert await left(world) == 1
    await second.forges(PrivacyPress(act=PrivacyAct.DELETE_SURE).pack())
    assert "нужны права" in second.alert


async def test_a_crash_while_people_are_told_goes_on_behind_them(world: World, connected: User) -> None:
    """Nobody hears it twice, but for the one whose message Telegram took without our hearing so."""
    first, second = await world.member(Role.EDITOR, "Борис"), await world.member(Role.VIEWER, "Вера")
    await add_call(world)
    await delete_company(connected, NAME)
    world.telegram.faults.add(Fault("reset", "sendMessage", when="after"))
    await world.jobs.run_due()
    assert (told(first), told(second)) == (1, 0)
    world.jobs.lose_all()
    world.restart()
    await world.company_forgetting.left_over()
    await world.jobs.run_due()
    assert (told(first), told(second)) == (2, 1)
    assert await left(world) == 0
    async with world.database.read() as session:
        assert await session.scalar(select(func.count(CallRow.id))) == 0
        states = await session.scalars(select(WizardStateRow.state).where(WizardStateRow.state.is_not(None)))
        assert not states.all()
