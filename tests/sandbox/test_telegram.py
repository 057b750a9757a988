"""The Telegram stand-in is as strict as Telegram."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Dispatcher, Router
from aiogram.types import Message
from aiohttp import web

from sandbox.clock import Clock
from sandbox.serving import Server
from sandbox.telegram import TelegramServer
from tests.harness.telegram import bot_at


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    server = TelegramServer(clock=Clock(frozen_at=1_800_000_000))
    await server.start()
    yield server
    await server.stop()


async def ask(telegram: TelegramServer, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.url}/bot{telegram.token}/{method}", json=params) as answer,
    ):
        body: dict[str, Any] = await answer.json()
        return answer.status, body


def chat_of(telegram: TelegramServer) -> int:
    person = telegram.person("Анна")
    telegram.private(person).started = True
    return person.id


KEY: dict[str, Any] = {"text": "x", "callback_data": "d"}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "text is empty"),
    ({"text": " \n "}, "text is empty"),
    ({"text": "a" * 4097}, "message is too long"),
    ({"text": "a", "parse_mode": "HTML"}, "entities"),
    ({"text": "a", "colour": "red"}, "unknown parameter colour"),
    ({"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "beyond the text"),
    ({"text": "a", "entities": [{"type": "loud", "offset": 0, "length": 1}]}, "unsupported type"),
    ({"text": "a", "message_thread_id": 7}, "message thread not found"),
    ({"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    (
        {"text": "a", "reply_markup": {"inline_keyboard": [[{**KEY, "callback_data": "я" * 33}]]}},
        "BUTTON_DATA_INVALID",
    ),
    ({"text": "a", "reply_markup": {"inline_keyboard": [[KEY]] * 101}}, "reply markup is too long"),
    (
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "http://localhost/"}]]}},
        "Wrong HTTP URL",
    ),
]


@pytest.mark.parametrize(("params", "words"), REFUSED)
async def test_messages_that_are_refused(telegram: TelegramServer, params: dict[str, Any], words: str) -> None:
    status, body = await ask(telegram, "sendMessage", chat_id=chat_of(telegram), **params)
    assert (status, body["ok"]) == (400, False)
    assert words in body["description"]


async def test_who_cannot_be_written_to(telegram: TelegramServer) -> None:
    person = telegram.person("Новый")
    assert (await ask(telegram, "sendMessage", chat_id=person.id, text="a"))[0] == 403
    assert (await ask(telegram, "sendMessage", chat_id=404, text="a"))[0] == 400
    group = telegram.group("Отдел", [person])
    telegram.remove_bot(group, person)
    status, body = await ask(telegram, "sendMessage", chat_id=group.id, text="a")
    assert (status, "kicked" in body["description"]) == (403, True)


async def test_tokens_methods_and_callback_answers(telegram: TelegramServer) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{telegram.url}/bot1:wrong/getMe") as answer:
        assert answer.status == 401
    assert (await ask(telegram, "makeCoffee"))[0] == 404
    chat = chat_of(telegram)
    sent = (await ask(telegram, "sendMessage", chat_id=chat, text="a", reply_markup={"inline_keyboard": [[KEY]]}))[
        1
    ]
    private, person = telegram.chats[chat], telegram.persons[chat]
    number = telegram.press(private, sent["result"]["message_id"], person, text="x")
    assert (await ask(telegram, "answerCallbackQuery", callback_query_id=number))[0] == 200
    assert (await ask(telegram, "answerCallbackQuery", callback_query_id=number))[0] == 400
    late = telegram.press(private, sent["result"]["message_id"], person, text="x")
    telegram.clock.advance(20)
    status, body = await ask(telegram, "answerCallbackQuery", callback_query_id=late)
    assert (status, "too old" in body["description"]) == (400, True)


async def test_privacy_mode_hides_talk_in_groups(telegram: TelegramServer) -> None:
    person = telegram.person("Анна")
    group = telegram.group("Отдел", [person])
    telegram.take_updates()
    telegram.send_text(group, person, "обед в час?")
    assert telegram.take_updates() == []
    telegram.send_text(group, person, "/status")
    telegram.send_text(group, person, "/status@callprompt_bot")
    assert [one["message"]["text"] for one in telegram.take_updates()] == ["/status@callprompt_bot"]
    await ask(telegram, "sendMessage", chat_id=group.id, text="a")
    telegram.send_text(group, person, "/status")
    assert len(telegram.take_updates()) == 1


async def test_a_second_poller_ends_the_first(telegram: TelegramServer) -> None:
    first = asyncio.ensure_future(ask(telegram, "getUpdates", timeout=20))
    while telegram.updates.pollers == 0:
        await asyncio.sleep(0)
    second = asyncio.ensure_future(ask(telegram, "getUpdates", timeout=0))
    assert (await first)[0] == 409
    assert (await second)[0] == 200


async def test_updates_come_by_webhook_until_they_are_taken(telegram: TelegramServer) -> None:
    class Hook(Server):
        def __init__(self) -> None:
            super().__init__()
            self.secrets: list[str] = []
            self.app.router.add_post("/", self._take)

        async def _take(self, request: web.Request) -> web.Response:
            self.secrets.append(request.headers["X-Telegram-Bot-Api-Secret-Token"])
            await self.notify()
            return web.Response(status=500 if len(self.secrets) == 1 else 200)

    hook = Hook()
    await hook.start()
    await ask(telegram, "setWebhook", url=f"{hook.url}/", secret_token="s")
    person = telegram.person("Анна")
    telegram.send_text(telegram.private(person), person, "привет")
    await hook.wait_for(lambda: len(hook.secrets) == 2)
    assert hook.secrets == ["s", "s"]
    assert (await ask(telegram, "getUpdates"))[0] == 409
    await hook.stop()


async def test_a_real_dispatcher_polls_it(telegram: TelegramServer) -> None:
    bot = bot_at(telegram.url, telegram.token)
    router = Router()

    @router.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    polling = asyncio.ensure_future(
        dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5, close_bot_session=True)
    )
    person = telegram.person("Анна")
    chat = telegram.private(person)
    telegram.send_text(chat, person, "эхо")
    await telegram.wait_for(lambda: [one.text for one in telegram.messages(chat)] == ["эхо", "эхо"])
    await dispatcher.stop_polling()
    await polling


async def test_topics_rights_and_hidden_voices(telegram: TelegramServer) -> None:
    person = telegram.person("Анна")
    group = telegram.group("Отдел", [person], forum=True)
    topic = telegram.topic(group, "Звонки")
    telegram.take_updates()
    assert topic != 1
    assert (await ask(telegram, "sendMessage", chat_id=group.id, text="a", message_thread_id=1))[0] == 400
    telegram.send_text(group, person, "/a@callprompt_bot", thread_id=topic)
    (update,) = telegram.take_updates()
    assert update["message"]["reply_to_message"]["forum_topic_created"]["name"] == "Звонки"
    telegram.close_topic(group, topic)
    status, body = await ask(telegram, "sendMessage", chat_id=group.id, text="a", message_thread_id=topic)
    assert (status, body["description"]) == (400, "Bad Request: TOPIC_CLOSED")
    telegram.reopen_topic(group, topic)
    assert (await ask(telegram, "sendMessage", chat_id=group.id, text="a", message_thread_id=topic))[0] == 200
    telegram.delete_topic(group, topic)
    assert (await ask(telegram, "sendMessage", chat_id=group.id, text="a", message_thread_id=topic))[0] == 400
    telegram.restrict_bot(group, person)
    assert (
        "not enough rights" in (await ask(telegram, "sendMessage", chat_id=group.id, text="a"))[1]["description"]
    )
    telegram.take_updates()
    telegram.promote_bot(group, person)
    telegram.send_anonymously(group, "hi")
    channel = telegram.channel("Новости", person)
    telegram.forward_post(group, telegram.post(channel, "new"))
    told = [update.get("message") or update.get("channel_post") for update in telegram.take_updates()]
    voices = [(one["sender_chat"]["id"], one.get("from", {}).get("id")) for one in told if one]
    assert voices == [(group.id, 1087968824), (channel.id, None), (channel.id, 777000)]
