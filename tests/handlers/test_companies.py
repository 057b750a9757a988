"""One person in several companies: each list, button, dialogue and group belongs to one of them."""

import asyncio
from typing import NamedTuple

import pytest

from handlers.callbacks.linking import LinkPress, LinkTo
from handlers.callbacks.prompts import PromptAll
from services.cards.wanted import want
from services.db.unit_of_work import Database
from services.domain.call import CallState, Reason
from services.domain.prompt import Ask, Scope
from services.domain.workspace import Role
from services.errors import Refused
from services.prompts.drafts import Draft
from services.workspace.limits import Limits
from tests.fakes.clock import FakeClock
from tests.handlers.prompts.making import fill, open_card
from tests.handlers.test_members import invite
from tests.handlers.test_status import add_call
from tests.harness.world import User, World


class Two(NamedTuple):
    """`person` edits prompts in the first company and owns the second."""

    owner: User
    person: User


@pytest.fixture
async def two(world: World, connected: User) -> Two:
    assert connected.member is not None
    await world.companies.rename(connected.member, "Альфа")
    await fill(world, connected, "Секретный")
    world.signup = True
    world.restart()
    person = world.stranger("Борис")
    await person.types("/start")
    await person.types("/workspace")
    await person.press("Переименовать")
    await person.types("Бета")
    await person.types(f"/start {await invite(connected, 'редактор')}")
    assert "редактор компании «Альфа»" in person.last.text
    return Two(connected, person)


async def present(world: World, user: User, group: int = 0) -> tuple[str, Role] | None:
    known = await world.workspaces.who_is(user.person.id, group=group)
    return (known[1].name, known[0].role) if known is not None else None


async def test_a_company_has_a_name_that_its_founder_reads(world: World) -> None:
    world.signup = True
    world.restart()
    founder = world.stranger("Kate", "en")
    await founder.types("/start")
    assert await present(world, founder) == ("My company", Role.OWNER)


async def test_whoever_is_invited_works_there_and_goes_back(world: World, two: Two) -> None:
    assert await present(world, two.person) == ("Альфа", Role.EDITOR)
    await two.person.types("/prompts")
    assert any("Секретный" in text for text in two.person.last.buttons)
    await two.person.types("/workspace")
    assert "✅ Альфа" in two.person.last.text
    await two.person.press("Перейти в «Бета»")
    assert "✅ Бета" in two.person.last.text
    assert await present(world, two.person) == ("Бета", Role.OWNER)
    await two.person.types("/prompts")
    assert "Промптов пока нет" in two.person.last.text


async def test_a_button_of_the_other_company_leads_there_and_does_nothing(world: World, two: Two) -> None:
    await two.person.types("/prompts")
    shown = two.person.last
    await two.person.types("/enable все")
    everything = two.person.last
    await two.person.types("/workspace")
    await two.person.press("Перейти в «Бета»")
    for message, button in ((everything, "ключить"), (shown, "Секретный")):
        await two.person.press(button, message=message)
        assert "Это из компании «Альфа»" in two.person.last.text
        (prompt,) = await world.prompts.all(1)
        assert not prompt.enabled
    await two.person.press("Перейти в «Альфа»")
    await two.person.press("ключить", message=everything)
    (prompt,) = await world.prompts.all(1)
    assert prompt.enabled


async def test_a_button_of_somebody_elses_company_is_merely_old(world: World, two: Two) -> None:
    stolen = f"{PromptAll(to=True).pack()}@2"
    await two.owner.forges(stolen)
    assert "устарело" in two.owner.alert
    for forged in (f"{PromptAll(to=True).pack()}@zzzzzz", f"{PromptAll(to=True).pack()}@"):
        await two.owner.forges(forged)
        assert "устарело" in two.owner.alert
    (prompt,) = await world.prompts.all(1)
    assert not prompt.enabled


async def test_a_dialogue_waits_in_its_own_company(world: World, two: Two) -> None:
    await open_card(two.person)
    await two.person.press("Текст")
    await two.person.types("/workspace")
    await two.person.press("Перейти в «Бета»")
    await two.person.types("Чужой текст")
    assert "Не понял" in two.person.last.text
    await two.person.types("/cancel")
    assert "отменять нечего" in two.person.last.text


async def test_whoever_is_removed_finds_every_window_dead(world: World, two: Two) -> None:
    await open_card(two.person)
    card = two.person.last
    await two.person.press("Текст")
    await two.owner.types("/members")
    await two.owner.press("Борис")
    await two.owner.press("Убрать")
    await two.owner.press("Да, убрать")
    assert two.person.sees("больше не работаете в компании «Альфа»")
    assert await present(world, two.person) == ("Бета", Role.OWNER)
    await two.person.types("Новый текст")
    assert "Не понял" in two.person.last.text
    await two.person.press("‹", message=card)
    assert "устарело" in two.person.alert
    (prompt,) = await world.prompts.all(1)
    assert prompt.text != "Новый текст"


async def test_a_group_belongs_to_the_company_that_subscribed_it(world: World, two: Two) -> None:
    """Whoever works elsewhere at present acts there all the same; whoever is no member is a stranger."""
    other = world.stranger("Вера")
    await other.types("/start")
    group = world.telegram.group("Отдел", [two.owner.person, two.person.person, other.person])
    await two.owner.within(group).types("/subscribe")
    await two.person.types("/workspace")
    await two.person.press("Перейти в «Бета»")
    assert await present(world, two.person, group.id) == ("Альфа", Role.EDITOR)
    there = two.person.within(group)
    await there.types("/prompts")
    assert any("Секретный" in text for text in there.last.buttons)
    assert await present(world, other, group.id) is None
    count = len(there.messages)
    await other.within(group).types("/prompts")
    await other.within(group).types("/subscribe")
    assert len(there.messages) == count
    stranger = other.within(group)
    await stranger.press("Секретный")
    assert "напишите мне /start" in stranger.alert


async def test_a_link_from_a_group_leads_into_its_company(world: World, two: Two) -> None:
    group = world.telegram.group("Отдел", [two.owner.person, two.person.person])
    await two.owner.within(group).types("/subscribe")
    await two.person.types("/workspace")
    await two.person.press("Перейти в «Бета»")
    there = two.person.within(group)
    for command, shown in (
        ("/new", "Звонки какой воронки"),
        ("/subscribe", "Отдел"),
        ("/chats", "Нажмите на чат"),
        ("/funnels", "Свои воронки"),
    ):
        await world.companies.switch(two.person.person.id, 2)
        await there.types(command)
        link = str(there.last.keyboard[0][0]["url"]).partition("?start=")[2]
        await two.person.types(f"/start {link}")
        assert "Эта ссылка — для компании «Альфа»" in two.person.last.text, command
        assert await present(world, two.person) == ("Бета", Role.OWNER), command
        await two.person.press("Перейти и продолжить")
        assert two.person.sees("Теперь вы в компании «Альфа»")
        assert await present(world, two.person) == ("Альфа", Role.EDITOR), command
        assert shown in two.person.last.text, command


async def test_a_link_into_the_present_company_goes_its_way_at_once(world: World, two: Two) -> None:
    group = world.telegram.group("Отдел", [two.owner.person, two.person.person])
    there = two.owner.within(group)
    for command, shown in (
        ("/subscribe", "Отдел"),
        ("/chats", "Нажмите на чат"),
        ("/new", "воронки"),
        ("/funnels", "воронки"),
    ):
        await there.types(command)
        link = str(there.last.keyboard[0][0]["url"]).partition("?start=")[2]
        await two.person.types(f"/start {link}")
        assert shown in two.person.last.text, command
        assert "Перейти и продолжить" not in str(two.person.last.buttons), command


async def test_a_link_into_somebody_elses_company_tells_nothing(world: World, two: Two) -> None:
    """Neither to a member of another one nor to a stranger, and what is not there sounds the same."""
    await two.owner.types("/subscribe")
    other = world.stranger("Вера")
    await other.types("/start")
    for link in ("chat_1", "new_1", "chats_1", "funnels_1", "chat_777", "funnels_777"):
        await other.types(f"/start {link}")
        assert other.last.text == "Ссылка устарела или она не для вас. Попросите прислать новую.", link
        passer = world.stranger("Прохожий")
        await passer.types(f"/start {link}")
        assert "Альфа" not in passer.last.text, link
        assert await present(world, passer) is None, link
    for to, number in ((LinkTo.CHAT, 1), (LinkTo.FUNNELS, 1), (LinkTo.NEW, 777)):
        await other.forges(LinkPress(to=to, number=number).pack())
        assert "Этого больше нет" in other.alert
    assert await present(world, other) == ("Моя компания", Role.OWNER)


async def test_a_link_is_followed_by_whoever_may(world: World, two: Two) -> None:
    """A viewer there hears so; a member who has left meanwhile finds the link dead."""
    group = world.telegram.group("Отдел", [two.owner.person])
    await two.owner.within(group).types("/new")
    viewer = world.stranger("Глеб")
    await viewer.types("/start")
    await viewer.types(f"/start {await invite(two.owner, 'наблюдатель')}")
    await viewer.types("/workspace")
    await viewer.press("Перейти в «Моя компания»")
    await viewer.types("/start new_1")
    await viewer.press("Перейти и продолжить")
    assert "нужны права" in viewer.last.text
    await viewer.types("/leave")
    await viewer.press("Да, выйти")
    await viewer.forges(LinkPress(to=LinkTo.NEW, number=1).pack())
    assert "Этого больше нет" in viewer.alert


async def test_who_leaves_goes_on_in_the_other_company_and_the_last_owner_stays(world: World, two: Two) -> None:
    await two.person.types("/leave")
    await two.person.press("Да, выйти")
    assert "Вы вышли из компании «Альфа»" in two.person.last.text
    assert await present(world, two.person) == ("Бета", Role.OWNER)
    await two.person.types("/leave")
    await two.person.press("Да, выйти")
    assert "последний владелец" in two.person.alert
    assert await present(world, two.person) == ("Бета", Role.OWNER)


async def test_one_may_open_a_few_companies_where_the_door_is_open(world: World, two: Two) -> None:
    for number in range(5):
        await two.person.types("/workspace")
        await two.person.press("Новая компания")
        await two.person.types(f"Гамма {number}")
    assert "Больше 5 своих компаний" in two.person.last.text
    assert await present(world, two.person) == ("Гамма 3", Role.OWNER)
    world.signup = False
    world.restart()
    await two.person.types("/workspace")
    assert "➕ Новая компания" not in two.person.last.buttons


async def test_limits_hold_for_companies_that_came_through_the_open_door(
    database: Database, clock: FakeClock
) -> None:
    world = World(database, clock)
    world.limits, world.signup = Limits(integrations=1, prompts=1, members=1, calls_a_day=7), True
    async with world:
        owner, guest = await world.member(Role.OWNER), world.stranger("Борис")
        await owner.types("/workspace")
        assert "Сколько можно" not in owner.last.text
        await owner.types(f"/start {await invite(owner, 'редактор')}")
        await guest.types("/start")
        await guest.types("/workspace")
        for told in ("Системы: 0 из 1", "Промпты: 0 из 1", "Люди: 1 из 1", "Звонки за сегодня: 0 из 7"):
            assert told in guest.last.text
        await guest.types("/members")
        await guest.press("Пригласить")
        await guest.press("Наблюдатель")
        await guest.press("Без срока")
        assert "Людей в компании уже 1" in guest.alert
        for _ in range(2):
            await guest.types("/connect")
            await guest.press("Битрикс24")
            await guest.types(world.portal.webhook_url)
        (integration,) = await world.integrations.of(2)
        known = await world.workspaces.who_is(guest.person.id)
        assert known is not None
        draft = Draft("Первый", (Ask("Кратко?"),), Scope(integration.id))
        await world.prompts.create(known[0], draft)
        await guest.types("/prompts")
        await guest.press("⚙️ 1")
        await guest.press("Копия")
        assert guest.sees("Промптов уже 1") or "Промптов уже 1" in guest.alert
        assert len(await world.prompts.all(2)) == 1


async def test_a_card_of_the_other_company_leads_there(world: World, two: Two) -> None:
    """Cards of all a person's companies come to their private chat."""
    await two.person.types("/subscribe")
    await two.person.types("/workspace")
    await two.person.press("Перейти в «Бета»")
    call = await add_call(
        world, state=CallState.FAILED, reason=Reason.NO_RECORD, object_id="7", object_kind="deal"
    )
    async with world.database.write() as session:
        await want(session, world.jobs, call, world.clock.now())
    await world.jobs.run_due()
    card = two.person.last
    assert "🔁 Повторить" in card.buttons
    await two.person.press("Повторить", message=card)
    assert "Это из компании «Альфа»" in two.person.last.text
    await two.person.press("Перейти в «Альфа»")
    await two.person.press("Повторить", message=card)
    assert "Повторяю" in two.person.alert


async def test_of_two_who_act_at_the_same_moment_one_comes_too_late(world: World, two: Two) -> None:
    """The last two owners do not both leave, and a link lets one person in."""
    owner, second = two.owner.member, await world.workspaces.add_member(1, 777, "Вера", Role.OWNER)
    assert owner is not None
    left = await asyncio.gather(world.members.leave(owner), world.members.leave(second), return_exceptions=True)
    assert [type(one) for one in left if one is not None] == [Refused]
    stayed = next(one for one in await world.members.of(1) if one.role is Role.OWNER)
    _, token = await world.invitations.invite(stayed, Role.VIEWER, days=1)
    joined = await asyncio.gather(
        *(world.invitations.join(token, number, "Гость") for number in (801, 802)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in joined) == ["Member", "NotFound"]
