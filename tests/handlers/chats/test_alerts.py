"""The alert of a prompt, set up on its card, and the buttons under a raised one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.callbacks.alerts import AlertAct, AlertPress, CallCard, HushAct, HushPress
from handlers.callbacks.prompts import CardAct, PromptCard
from services.alerts.raising import keep_alert
from services.db.models import CallRow, PromptVersionRow
from services.domain.alert import AlertState, AlertVerdict
from services.domain.listening import Form
from services.domain.prompt import Ask, Place, Prompt, Scope
from services.domain.workspace import Role
from services.listening.chats import ChatService
from services.pipeline.work import PromptWork
from services.prompts.drafts import Draft
from tests.handlers.chats.calls import ring
from tests.harness.world import User, World


@pytest.fixture
async def prompt(world: World, connected: User) -> Prompt:
    assert connected.member is not None
    scope = Scope((await world.integrations.of(1))[0].id)
    return await world.prompts.create(connected.member, Draft("Итог", (Ask("Кратко?"),), scope))


async def now(world: World, user: User, prompt: Prompt) -> Prompt:
    assert user.member is not None
    return await world.prompts.get(user.member, prompt.id)


async def open_alert(user: User, prompt: Prompt) -> None:
    await user.types("/prompts")
    await user.forges(PromptCard(prompt_id=prompt.id, act=CardAct.SHOW).pack())
    await user.press("🔔 Тревога")


async def raised(world: World, prompt: Prompt) -> int:
    """A call on which the prompt's alert was raised; what is due runs."""
    call_id = await ring(world)
    async with world.database.write() as session:
        call = await session.get_one(CallRow, call_id)
        query = select(PromptVersionRow).where(PromptVersionRow.prompt_id == prompt.id)
        version = (await session.scalars(query.order_by(PromptVersionRow.id.desc()))).first()
        assert version is not None
        work = PromptWork(1, prompt.id, version.id, prompt.name, "", call.started_at, Place(), (), ())
        verdict = AlertVerdict(AlertState.RAISED, "у конкурентов дешевле", 5.0)
        await keep_alert(session, world.jobs, call, work, verdict, world.clock.now())
    await world.jobs.run_due()
    return call_id


async def test_taken_from_the_examples_reworded_and_removed(world: World, connected: User, prompt: Prompt) -> None:
    await open_alert(connected, prompt)
    await connected.press("клиент уходит к конкуренту")
    changed = await now(world, connected, prompt)
    assert changed.version.condition == "клиент уходит к конкуренту"
    assert changed.version.number == prompt.version.number + 1
    assert changed.text == prompt.text
    await connected.press("Своими словами")
    await connected.types("х" * 301)
    assert "длиннее 300" in connected.last.text
    await connected.types("обещали   скидку")
    assert "обещали скидку" in connected.last.text
    await connected.press("Назад")
    assert "🔔 Тревога: обещали скидку" in connected.last.text
    await connected.press("🔔 Тревога")
    await connected.press("Убрать тревогу")
    assert (await now(world, connected, prompt)).version.condition == ""


async def test_a_new_wording_and_a_copy_keep_the_alert(world: World, connected: User, prompt: Prompt) -> None:
    member = connected.member
    assert member is not None
    changed = await world.prompts.alerts.set(member, prompt.id, "клиент уходит", prompt.revision)
    reworded = await world.prompts.reword(member, prompt.id, "Что сказали?", changed.revision)
    assert reworded.version.condition == "клиент уходит"
    copy = await world.prompts.duplicate(member, prompt.id, " (копия)")
    assert copy.version.condition == "клиент уходит"


async def test_people_to_call(world: World, connected: User, prompt: Prompt) -> None:
    boris = await world.member(Role.EDITOR, "Борис")
    await open_alert(connected, prompt)
    await connected.press("обещали перезвонить")
    await connected.press("Кого звать")
    await connected.press("Борис")
    assert "✅ Борис" in connected.last.buttons
    assert boris.member is not None
    assert (await now(world, connected, prompt)).tell == (boris.member.id,)
    await connected.press("Назад")
    assert "Зову: Борис" in connected.last.text
    group = world.telegram.group("Отдел", [connected.person, boris.person])
    await connected.within(group).types("/subscribe")
    await raised(world, prompt)
    message = connected.within(group).last
    mentions = [one["user"]["id"] for one in message.entities if one["type"] == "text_mention"]
    assert mentions == [boris.person.id]


async def test_presses_of_others_and_old_ones_change_nothing(
    world: World, connected: User, prompt: Prompt
) -> None:
    viewer = await world.member(Role.VIEWER, "Вера")
    for act in AlertAct:
        data = AlertPress(act=act, prompt_id=prompt.id, revision=prompt.revision, one=2**40, to=True).pack()
        await viewer.forges(data)
        assert "нужны права" in viewer.alert
    await connected.types("/prompts")
    await connected.forges(AlertPress(act=AlertAct.CALL, prompt_id=prompt.id, one=2**40, to=True).pack())
    await connected.forges(AlertPress(act=AlertAct.EXAMPLE, prompt_id=prompt.id, revision=99).pack())
    await connected.forges(AlertPress(act=AlertAct.SHOW, prompt_id=2**40).pack())
    assert not connected.sees("сломалось")
    left = await now(world, connected, prompt)
    assert (left.version.condition, left.tell) == ("", ())


async def test_the_card_is_fetched_into_a_chat_of_alerts(world: World, connected: User, prompt: Prompt) -> None:
    viewer = await world.member(Role.VIEWER, "Вера")
    group = world.telegram.group("Отдел", [connected.person, viewer.person])
    there, hers = connected.within(group), viewer.within(group)
    await there.types("/subscribe")
    chats = ChatService(world.database, world.clock)
    (chat,) = await chats.of(1)
    assert connected.member is not None
    await chats.settings.set_form(connected.member, chat.id, Form.ALERTS)
    await raised(world, prompt)
    alert = there.last
    assert "Тревога: Итог" in alert.text
    await chats.settings.mute(connected.member, chat.id, world.clock.now() + timedelta(hours=1))
    await hers.press("Карточка звонка", message=alert)
    assert "сейчас молчит" in hers.alert
    await chats.settings.mute(connected.member, chat.id, None)
    await hers.press("Карточка звонка", message=alert)
    await world.jobs.run_due()
    assert "Сергей" in there.last.text
    count = len(there.messages)
    await hers.press("Карточка звонка", message=alert)
    await world.jobs.run_due()
    assert "уже есть" in hers.alert
    assert len(there.messages) == count
    await world.stranger().within(group).forges(CallCard(call_id=1).pack())
    await there.forges(CallCard(call_id=2**40).pack())
    assert len(there.messages) == count


async def test_silence_from_under_an_alert(world: World, connected: User, prompt: Prompt) -> None:
    viewer = await world.member(Role.VIEWER, "Вера")
    await connected.types("/subscribe")
    await raised(world, prompt)
    alert = connected.last
    await connected.press("Тише", message=alert)
    await connected.press("Не надо", message=alert)
    await connected.press("Тише", message=alert)
    await connected.press("Промпт: 1 час", message=alert)
    assert "молчит здесь" in connected.alert
    count = len(connected.messages)
    await raised(world, prompt)
    assert [one for one in connected.messages[count:] if "Тревога" in one.text] == []
    world.clock.advance(3601)
    await raised(world, prompt)
    assert "Тревога" in connected.last.text
    (chat,) = await ChatService(world.database, world.clock).of(1)
    press: dict[str, Any] = {"call_id": 1, "chat": chat.id, "prompt_id": prompt.id, "span": 2}
    for act in HushAct:
        await viewer.forges(HushPress(act=act, **press).pack())
        assert "нужны права" in viewer.alert
    await connected.press("Тише", message=connected.last)
    await connected.press("Чат: До завтра", message=connected.last)
    (chat,) = await ChatService(world.database, world.clock).of(1)
    assert chat.muted_until is not None


async def test_the_way_to_the_card_stays_whatever_is_pressed_beside_it(
    world: World, connected: User, prompt: Prompt
) -> None:
    """A link in a supergroup; nothing where the alert is a reply to its card; a button where there is none."""
    group = world.telegram.group("Отдел", [connected.person])
    there = connected.within(group)
    await there.types("/subscribe")
    await raised(world, prompt)
    for keyboard in ([{"text": "Карточка", "url": "https://t.me/c/5/7"}], []):
        alert = there.last
        rows = [row for row in alert.keyboard if "Тише" in row[0]["text"]]
        alert.keyboard = [keyboard, *rows] if keyboard else rows
        before = [list(row) for row in alert.keyboard]
        await there.press("Тише", message=alert)
        assert alert.keyboard[: len(before) - 1] == before[:-1]
        assert "Промпт: 1 час" in alert.buttons
        await there.press("Не надо", message=alert)
        assert alert.keyboard == before
        await there.press("Тише", message=alert)
        await there.press("Чат: 1 час", message=alert)
        assert alert.keyboard == before
