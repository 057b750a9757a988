"""What people do: write, press, add and remove the bot. Each act becomes an update for the bot."""

import itertools
from typing import Any

from sandbox.clock import Clock
from sandbox.telegram.checks import command_entities
from sandbox.telegram.groups import Groups
from sandbox.telegram.updates import Updates
from sandbox.telegram.world import Chat, Person, ShownMessage


class People(Groups):
    """The world of the stand-in and the hands of its people."""

    def __init__(self, clock: Clock, username: str) -> None:
        self.clock = clock
        self.username = username
        self.bot = {"id": 1, "is_bot": True, "first_name": "Callprompt", "username": username}
        self.updates = Updates()
        self.persons: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.shown: dict[int, dict[int, ShownMessage]] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.callbacks: dict[str, dict[str, Any]] = {}
        """Presses by id: `at`, `chat`, `person`, and the bot's `answer` once given."""
        self._numbers = itertools.count(501)

    # --- making the world ---------------------------------------------------------------------

    def person(
        self,
        first_name: str,
        *,
        language_code: str | None = "ru",
        username: str | None = None,
        user_id: int | None = None,
    ) -> Person:
        number = user_id or 5_000_000_000 + next(self._numbers)
        self.persons[number] = Person(number, first_name, language_code, username)
        self._add_chat(Chat(number, "private", first_name, member_ids=[number], started=False))
        return self.persons[number]

    def private(self, person: Person) -> Chat:
        return self.chats[person.id]

    def group(
        self,
        title: str,
        members: list[Person],
        *,
        supergroup: bool = True,
        forum: bool = False,
        privacy: bool = True,
    ) -> Chat:
        """A group with the bot in it; the first member is said to have added it."""
        number = -(1_000_000_000_000 + next(self._numbers)) if supergroup else -next(self._numbers)
        chat = Chat(
            number,
            "supergroup" if supergroup else "group",
            title,
            forum=forum,
            member_ids=[member.id for member in members],
            privacy=privacy,
            bot_status="left",
        )
        self._add_chat(chat)
        self.add_bot(chat, members[0])
        return chat

    # --- the bot's standing -------------------------------------------------------------------

    def block(self, person: Person) -> None:
        self.private(person).blocked = True
        self._standing(self.private(person), person, "kicked")

    def unblock(self, person: Person) -> None:
        self.private(person).blocked = False
        self._standing(self.private(person), person, "member")

    # --- acts ---------------------------------------------------------------------------------

    def send_text(
        self,
        chat: Chat,
        person: Person,
        text: str,
        *,
        reply_to: int | None = None,
        thread_id: int = 0,
    ) -> ShownMessage:
        if chat.kind == "private":
            chat.started = True
        return self.say(
            chat,
            person.wire(),
            text=text,
            entities=command_entities(text),
            reply_to=reply_to,
            thread_id=thread_id,
        )

    def edit_text(self, message: ShownMessage, text: str) -> None:
        """Its author writes something else instead."""
        message.text, message.entities = text, command_entities(text)
        message.edited += 1
        if self._reaches_bot(message):
            self.updates.put("edited_message", message.wire())

    def start_link(self, person: Person, payload: str) -> ShownMessage:
        """Somebody opened `t.me/bot?start=payload`."""
        return self.send_text(self.private(person), person, f"/start {payload}")

    def send_document(
        self, chat: Chat, person: Person, filename: str, content: bytes, *, caption: str = ""
    ) -> ShownMessage:
        return self.say(chat, person.wire(), text=caption, document=(filename, content))

    def say(
        self,
        chat: Chat,
        sender: dict[str, Any],
        *,
        text: str = "",
        entities: list[dict[str, Any]] | None = None,
        reply_to: int | None = None,
        thread_id: int = 0,
        document: tuple[str, bytes] | None = None,
        service: dict[str, Any] | None = None,
    ) -> ShownMessage:
        message = self.new_message(chat, sender, thread_id)
        message.text, message.entities, message.reply_to = text, entities or [], reply_to
        message.service = service or {}
        if document is not None:
            self.attach(message, document)
        if self._reaches_bot(message):
            # What replies to nothing else in a topic replies to the message that made it.
            reply = self.shown[chat.id].get(reply_to) if reply_to else chat.topic_messages.get(thread_id)
            self.updates.put("message", message.wire(reply))
        return message

    def _reaches_bot(self, message: ShownMessage) -> bool:
        """Privacy mode: in groups only commands, replies to the bot, mentions and service messages."""
        chat = message.chat
        if chat.kind == "private":
            return True
        if chat.bot_status in ("kicked", "left"):
            return False
        is_service = bool(message.service) and not message.text
        if not chat.privacy or chat.bot_status == "administrator" or is_service:
            return True
        replied = self.shown[chat.id].get(message.reply_to or 0)
        return (
            (replied is not None and replied.from_bot)
            or f"@{self.username}" in message.text
            or (message.text.startswith("/") and "@" not in message.text.split()[0] and self._spoke(chat))
        )

    def _spoke(self, chat: Chat) -> bool:
        """There is no other bot: the latest bot that spoke is ours, as soon as it has said anything."""
        return any(message.from_bot for message in self.shown[chat.id].values())

    def press(
        self,
        chat: Chat,
        message_id: int,
        person: Person,
        *,
        data: str | None = None,
        text: str | None = None,
    ) -> str:
        """Presses the button with this text; `data` alone is a forged press. Returns the press's id."""
        message = self.shown[chat.id][message_id]
        if data is None:
            button = next(b for row in message.keyboard for b in row if b["text"] == text)
            data = button["callback_data"]
        number = str(next(self._numbers))
        self.callbacks[number] = {"at": self.clock.now(), "person": person.id, "answer": None}
        reply = self.shown[chat.id].get(message.reply_to) if message.reply_to else None
        self.updates.put(
            "callback_query",
            {
                "id": number,
                "from": person.wire(),
                "message": message.wire(reply),
                "chat_instance": str(chat.id),
                "data": data,
            },
        )
        return number

    # --- messages -----------------------------------------------------------------------------

    def new_message(self, chat: Chat, sender: dict[str, Any], thread_id: int) -> ShownMessage:
        message = ShownMessage(chat.next_message_id, chat, sender, self._date(), thread_id=thread_id)
        chat.next_message_id += 1
        self.shown[chat.id][message.message_id] = message
        return message

    def attach(self, message: ShownMessage, document: tuple[str, bytes]) -> None:
        message.document, message.file_id = document, f"file{next(self._numbers)}"
        self.files[message.file_id] = document

    def messages(self, chat: Chat, *, thread_id: int | None = None) -> list[ShownMessage]:
        """What stands in the chat now, oldest first."""
        return [
            message
            for message in self.shown[chat.id].values()
            if thread_id is None or message.thread_id == thread_id
        ]
