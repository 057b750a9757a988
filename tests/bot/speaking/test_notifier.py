"""Cards in Telegram: sent, edited, with a file when too long; failures told apart; notices in words."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from aiogram import Bot

from bot.speaking.meaning import understand
from bot.speaking.notifier import TelegramNotifier
from sandbox.faults import Fault
from sandbox.telegram import Chat, TelegramServer
from services.cards.outcomes import CardRefused, FileLeft
from services.db.models import CallRow
from services.db.unit_of_work import Database
from services.domain.call import CallState
from services.domain.card import CardLine, LineState, Written
from services.domain.workspace import ChatAddress, Language
from services.forgetting.posted import Posted
from services.ports import ChatBusy, ChatClosed, ChatGone, ChatMoved, MessageLost, OwnerNotice, TopicGone
from tests.cards.test_view import view
from tests.fakes.clock import FakeClock
from tests.fakes.rows import add_company
from tests.harness.telegram import languages

LONG = CardLine("Итог", LineState.ANSWERED, "слово " * 2000, written=Written.WRITTEN)


@dataclass
class Face:
    """A notifier, the private chat it writes to, and time that passes between two cards."""

    telegram: TelegramServer
    notifier: TelegramNotifier
    clock: FakeClock
    chat: Chat
    up_time: list[float] = field(default_factory=lambda: [0.0])

    async def show(
        self, message_id: int | None = None, *lines: CardLine, address: ChatAddress | None = None, **more: object
    ) -> int:
        self.clock.advance(10)
        where = address or ChatAddress(self.chat.id)
        return await self.notifier.show_card(where, Language.RU, view(*lines, **more), message_id)

    def files(self) -> list[tuple[str, str]]:
        found = [one.document for one in self.telegram.messages(self.chat) if one.document is not None]
        return [(name, content.decode()) for name, content in found]


@pytest.fixture
def face(telegram: TelegramServer, bot: Bot, clock: FakeClock) -> Face:
    person = telegram.person("Анна")
    chat = telegram.private(person)
    chat.started = True
    up_time = [0.0]
    read: Callable[[], float] = lambda: up_time[0]  # noqa: E731
    return Face(telegram, TelegramNotifier(bot, languages(), read), clock, chat, up_time)


async def test_one_message_is_sent_and_then_edited(face: Face) -> None:
    number = await face.show()
    assert await face.show(number) == number
    await face.show(number, client="Другой")
    (message,) = face.telegram.messages(face.chat)
    assert "Другой" in message.text
    assert message.edited == 1


async def test_a_chat_that_is_not_there_any_more(face: Face) -> None:
    number = await face.show()
    del face.telegram.shown[face.chat.id][number]
    with pytest.raises(MessageLost):
        await face.show(number)
    face.telegram.block(face.telegram.persons[face.chat.id])
    with pytest.raises(ChatGone):
        await face.show()
    face.telegram.unblock(face.telegram.persons[face.chat.id])
    face.chat.started = False
    with pytest.raises(ChatGone):
        await face.show()
    with pytest.raises(ChatGone):
        await face.show(address=ChatAddress(404))


async def test_topics_and_moves(face: Face) -> None:
    person = face.telegram.persons[face.chat.id]
    forum = face.telegram.group("Форум", [person], forum=True)
    topic = face.telegram.topic(forum, "Звонки")
    await face.show(None, LONG, address=ChatAddress(forum.id, topic))
    card, file = face.telegram.messages(forum, thread_id=topic)
    assert file.reply_to == card.message_id
    face.telegram.close_topic(forum, topic)
    with pytest.raises(ChatClosed, match="topic"):
        await face.show(address=ChatAddress(forum.id, topic))
    face.telegram.delete_topic(forum, topic)
    with pytest.raises(TopicGone):
        await face.show(address=ChatAddress(forum.id, topic))
    old = face.telegram.group("Старая", [person], supergroup=False)
    new = face.telegram.migrate(old)
    with pytest.raises(ChatMoved) as moved:
        await face.show(address=ChatAddress(old.id))
    assert moved.value.new_chat_id == new.id


async def test_pauses_grow_while_telegram_is_not_reached(face: Face) -> None:
    pauses = []
    for seconds in (0.0, 30.0, 600.0):
        face.up_time[0] = seconds
        face.telegram.faults.add(Fault("reset", "sendMessage"))
        with pytest.raises(ChatBusy) as busy:
            await face.show()
        pauses.append(busy.value.retry_after)
    assert pauses == [5.0, 30.0, 120.0]
    await face.show()
    face.telegram.faults.add(Fault("html", "sendMessage"))
    with pytest.raises(ChatBusy) as busy:
        await face.show()
    assert busy.value.retry_after == 5.0


async def test_a_rate_limit_gives_the_card_back(face: Face) -> None:
    face.telegram.faults.add(Fault("rate_limit", "sendMessage", seconds=60))
    with pytest.raises(ChatBusy) as busy:
        await face.show()
    assert busy.value.retry_after == 60
    with pytest.raises(ChatBusy) as busy:
        await face.show()
    assert busy.value.retry_after == 50
    assert face.telegram.messages(face.chat) == []


@pytest.mark.parametrize("first", [True, False])
async def test_the_whole_text_comes_as_a_file_once(face: Face, first: bool) -> None:
    number = None if first else await face.show(None, CardLine("Итог", LineState.WAITING))
    assert face.files() == []
    number = await face.show(number, LONG)
    ((name, content),) = face.files()
    assert name == "Ответы 2026-03-10 12-19.txt"
    assert content.count("слово") == 2000
    card, file = face.telegram.messages(face.chat)
    assert (card.message_id, file.reply_to) == (number, number)
    assert "в файле" in card.text


@pytest.mark.parametrize("kind", ["rate_limit", "reset", "html"])
async def test_a_file_that_must_wait_comes_later_and_the_card_stands(face: Face, kind: str) -> None:
    face.telegram.faults.add(Fault(kind, "sendDocument", seconds=30))  # type: ignore[arg-type]
    with pytest.raises(FileLeft) as left:
        await face.show(None, LONG)
    assert face.files() == []
    face.clock.advance(30)
    assert await face.show(left.value.message_id, LONG) == left.value.message_id
    assert len(face.files()) == 1
    assert len(face.telegram.messages(face.chat)) == 2


async def test_a_refused_file_does_not_hold_up_the_card(face: Face) -> None:
    body = '{"ok": false, "error_code": 400, "description": "Bad Request: DOCUMENT_INVALID"}'
    face.telegram.faults.add(Fault("status", "sendDocument", status=400, body=body))
    assert await face.show(None, LONG)
    assert len(face.telegram.messages(face.chat)) == 1


TOO_LARGE = '{"ok": false, "error_code": 413, "description": "Request Entity Too Large"}'


async def test_what_is_too_large_is_never_tried_again(face: Face) -> None:
    """The library calls it a failure of the network: it was tried again for ever, and the chat with it."""
    face.telegram.faults.add(Fault("status", "sendDocument", status=413, body=TOO_LARGE))
    assert await face.show(None, LONG) == face.telegram.messages(face.chat)[-1].message_id
    assert face.files() == []
    face.telegram.faults.add(Fault("status", "sendMessage", status=413, body=TOO_LARGE))
    with pytest.raises(CardRefused):
        await face.show()


async def test_what_telegram_will_never_take_is_said_so(face: Face) -> None:
    body = '{"ok": false, "error_code": 400, "description": "Bad Request: can\'t parse entities: x"}'
    face.telegram.faults.add(Fault("status", "sendMessage", status=400, body=body))
    with pytest.raises(CardRefused, match="parse"):
        await face.show()


async def test_the_owner_is_told_in_words_of_their_language(face: Face) -> None:
    notice = OwnerNotice("integration_expired", {"name": "<b>Портал</b>"})
    await face.notifier.tell(face.chat.id, Language.RU, notice)
    face.clock.advance(5)
    await face.notifier.tell(face.chat.id, Language.EN, notice)
    russian, english = face.telegram.messages(face.chat)
    assert "<b>Портал</b>" in russian.text
    assert "доступ" in russian.text
    assert english.text != russian.text
    assert not english.entities
    face.telegram.block(face.telegram.persons[face.chat.id])
    with pytest.raises(ChatGone):
        await face.notifier.tell(face.chat.id, Language.RU, notice)


@pytest.mark.parametrize("status", [400, 403])
async def test_a_missing_right_is_not_a_chat_that_is_gone(face: Face, status: int) -> None:
    told = "not enough rights to send text messages to the chat"
    body = f'{{"ok": false, "error_code": {status}, "description": "Bad Request: {told}"}}'
    face.telegram.faults.add(Fault("status", "sendMessage", status=status, body=body))
    with pytest.raises(ChatClosed, match="rights"):
        await face.show()


def test_unknown_failures_stay_what_they_are() -> None:
    error = ValueError("x")
    assert understand(error) is error


async def test_a_card_that_is_drawn_again_brings_its_file_once(face: Face, bot: Bot, database: Database) -> None:
    """As after "no, leave it", or when what was written is taken back; new answers are a new file."""
    company = await add_company(database, "https://portal.test/rest/1/secret/", face.clock.now())
    async with database.write() as session:
        now = face.clock.now()
        call = CallRow(
            workspace_id=company.workspace_id,
            integration_id=company.integration_id,
            external_id="call",
            started_at=now,
            duration=60,
            direction="incoming",
            state=CallState.DONE,
            due_at=now,
            seen_at=now,
        )
        session.add(call)
        await session.flush()
    face.notifier = TelegramNotifier(bot, languages(), posted=Posted(database))
    number = await face.show(None, LONG, call_id=call.id)
    await face.show(number, LONG, call_id=call.id, undoable=True)
    await face.show(number, replace(LONG, written=Written.UNDONE), call_id=call.id)
    assert len(face.files()) == 1
    await face.show(number, replace(LONG, text="другое " * 2000), call_id=call.id)
    assert len(face.files()) == 2
