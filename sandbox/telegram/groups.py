"""Groups, topics and channels: what happens in them beside talk, and voices that belong to nobody."""

import itertools
from typing import Any

from sandbox.clock import Clock
from sandbox.telegram.checks import command_entities
from sandbox.telegram.updates import Updates
from sandbox.telegram.world import Chat, Person, ShownMessage

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Stands for every administrator who hides behind the group."""
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""Stands for whoever speaks as a channel."""
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""Forwards the posts of a linked channel into its group."""
ADMINISTRATOR = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
    "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
    "can_edit_stories can_delete_stories can_send_welcome_messages"
).split()
RESTRICTED = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_react_to_messages "
    "can_edit_tag can_change_info can_invite_users can_pin_messages can_manage_topics"
).split()


class Groups:
    """What `People` does in groups."""

    clock: Clock
    updates: Updates
    bot: dict[str, Any]
    persons: dict[int, Person]
    chats: dict[int, Chat]
    shown: dict[int, dict[int, ShownMessage]]
    _numbers: "itertools.count[int]"

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
        raise NotImplementedError

    def new_message(self, chat: Chat, sender: dict[str, Any], thread_id: int) -> ShownMessage:
        raise NotImplementedError

    def _add_chat(self, chat: Chat) -> None:
        self.chats[chat.id] = chat
        self.shown[chat.id] = {}

    def _date(self) -> int:
        return int(self.clock.now())

    def _first(self, chat: Chat) -> dict[str, Any]:
        return self.persons[chat.member_ids[0]].wire()

    def migrate(self, chat: Chat) -> Chat:
        """The group becomes a supergroup with another id; both tell of it."""
        number = -(1_000_000_000_000 + next(self._numbers))
        new = Chat(number, "supergroup", chat.title, member_ids=list(chat.member_ids))
        self._add_chat(new)
        chat.moved_to = new.id
        self.say(chat, self._first(chat), service={"migrate_to_chat_id": new.id})
        self.say(new, self._first(chat), service={"migrate_from_chat_id": chat.id})
        return new

    # --- topics -------------------------------------------------------------------------------

    def topic(self, chat: Chat, name: str) -> int:
        """Its number is that of the message that made it; 1 is the General topic's, and no message has it."""
        chat.next_message_id = max(chat.next_message_id, 2)
        number = chat.next_message_id
        chat.next_message_id += 1
        chat.topics[number] = name
        made = ShownMessage(number, chat, self._first(chat), self._date(), thread_id=number)
        made.service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        chat.topic_messages[number] = made
        return number

    def delete_topic(self, chat: Chat, thread_id: int) -> None:
        """Nobody is told; its messages go along."""
        chat.topics.pop(thread_id, None)
        messages = self.shown[chat.id]
        for number in [one for one, message in messages.items() if message.thread_id == thread_id]:
            del messages[number]

    def close_topic(self, chat: Chat, thread_id: int) -> None:
        """0 is the General topic."""
        chat.closed_topics.add(thread_id)
        self.say(chat, self._first(chat), thread_id=thread_id, service={"forum_topic_closed": {}})

    def reopen_topic(self, chat: Chat, thread_id: int) -> None:
        chat.closed_topics.discard(thread_id)
        self.say(chat, self._first(chat), thread_id=thread_id, service={"forum_topic_reopened": {}})

    # --- the bot's standing -------------------------------------------------------------------

    def add_bot(self, chat: Chat, by: Person) -> None:
        self._standing(chat, by, "member")

    def remove_bot(self, chat: Chat, by: Person) -> None:
        self._standing(chat, by, "kicked")

    def promote_bot(self, chat: Chat, by: Person) -> None:
        self._standing(chat, by, "administrator")

    def demote_bot(self, chat: Chat, by: Person) -> None:
        self._standing(chat, by, "member")

    def restrict_bot(self, chat: Chat, by: Person) -> None:
        """It stays, and may not write."""
        self._standing(chat, by, "restricted")

    def _standing(self, chat: Chat, by: Person, status: str) -> None:
        before, chat.bot_status = chat.bot_status, status
        body = {
            "chat": chat.wire(),
            "from": by.wire(),
            "date": self._date(),
            "old_chat_member": self._membership(before),
            "new_chat_member": self._membership(status),
        }
        self.updates.put("my_chat_member", body)

    def _membership(self, status: str) -> dict[str, Any]:
        member: dict[str, Any] = {"status": status, "user": self.bot}
        if status == "kicked":
            member["until_date"] = 0
        if status == "administrator":
            member |= dict.fromkeys(ADMINISTRATOR, False)
        if status == "restricted":
            member |= dict.fromkeys(RESTRICTED, False) | {"is_member": True, "until_date": 0}
        return member

    # --- voices that belong to nobody ---------------------------------------------------------

    def channel(self, title: str, owner: Person) -> Chat:
        """A channel with the bot among its administrators."""
        number = -(1_000_000_000_000 + next(self._numbers))
        chat = Chat(number, "channel", title, member_ids=[owner.id], bot_status="left")
        self._add_chat(chat)
        self.promote_bot(chat, owner)
        return chat

    def post(self, channel: Chat, text: str) -> ShownMessage:
        """A post has no author."""
        message = self.new_message(channel, {}, 0)
        message.text, message.entities = text, command_entities(text)
        message.service = {"sender_chat": channel.wire()}
        self.updates.put("channel_post", message.wire())
        return message

    def forward_post(self, group: Chat, post: ShownMessage) -> ShownMessage:
        """A post of the linked channel, as it arrives in the group by itself."""
        origin = {
            "type": "channel",
            "date": post.date,
            "chat": post.chat.wire(),
            "message_id": post.message_id,
        }
        service = {"sender_chat": post.chat.wire(), "is_automatic_forward": True, "forward_origin": origin}
        return self.say(group, TELEGRAM, text=post.text, entities=post.entities, service=service)

    def send_anonymously(self, chat: Chat, text: str, *, thread_id: int = 0) -> ShownMessage:
        """An anonymous administrator: the group itself speaks."""
        service = {"sender_chat": chat.wire()}
        entities = command_entities(text)
        return self.say(chat, ANONYMOUS, text=text, entities=entities, thread_id=thread_id, service=service)

    def send_as_channel(self, chat: Chat, channel: Chat, text: str) -> ShownMessage:
        service = {"sender_chat": channel.wire()}
        return self.say(chat, CHANNEL_BOT, text=text, entities=command_entities(text), service=service)
