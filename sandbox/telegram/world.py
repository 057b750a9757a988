"""People, chats and messages of the stand-in."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Person:
    id: int
    first_name: str
    language_code: str | None
    username: str | None

    def wire(self) -> dict[str, Any]:
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.language_code:
            user["language_code"] = self.language_code
        if self.username:
            user["username"] = self.username
        return user


@dataclass
class Chat:
    id: int
    kind: str
    """`private`, `group`, `supergroup` or `channel`."""
    title: str
    forum: bool = False
    member_ids: list[int] = field(default_factory=list)
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    topic_messages: "dict[int, ShownMessage]" = field(default_factory=dict)
    """The service messages that made them: they stand in no list of what was said."""
    started: bool = True
    """A private chat exists for the bot once its person has written to it."""
    blocked: bool = False
    bot_status: str = "member"
    deleted: bool = False
    moved_to: int | None = None
    privacy: bool = True
    next_message_id: int = 1

    def wire(self) -> dict[str, Any]:
        chat: dict[str, Any] = {"id": self.id, "type": self.kind}
        chat["first_name" if self.kind == "private" else "title"] = self.title
        if self.forum:
            chat["is_forum"] = True
        return chat


@dataclass
class ShownMessage:
    """A message as it stands now. `sender_id` 0 is the bot."""

    message_id: int
    chat: Chat
    sender: dict[str, Any]
    date: int
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    thread_id: int = 0
    reply_to: int | None = None
    document: tuple[str, bytes] | None = None
    file_id: str = ""
    edited: int = 0
    service: dict[str, Any] = field(default_factory=dict)

    @property
    def from_bot(self) -> bool:
        """Written by our bot: the bots that stand for hidden people say in whose name they speak."""
        return bool(self.sender.get("is_bot")) and "sender_chat" not in self.service

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for row in self.keyboard for button in row]

    def wire(self, reply: "ShownMessage | None" = None) -> dict[str, Any]:
        message: dict[str, Any] = {
            "message_id": self.message_id,
            "date": self.date,
            "chat": self.chat.wire(),
            **({"from": self.sender} if self.sender else {}),
            **self.service,
        }
        if self.thread_id:
            message |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.document is not None:
            message["document"] = {
                "file_id": self.file_id,
                "file_unique_id": f"u{self.file_id}",
                "file_name": self.document[0],
                "file_size": len(self.document[1]),
            }
            if self.text:
                message["caption"] = self.text
        elif self.text:
            message["text"] = self.text
        if self.entities:
            message["caption_entities" if self.document else "entities"] = self.entities
        if self.keyboard:
            message["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.edited:
            message["edit_date"] = self.date + self.edited
        if reply is not None:
            message["reply_to_message"] = reply.wire()
        return message
