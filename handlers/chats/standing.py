"""What Telegram tells of the bot's own standing in a chat, and voices that belong to nobody."""

import re

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus
from aiogram.filters import Command, CommandObject
from aiogram.types import ChatMemberUpdated, Message

from handlers.chats import texts
from handlers.workspace.texts import menu
from services.cards.comeback import Comeback
from services.listening.chats import ChatService

GONE = {ChatMemberStatus.KICKED, ChatMemberStatus.LEFT}
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


async def standing_changed(event: ChatMemberUpdated, chats: ChatService, comeback: Comeback) -> None:
    """Blocked, removed, unblocked, added, made an administrator or none: whoever did it, the fact counts."""
    now = event.new_chat_member
    outside = now.status == ChatMemberStatus.RESTRICTED and not getattr(now, "is_member", True)
    if now.status in GONE or outside:
        await chats.gone(event.chat.id)
        return
    await chats.back(event.chat.id)
    await comeback.run(event.chat.id)


async def migrated(message: Message, chats: ChatService, comeback: Comeback) -> None:
    """The group became a supergroup: its subscription moves along, with what waits."""
    old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id
    await chats.moved(old, new)
    await comeback.run(new)


async def reopened(message: Message, comeback: Comeback) -> None:
    """What waited for the topic comes at once."""
    await comeback.run(message.chat.id)


async def anonymous(message: Message, command: CommandObject) -> None:
    """An anonymous administrator, or somebody who speaks as a channel: nobody knows what they may.

    As an administrator the bot hears commands for other bots as well.
    """
    if command.mention or command.command in menu():
        await message.answer(texts.anonymous())


async def faceless(message: Message) -> None:
    """Posts that a linked channel forwards, and talk under another name: nobody speaks to us."""


def build_router() -> Router:
    router = Router(name="chats standing")
    everybody = {"open": True}
    router.message.register(migrated, F.migrate_to_chat_id, flags=everybody)
    router.message.register(migrated, F.migrate_from_chat_id, flags=everybody)
    router.message.register(reopened, F.forum_topic_reopened, flags=everybody)
    command = Command(COMMAND)
    router.message.register(anonymous, F.sender_chat, ~F.is_automatic_forward, command, flags=everybody)
    router.message.register(faceless, F.sender_chat, flags=everybody)
    router.my_chat_member.register(standing_changed, flags=everybody)
    return router
