"""A chat's settings: opened from a group into the private chat, changed by presses, told in the group."""

import re
from datetime import time, timedelta

import pytest

from handlers.callbacks.chats import ChatAct, ChatPress
from services.domain.listening import Form, Hush, Quiet
from services.domain.prompt import Ask, Scope
from services.domain.workspace import Chat, Role
from services.errors import NotFound
from services.listening.chats import ChatService
from services.listening.settings import Choosing
from services.prompts.drafts import Draft
from tests.handlers.chats.calls import ring
from tests.harness.world import User, World


async def chat_at(world: World, user: User) -> Chat:
    chats = await ChatService(world.database, world.clock).of(1)
    return next(
        one for one in chats if (one.address.chat_id, one.address.thread_id) == (user.chat.id, user.thread_id)
    )


async def follow(user: User, there: User) -> None:
    """Presses the link under the group's latest message."""
    ((button,),) = there.last.keyboard
    link = button["url"]
    assert link.startswith("https://t.me/callprompt_bot?start=chat_")
    user.world.telegram.start_link(user.person, link.partition("start=")[2])
    await user.world.settle()


async def test_a_topic_is_set_up_in_the_private_chat_and_told_what_was_set(world: World, connected: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    scope = Scope((await world.integrations.of(1))[0].id)
    prompt = await world.prompts.create(connected.member, Draft("Итог", (Ask("Кратко?"),), scope))  # type: ignore[arg-type]
    group = world.telegram.group("Отдел продаж", [editor.person], forum=True)
    there = editor.within(group, world.telegram.topic(group, "Звонки"))
    await there.types("/subscribe@callprompt_bot")
    assert "этот чат подписан" in there.last.text
    assert there.last.thread_id == there.thread_id
    await follow(editor, there)
    assert "Отдел продаж › Звонки" in editor.last.text
    await editor.press("Тревоги")
    await editor.press("Промпты")
    await editor.press("Итог")
    assert "✅ Итог" in editor.last.buttons
    await editor.press("Назад")
    before = len(there.messages)
    await editor.press("Готово, сказать в чате")
    assert len(there.messages) == before + 1
    assert "Борис" in there.last.text
    assert "только тревоги" in there.last.text
    assert "Промпты: Итог" in there.last.text
    assert there.last.thread_id == there.thread_id
    link = editor.last.keyboard[0][0]["url"]
    assert link == f"https://t.me/c/{str(group.id).removeprefix('-100')}/{there.thread_id}"
    chat = await chat_at(world, there)
    assert (chat.form, chat.wants.prompts, chat.subscribed) == (Form.ALERTS, frozenset({prompt.id}), True)


async def test_all_chats_and_every_setting(world: World, connected: User) -> None:
    await connected.types("/subscribe")
    await connected.types("/chats")
    await connected.press("Личная переписка")
    for press in ("С ответом", "Системы", "Все", "Назад", "Воронки", "Сервис", "Назад"):
        await connected.press(press)
    await connected.press("Тихие часы")
    await connected.press("с 22:00")
    await connected.press("до 08:00")
    await connected.press("Придержать до утра")
    await connected.press("Назад")
    assert "22:00–08:00, присылаю утром" in connected.last.text
    assert "Только звонки, в которых нашёлся ответ" in connected.last.text
    assert "Воронки: Сервис" in connected.last.text
    chat = await chat_at(world, connected)
    assert chat.quiet == Quiet(time(22), time(8), Hush.HELD)
    assert chat.wants.only_with_data
    await connected.press("Сводка")
    await connected.press("Время сводки")
    await connected.press("20:00")
    assert "сводка за день в 20:00" in connected.last.text
    await connected.press("Тихие часы")
    await connected.press("Без тихих часов")
    assert (await chat_at(world, connected)).quiet is None
    assert len(connected.messages) == len({one.message_id for one in connected.messages})


async def test_private_chats_of_several_people_are_told_apart(world: World, connected: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    for one in (connected, editor):
        await one.types("/subscribe")
    await connected.types("/chats")
    mine, other = connected.last.buttons
    assert (mine, other) == ("🟢 📇 Личная переписка · Анна", "🟢 📇 Личная переписка · Борис")
    await connected.press("Борис")
    assert "Личная переписка · Борис" in connected.last.text


async def test_what_comes_is_seen_however_long_the_name_is(world: World, connected: User) -> None:
    there = connected.within(
        world.telegram.group("Отдел продаж окон и балконов по северу области", [connected.person])
    )
    await there.types("/subscribe")
    await connected.types("/chats")
    (shown,) = connected.last.buttons
    assert shown.startswith("🟢 📇 Отдел продаж окон")


async def test_topics_of_one_group_are_told_apart(world: World, connected: User) -> None:
    group = world.telegram.group("Отдел продаж окон и балконов по северу области", [connected.person], forum=True)
    for name in ("Новые обращения с рекламы, первая линия", "Постоянные клиенты"):
        await connected.within(group, world.telegram.topic(group, name)).types("/subscribe")
    await connected.types("/chats")
    assert connected.last.buttons == [
        "🟢 📇 Отдел про… › Новые обращения с рекл…",
        "🟢 📇 Отдел продаж о… › Постоянные клиенты",
    ]


async def test_a_mute_is_shown_and_taken_back(world: World, connected: User) -> None:
    scope = Scope((await world.integrations.of(1))[0].id)
    await world.prompts.create(connected.member, Draft("Итог", (Ask("Кратко?"),), scope))  # type: ignore[arg-type]
    await connected.types("/subscribe")
    await connected.press("Заглушить")
    await connected.press("До завтра")
    assert re.search(r"Чат молчит до 11 мар\.?, 08:00", connected.last.text)
    await connected.types("/chats")
    assert any("🔕" in one for one in connected.last.buttons)
    await connected.press("Личная переписка")
    await connected.press("Заглушить")
    await connected.press("Только один промпт")
    await connected.press("Итог")
    await connected.press("7 дней")
    assert re.search(r"«Итог» молчит до 17 мар\.?, 12:00", connected.last.text)
    await connected.press("Заглушить")
    await connected.press("Вернуть чат")
    await connected.press("Заглушить")
    await connected.press("Вернуть «Итог»")
    assert "молчит" not in connected.last.text
    chat = await chat_at(world, connected)
    assert (chat.muted_until, dict(chat.wants.mutes)) == (None, {})


async def test_unsubscribing_by_button_and_by_command(world: World, owner: User) -> None:
    await owner.types("/subscribe")
    await owner.press("Отписать")
    assert "ничего не приходит" in owner.last.text
    await owner.press("Подписать")
    assert (await chat_at(world, owner)).subscribed
    await owner.types("/unsubscribe")
    await owner.types("/unsubscribe")
    assert "и так не подписан" in owner.last.text


async def test_only_those_who_may_and_only_what_is_theirs(world: World, owner: User) -> None:
    viewer = await world.member(Role.VIEWER, "Вера")
    group = world.telegram.group("Отдел", [owner.person, viewer.person])
    there = owner.within(group)
    await there.types("/subscribe")
    chat = await chat_at(world, there)
    muted = ChatPress(act=ChatAct.MUTE_SET, number=chat.id, to=True).pack()
    await viewer.forges(muted)
    assert "нужны права" in viewer.alert
    await viewer.types("/chats")
    assert "нужны права" in viewer.last.text
    world.telegram.start_link(viewer.person, f"chat_{chat.id}")
    await world.settle()
    assert "нужны права" in viewer.last.text
    await there.forges(muted)
    assert "устарело" in there.alert
    stranger = world.stranger()
    await stranger.within(group).types("/subscribe")
    await stranger.forges(muted)
    assert (await chat_at(world, there)).muted_until is None
    for number in (0, 999, 2**61, 10**30):
        world.telegram.start_link(owner.person, f"chat_{number}")
        await world.settle()
    assert not owner.sees("сломалось")


async def test_presses_for_a_chat_that_is_not_there_do_nothing(world: World, owner: User) -> None:
    await owner.types("/subscribe")
    for act in ChatAct:
        await owner.forges(ChatPress(act=act, number=999, what=2**40, one=2**40, to=True, page=2**40).pack())
        assert not owner.sees("сломалось")
        assert "сломалось" not in owner.alert
    chat = await chat_at(world, owner)
    assert (chat.form, chat.muted_until, chat.quiet) == (Form.CARDS, None, None)


async def test_a_held_card_comes_when_the_hours_are_taken_away(world: World, connected: User) -> None:
    await connected.types("/subscribe")
    chat = await chat_at(world, connected)
    assert connected.member is not None
    whole_day = Quiet(time(0), time(23, 59), Hush.HELD)
    await ChatService(world.database, world.clock).settings.set_quiet(connected.member, chat.id, whole_day)
    await ring(world)
    await world.jobs.run_for(600)
    assert not connected.sees("Сергей")
    await connected.press("Тихие часы")
    await connected.press("Без тихих часов")
    await world.jobs.run_due()
    assert connected.sees("Сергей")


async def test_a_held_card_comes_when_it_is_no_quiet_hour_by_the_new_clock(world: World, connected: User) -> None:
    await connected.types("/subscribe")
    chat = await chat_at(world, connected)
    assert connected.member is not None
    by_moscow = Quiet(time(11), time(18), Hush.HELD)
    await ChatService(world.database, world.clock).settings.set_quiet(connected.member, chat.id, by_moscow)
    await ring(world)
    await world.jobs.run_for(600)
    assert not connected.sees("Сергей")
    await connected.types("/settings")
    await connected.press("Часовой пояс")
    await connected.press("Владивосток")
    await world.jobs.run_due()
    assert connected.sees("Сергей")


async def test_a_deleted_prompt_does_not_leave_the_chat_deaf(world: World, connected: User) -> None:
    """Without it nothing would be chosen but what is there no more."""
    assert connected.member is not None
    scope = Scope((await world.integrations.of(1))[0].id)
    first, second = [
        await world.prompts.create(connected.member, Draft(name, (Ask("Кратко?"),), scope)) for name in ("А", "Б")
    ]
    await connected.types("/subscribe")
    number = (await chat_at(world, connected)).id
    chats = ChatService(world.database, world.clock)
    for prompt in (first, second):
        await chats.settings.choose(connected.member, number, Choosing.PROMPTS, prompt.id)
    await chats.settings.mute_prompt(connected.member, number, first.id, world.clock.now() + timedelta(days=7))
    await world.prompts.delete(connected.member, first.id)
    await connected.types("/chats")
    await connected.press("Личная")
    assert "молчит" not in connected.last.text
    await connected.press("Заглушить")
    assert [one for one in connected.last.buttons if one.startswith("🔔 Вернуть")] == []
    await chats.settings.choose(connected.member, number, Choosing.PROMPTS, second.id, to=False)
    assert (await chat_at(world, connected)).wants.prompts is None
    with pytest.raises(NotFound):
        await chats.settings.choose(connected.member, number, Choosing.PROMPTS, first.id)
