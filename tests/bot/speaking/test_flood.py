"""Cards keep Telegram's rates, people are answered at once, and a "retry after" stops one chat only."""

import asyncio
from collections.abc import Awaitable

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter

from bot.speaking.flood import FloodControl, MustWait, in_background
from bot.speaking.turns import REMEMBERED, Turns
from sandbox.faults import Fault
from sandbox.telegram import TelegramServer
from services.ports import Fenced
from tests.fakes.clock import FakeClock
from tests.harness.telegram import bot_at


def open_chat(telegram: TelegramServer, name: str = "Анна") -> int:
    person = telegram.person(name)
    telegram.private(person).started = True
    return person.id


def refused(telegram: TelegramServer) -> list[str]:
    return [entry.method for entry in telegram.journal if entry.status == 429]


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
    assert refused(telegram) == []


async def test_many_chats_at_once_stay_within_the_whole(
    telegram: TelegramServer, bot: Bot, clock: FakeClock
) -> None:
    chats = [open_chat(telegram, f"N{n}") for n in range(80)]
    begun = clock.now()
    for number in range(2):
        for chat in chats:
            with in_background():
                await bot.send_message(chat, f"card {number}")
    assert refused(telegram) == []
    assert len(telegram.journal) / (clock.now() - begun).total_seconds() > 20


async def test_a_group_gets_twenty_a_minute_at_most(telegram: TelegramServer, bot: Bot, clock: FakeClock) -> None:
    group = telegram.group("Отдел", [telegram.person("Анна")]).id
    for number in range(60):
        with in_background():
            await bot.send_message(group, f"card {number}")
    assert refused(telegram) == []


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
    with in_background(), pytest.raises(TelegramRetryAfter):
        await bot.send_message(slow, "card")
    with in_background(), pytest.raises(MustWait):
        await bot.send_message(slow, "card")
    with in_background():
        assert await bot.send_message(other, "card")


async def test_a_person_does_not_wait_for_a_chat_that_is_stopped_for_long(
    telegram: TelegramServer, bot: Bot, clock: FakeClock
) -> None:
    chat = open_chat(telegram)
    telegram.faults.add(Fault("rate_limit", "sendMessage", seconds=300))
    before = clock.now()
    for _ in range(2):
        with pytest.raises(TelegramRetryAfter) as raised:
            await bot.send_message(chat, "answer")
        assert raised.value.retry_after == 300
    assert clock.now() == before
    clock.advance(301)
    assert await bot.send_message(chat, "answer")


async def test_tries_are_counted(telegram: TelegramServer, bot: Bot, clock: FakeClock) -> None:
    chat = open_chat(telegram)
    telegram.faults.add(Fault("rate_limit", "sendMessage", seconds=5, times=None))
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(chat, "answer")
    assert len(telegram.faults.shown) == 3


async def test_a_stop_that_comes_while_a_card_waits_counts_for_it(telegram: TelegramServer, bot: Bot) -> None:
    """The clock stands still while the card waits, until the other request was refused."""

    class SlowClock(FakeClock):
        go = asyncio.Event()
        waiting = asyncio.Event()

        async def sleep(self, seconds: float) -> None:
            self.waiting.set()
            await self.go.wait()
            self.advance(seconds)

    telegram.rates.enforce = False
    slow = SlowClock()
    bot.session.middleware.unregister(bot.session.middleware[0])
    bot.session.middleware(FloodControl(slow))
    chat = open_chat(telegram)

    async def card(text: str) -> None:
        with in_background():
            await bot.send_message(chat, text)

    for number in range(3):
        await card(f"card {number}")
    async with asyncio.TaskGroup() as group:
        late = group.create_task(_outcome(card("waits its turn")))
        await slow.waiting.wait()
        telegram.faults.add(Fault("rate_limit", "sendMessage", seconds=100))
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(chat, "answer")
        slow.go.set()
    assert isinstance(late.result(), MustWait)


async def _outcome(work: Awaitable[None]) -> Exception | None:
    try:
        await work
    except MustWait as error:
        return error
    return None


async def test_a_press_is_valid_even_if_it_cannot_be_answered(
    telegram: TelegramServer, bot: Bot, clock: FakeClock
) -> None:
    chat = open_chat(telegram)
    shown = await bot.send_message(chat, "window")
    person = telegram.persons[chat]
    number = telegram.press(telegram.private(person), shown.message_id, person, data="x")
    telegram.faults.add(Fault("rate_limit", "answerCallbackQuery", seconds=30))
    before = clock.now()
    assert await bot.answer_callback_query(number)
    assert clock.now() == before
    clock.advance(60)
    assert await bot.answer_callback_query(number)
    assert telegram.journal[-1].status == 400


async def test_words_that_cannot_be_said_in_an_answer_do_not_get_lost(telegram: TelegramServer, bot: Bot) -> None:
    telegram.faults.add(Fault("rate_limit", "answerCallbackQuery", seconds=30))
    with pytest.raises(TelegramRetryAfter):
        await bot.answer_callback_query("1", "Не получилось")
    with pytest.raises(TelegramBadRequest, match="too old"):
        await bot.answer_callback_query("1", "Не получилось")


async def test_other_requests_wait_too_when_telegram_says_so(
    telegram: TelegramServer, bot: Bot, clock: FakeClock
) -> None:
    telegram.faults.add(Fault("rate_limit", "getMe", seconds=9))
    before = clock.now()
    assert await bot.get_me()
    assert (clock.now() - before).total_seconds() == 9


async def test_whoever_slept_while_a_card_waited_does_not_send_it(
    telegram: TelegramServer, clock: FakeClock
) -> None:
    slept = [False]

    def guard() -> None:
        if slept[0]:
            raise Fenced("one")

    bot, chat = bot_at(telegram.url, telegram.token), open_chat(telegram)
    bot.session.middleware(FloodControl(clock, guard=guard))
    with in_background():
        await bot.send_message(chat, "card 1")
        slept[0] = True
        with pytest.raises(Fenced):
            await bot.send_message(chat, "card 2")
    await bot.send_message(chat, "answer")  # what people ask here is nobody else's work
    await bot.session.close()
    assert [one.text for one in telegram.messages(telegram.chats[chat])] == ["card 1", "answer"]


async def test_only_so_many_chats_are_remembered(clock: FakeClock) -> None:
    turns = Turns(clock)
    for number in range(REMEMBERED + 5):
        turns.place(str(number))
    assert len(turns._places) == REMEMBERED
