"""Cards keep Telegram's rates, people are answered at once, and a "retry after" stops one chat only."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.flood import FloodControl, MustWait, in_background
from bot.i18n import load_languages
from bot.notifier import TelegramNotifier, understand
from sandbox.faults import Fault
from sandbox.telegram import TelegramServer
from services.domain.workspace import ChatAddress, Language
from services.ports import ChatBusy, ChatGone, ChatMoved, MessageLost, TopicGone
from tests.cards.test_view import view
from tests.fakes.clock import FakeClock
from tests.harness.world import TestTime


@pytest.fixture
async def telegram(clock: FakeClock) -> AsyncIterator[TelegramServer]:
    server = TelegramServer(clock=TestTime(clock), enforce_rates=True)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(telegram: TelegramServer, clock: FakeClock) -> AsyncIterator[Bot]:
    made = Bot(telegram.token, session=AiohttpSession(api=TelegramAPIServer.from_base(telegram.url)))
    made.session.middleware(FloodControl(clock))
    yield made
    await made.session.close()


def open_chat(telegram: TelegramServer, name: str = "Анна") -> int:
    person = telegram.person(name)
    telegram.private(person).started = True
    return person.id


async def test_a_stream_of_cards_never_meets_a_429(telegram: TelegramServer, bot: Bot, clock: FakeClock) -> None:
    chats = [open_chat(telegram, f"N{n}") for n in range(8)]
    person = telegram.persons[chats[0]]
    group = telegram.group("Отдел", [person]).id
    sent = 0
    for number in range(200):
        for chat in (*chats, group):
            try:
                with in_background():
                    await bot.send_message(chat, f"card {number}")
                sent += 1
            except MustWait as wait:
                clock.advance(min(wait.seconds, 0.05))
    assert sent > 100
    assert [entry for entry in telegram.journal if entry.status == 429] == []


async def test_people_are_answered_while_cards_wait(telegram: TelegramServer, bot: Bot, clock: FakeClock) -> None:
    telegram.rates.enforce = False
    chat = open_chat(telegram)
    begun = clock.now()
    with in_background():
        for number in range(10):
            await bot.send_message(chat, f"card {number}")
    assert (clock.now() - begun).total_seconds() > 6
    before = clock.now()
    await bot.send_message(chat, "answer")
    assert clock.now() == before


async def test_a_retry_after_stops_that_chat_only(telegram: TelegramServer, bot: Bot, clock: FakeClock) -> None:
    telegram.rates.enforce = False
    slow, other = open_chat(telegram, "S"), open_chat(telegram, "O")
    telegram.faults.add(Fault("rate_limit", "sendMessage", seconds=30))
    await bot.send_message(slow, "waits, then comes")
    assert (clock.now().timestamp() - telegram.journal[0].at) <= 31
    telegram.faults.add(Fault("rate_limit", "sendMessage", seconds=300))
    with in_background(), pytest.raises(Exception, match=r"[Rr]etry"):
        await bot.send_message(slow, "card")
    with in_background(), pytest.raises(MustWait):
        await bot.send_message(slow, "card")
    with in_background():
        assert await bot.send_message(other, "card")


async def test_a_card_is_sent_edited_and_its_failures_are_told_apart(
    telegram: TelegramServer, bot: Bot, clock: FakeClock
) -> None:
    telegram.rates.enforce = False
    notifier = TelegramNotifier(bot, load_languages())
    person = telegram.person("Анна")
    chat = telegram.private(person)
    address = ChatAddress(person.id)

    async def show(message_id: int | None = None, **more: object) -> int:
        clock.advance(5)
        return await notifier.show_card(address, Language.RU, view(**more), message_id)

    with pytest.raises(ChatGone):
        await show()
    chat.started = True
    number = await show()
    assert await show(number) == number
    await show(number, client="Другой")
    assert "Другой" in telegram.messages(chat)[-1].text
    del telegram.shown[chat.id][number]
    with pytest.raises(MessageLost):
        await show(number)
    telegram.block(person)
    with pytest.raises(ChatGone):
        await show()
    telegram.unblock(person)
    telegram.faults.add(Fault("html", "sendMessage"))
    with pytest.raises(ChatBusy):
        await show()

    forum = telegram.group("Форум", [person], forum=True)
    topic = telegram.topic(forum, "Звонки")
    address = ChatAddress(forum.id, topic)
    await show()
    assert telegram.messages(forum, thread_id=topic)
    telegram.delete_topic(forum, topic)
    with pytest.raises(TopicGone):
        await show()
    old = telegram.group("Старая", [person], supergroup=False)
    address, new = ChatAddress(old.id), telegram.migrate(old)
    with pytest.raises(ChatMoved) as moved:
        await show()
    assert moved.value.new_chat_id == new.id


def test_unknown_failures_stay_what_they_are() -> None:
    error = ValueError("x")
    assert understand(error) is error
