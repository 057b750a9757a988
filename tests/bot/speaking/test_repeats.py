"""What may be done twice is repeated after a lost answer; a message is not."""

from datetime import datetime

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramNetworkError, TelegramServerError

from bot.speaking.flood import FloodControl
from sandbox.faults import Fault
from sandbox.telegram import TelegramServer
from tests.bot.speaking.test_flood import open_chat
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize("kind", ["reset", "html", "truncated"])
async def test_an_edit_is_repeated_and_an_arrived_one_is_recognised(
    telegram: TelegramServer, bot: Bot, kind: str
) -> None:
    chat = open_chat(telegram)
    sent = await bot.send_message(chat, "one")
    telegram.faults.add(Fault(kind, "editMessageText", when="before"))  # type: ignore[arg-type]
    await bot.edit_message_text("two", chat_id=chat, message_id=sent.message_id)
    telegram.faults.add(Fault(kind, "editMessageText", when="after"))  # type: ignore[arg-type]
    await bot.edit_message_text("three", chat_id=chat, message_id=sent.message_id)
    assert telegram.shown[chat][sent.message_id].text == "three"
    with pytest.raises(TelegramBadRequest, match="not modified"):
        await bot.edit_message_text("three", chat_id=chat, message_id=sent.message_id)


async def test_an_answer_with_words_that_arrived_is_recognised(telegram: TelegramServer, bot: Bot) -> None:
    chat = open_chat(telegram)
    shown = await bot.send_message(chat, "window")
    person = telegram.persons[chat]
    number = telegram.press(telegram.private(person), shown.message_id, person, data="x")
    telegram.faults.add(Fault("reset", "answerCallbackQuery", when="after"))
    assert await bot.answer_callback_query(number, "Готово")
    assert telegram.callbacks[number]["answer"]["text"] == "Готово"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_message_is_never_sent_again_blindly(telegram: TelegramServer, bot: Bot, when: str) -> None:
    chat = open_chat(telegram)
    telegram.faults.add(Fault("reset", "sendMessage", when=when))  # type: ignore[arg-type]
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(chat, "once")
    telegram.faults.add(Fault("html", "deleteMessage", when="after"))
    number = (await bot.send_message(chat, "secret")).message_id
    with pytest.raises((TelegramServerError, ClientDecodeError)):
        await bot.delete_message(chat, number)
    assert len([one for one in telegram.shown[chat].values() if one.text == "once"]) == (when == "after")


async def test_repeats_are_few(telegram: TelegramServer, bot: Bot, clock: FakeClock) -> None:
    telegram.faults.add(Fault("reset", "getMe", times=None))
    before = clock.now()
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
    assert len(telegram.faults.shown) == 3
    assert (clock.now() - before).total_seconds() < 5


async def test_after_a_long_wait_nothing_is_repeated(telegram: TelegramServer, bot: Bot) -> None:
    class LateClock(FakeClock):
        """Whenever somebody looks at it, it is twenty seconds later."""

        def now(self) -> datetime:
            self.advance(20)
            return self.moment

    bot.session.middleware.unregister(bot.session.middleware[0])
    bot.session.middleware(FloodControl(LateClock()))
    telegram.faults.add(Fault("reset", "getMe", times=None))
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
    assert len(telegram.faults.shown) == 1
