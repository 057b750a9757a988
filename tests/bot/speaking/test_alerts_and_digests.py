"""Alerts and digests as they stand in Telegram: within its limits, with foreign words harmless."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot

from bot.speaking.notifier import TelegramNotifier
from sandbox.telegram import Chat, TelegramServer
from services.domain.alert import AlertView, Person
from services.domain.digest import DigestAlert, DigestLine, DigestView
from services.domain.workspace import ChatAddress, Language
from tests.fakes.clock import START
from tests.harness.telegram import languages

ALERT = AlertView(
    workspace_id=1,
    call_id=3,
    prompt_id=4,
    prompt_name="Возражения",
    condition="клиент уходит к конкуренту",
    quote="у конкурентов дешевле",
    quote_at=75.0,
    started_at=START,
    zone="Europe/Moscow",
    manager="Ирина",
    client="<b>Сергей</b>",
    phone="+79001234567",
    object_title="Балкон",
    object_url="https://portal.test/crm/deal/details/5/",
    chat_number=9,
)
CALL = DigestAlert(
    "Возражения", START, "Сергей", "у конкурентов дешевле", 75.0, "Балкон", "https://portal.test/5/"
)
DAY = DigestView(
    begin=START - timedelta(days=1),
    end=START,
    zone="Europe/Moscow",
    calls=3,
    failed=1,
    lines=(DigestLine("Итог", found=2, no_data=1), DigestLine("Бюджет", failed=1, waiting=2)),
    alerts=(CALL,),
)


@pytest.fixture
def notifier(bot: Bot) -> TelegramNotifier:
    return TelegramNotifier(bot, languages())


@pytest.fixture
def group(telegram: TelegramServer) -> Chat:
    return telegram.group("Отдел", [telegram.person("Анна")], forum=True)


def asked(telegram: TelegramServer) -> dict[str, Any]:
    return telegram.journal[-1].params


async def test_an_alert_calls_people_quotes_and_leads_on(
    telegram: TelegramServer, notifier: TelegramNotifier, group: Chat
) -> None:
    topic = telegram.topic(group, "Звонки")
    person = telegram.person("Пётр")
    view = replace(ALERT, people=(Person(person.id, "Пётр"), Person(5, "")))
    number = await notifier.show_alert(ChatAddress(group.id, topic), Language.RU, view)
    (message,) = telegram.messages(group)
    assert (message.message_id, message.thread_id) == (number, topic)
    for words in (
        "Тревога: Возражения",
        "клиент уходит к конкуренту",
        "01:15 «у конкурентов дешевле»",
        "<b>Сергей</b>",
    ):
        assert words in message.text
    mentioned = [one["user"]["id"] for one in message.entities if one["type"] == "text_mention"]
    assert mentioned == [person.id, 5]
    assert any(one.get("url") == ALERT.object_url for one in message.entities)
    assert message.buttons == ["📞 Карточка звонка", "🔕 Тише"]
    assert not asked(telegram).get("disable_notification")


async def test_beside_its_card_it_is_a_reply_with_a_link(
    telegram: TelegramServer, notifier: TelegramNotifier, group: Chat
) -> None:
    card = telegram.new_message(group, telegram.bot, 0)
    await notifier.show_alert(ChatAddress(group.id), Language.EN, replace(ALERT, card_message_id=card.message_id))
    message = telegram.messages(group)[-1]
    assert message.reply_to == card.message_id
    link = f"https://t.me/c/{str(group.id).removeprefix('-100')}/{card.message_id}"
    assert message.keyboard[0][0]["url"] == link
    await notifier.show_alert(ChatAddress(group.id), Language.EN, replace(ALERT, card_message_id=777))
    assert telegram.messages(group)[-1].reply_to is None


async def test_in_a_private_chat_the_reply_is_the_link(
    telegram: TelegramServer, notifier: TelegramNotifier
) -> None:
    chat = telegram.private(telegram.person("Анна"))
    chat.started = True
    card = telegram.new_message(chat, telegram.bot, 0)
    await notifier.show_alert(ChatAddress(chat.id), Language.RU, replace(ALERT, card_message_id=card.message_id))
    assert telegram.messages(chat)[-1].buttons == ["🔕 Тише"]


async def test_hostile_and_endless_words_fit(
    telegram: TelegramServer, notifier: TelegramNotifier, group: Chat
) -> None:
    long = "слово\u202e " * 2000
    people = tuple(Person(10_000 + number, long) for number in range(10))
    view = replace(
        ALERT,
        prompt_name=long,
        condition=long,
        quote=long,
        client=long,
        manager=long,
        object_title=long,
        people=people,
    )
    await notifier.show_alert(ChatAddress(group.id), Language.RU, view)
    many = replace(
        DAY,
        lines=(DigestLine(long, found=1),) * 60,
        alerts=(replace(CALL, quote=long, client=long, object_title=long, prompt_name=long),) * 90,
    )
    telegram.clock.now()
    await notifier.show_digest(ChatAddress(group.id), Language.RU, many)
    alert, digest = telegram.messages(group)
    assert "\u202e" not in alert.text + digest.text
    assert len(digest.entities) <= 100
    assert "…и ещё тревог: " in digest.text
    assert "…и ещё промптов: 35" in digest.text


async def test_a_digest_tells_counts_and_folds_its_alerts(
    telegram: TelegramServer, notifier: TelegramNotifier, group: Chat
) -> None:
    await notifier.show_digest(ChatAddress(group.id), Language.RU, DAY, silent=True)
    (message,) = telegram.messages(group)
    for words in ("Звонков разобрано: 3, не получилось: 1", "Итог: с ответом 2, нет данных 1", "Тревоги: 1"):
        assert words in message.text
    assert "Бюджет: не получилось 1, ещё в работе 2" in message.text
    assert "expandable_blockquote" in {one["type"] for one in message.entities}
    assert asked(telegram)["disable_notification"]
    await notifier.show_digest(ChatAddress(group.id), Language.EN, replace(DAY, alerts=(), lines=()))
    assert "No alerts" in telegram.messages(group)[-1].text
    await notifier.show_digest(ChatAddress(group.id), Language.RU, replace(DAY, more_alerts=41))
    for words in ("Тревоги: 42", "…и ещё тревог: 41"):
        assert words in telegram.messages(group)[-1].text
