"""Where a message stands: the address its answers go to, and what that place is called."""

from aiogram.types import Message

from services.domain.workspace import TOPIC, ChatAddress

TITLE = 256


def address_of(message: Message) -> ChatAddress:
    """The topic counts only where there are topics: a plain reply has a thread id too."""
    thread_id = message.message_thread_id if message.is_topic_message else 0
    return ChatAddress(message.chat.id, thread_id or 0)


def title_of(message: Message) -> str:
    """A topic's own name is told by the message that made it, which every message in it points at."""
    title = message.chat.title or message.chat.full_name
    made = message.reply_to_message.forum_topic_created if message.reply_to_message is not None else None
    named = f"{title}{TOPIC}{made.name}" if message.is_topic_message and made is not None else title
    return named[:TITLE]
