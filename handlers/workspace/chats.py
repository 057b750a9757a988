"""Chats that listen: /subscribe, /unsubscribe, and what Telegram tells of the bot's own standing."""

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus
from aiogram.filters import Command
from aiogram.types import ChatMemberUpdated, Message

from handlers.workspace import texts
from services.access import Action
from services.chats import ChatService
from services.domain.workspace import ChatAddress, Language, Member, Workspace

GONE = {ChatMemberStatus.KICKED, ChatMemberStatus.LEFT}


def address_of(message: Message) -> ChatAddress:
    """The topic counts only where there are topics: a plain reply has a thread id too."""
    thread_id = message.message_thread_id if message.is_topic_message else 0
    return ChatAddress(message.chat.id, thread_id or 0)


async def subscribe(
    message: Message, member: Member, workspace: Workspace, language: Language, chats: ChatService
) -> None:
    private = message.chat.type == "private"
    title = message.chat.title or message.chat.full_name
    spoken = language if private else workspace.language
    await chats.subscribe(member, address_of(message), message.chat.type, title, spoken)
    await message.answer(texts.subscribed())


async def unsubscribe(message: Message, member: Member, chats: ChatService) -> None:
    was = await chats.unsubscribe(member, address_of(message))
    await message.answer(texts.unsubscribed() if was else texts.was_not_subscribed())


async def standing_changed(event: ChatMemberUpdated, chats: ChatService) -> None:
    """Blocked, removed, unblocked, added: whoever did it, the fact counts."""
    if event.new_chat_member.status in GONE:
        await chats.gone(event.chat.id)
    else:
        await chats.back(event.chat.id)


async def migrated(message: Message, chats: ChatService) -> None:
    """The group became a supergroup: its subscription moves along."""
    if message.migrate_to_chat_id is not None:
        await chats.moved(message.chat.id, message.migrate_to_chat_id)


def build_router() -> Router:
    router = Router(name="chats")
    manage = {"needs": Action.MANAGE_CHATS}
    router.message.register(subscribe, Command("subscribe"), flags=manage)
    router.message.register(unsubscribe, Command("unsubscribe"), flags=manage)
    router.message.register(migrated, F.migrate_to_chat_id, flags={"open": True})
    router.my_chat_member.register(standing_changed, flags={"open": True})
    return router
