"""Links that are opened in the private chat are looked at before any command: whose are they?"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from handlers.linking import is_answered
from handlers.links import Link
from handlers.workspace import texts
from services.domain.workspace import Member
from services.workspace.companies import CompanyService


class Follows(BaseMiddleware):
    """Outer, for messages. A stranger meets the door: a link opens no company of their own either."""

    def __init__(self, companies: CompanyService) -> None:
        self._companies = companies

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if not isinstance(event, Message) or event.chat.type != "private":
            return await handler(event, data)
        link = Link.said(event.text or "")
        if link is None or not link.number:
            return await handler(event, data)
        member: Member | None = data["member"]
        if member is None:
            await event.answer(texts.open_door() if data["signup"] else texts.closed_door())
        elif not await is_answered(event, link, member, self._companies):
            return await handler(event, data)
        return None
