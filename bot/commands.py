"""The command menu: each member sees what they may do, in their language; strangers see the door."""

import contextlib

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat, BotCommandScopeDefault
from aiogram.utils.i18n import I18n

from handlers.workspace import texts
from services.access import may
from services.domain.workspace import Language, Member


async def set_common_commands(bot: Bot, i18n: I18n) -> None:
    """For strangers and for groups."""
    for language in Language:
        code = None if language is Language.RU else str(language)
        with i18n.context(), i18n.use_locale(language):
            start = [BotCommand(command="start", description=texts.menu()["start"][0])]
            group = [
                BotCommand(command=name, description=texts.menu()[name][0])
                for name in ("subscribe", "unsubscribe", "status")
            ]
        await bot.set_my_commands(start, scope=BotCommandScopeDefault(), language_code=code)
        await bot.set_my_commands(group, scope=BotCommandScopeAllGroupChats(), language_code=code)


class TelegramMenu:
    """Implements `handlers.menu.MemberMenu`."""

    def __init__(self, bot: Bot, i18n: I18n) -> None:
        self._bot = bot
        self._i18n = i18n

    async def show(self, member: Member, language: Language) -> None:
        """What this member may do. A person who has not written yet has no chat to set a menu in."""
        with self._i18n.context(), self._i18n.use_locale(language):
            commands = [
                BotCommand(command=name, description=words)
                for name, (words, action) in texts.menu().items()
                if may(member.role, action)
            ]
        with contextlib.suppress(TelegramAPIError):
            await self._bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id=member.user_id))

    async def forget(self, member: Member) -> None:
        with contextlib.suppress(TelegramAPIError):
            await self._bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=member.user_id))
