"""A bot over the stand-in of Telegram, opened and closed for every test."""

from functools import cache

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.utils.i18n import I18n

from bot.i18n import load_languages


@cache
def languages() -> I18n:
    """Read once: it takes as long as a whole test."""
    return load_languages()


class QuickSession(AiohttpSession):
    """The library's own waits a quarter of a second at its end, for TLS that no stand-in speaks."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def bot_at(url: str, token: str) -> Bot:
    return Bot(token, session=QuickSession(api=TelegramAPIServer.from_base(url)))
