"""A link from a group leads into the group's company: whoever opens it goes on there, not where they were."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.types import Message, TelegramObject

from handlers.belonging import present_in
from handlers.workspace import company_texts
from services.companies import CompanyService
from services.domain.workspace import Member

_LINK = re.compile(r"/start(?:@\w+)? (?:new|chat)_(\d{1,18})")


class Follows(BaseMiddleware):
    """Outer, for messages. A link to a chat of a company that is not theirs changes nothing."""

    def __init__(self, companies: CompanyService) -> None:
        self._companies = companies

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        member: Member | None = data["member"]
        link = _LINK.fullmatch(event.text or "") if isinstance(event, Message) else None
        if member is None or link is None or not isinstance(event, Message) or event.chat.type != "private":
            return await handler(event, data)
        place = await self._companies.follow(member, int(link[1]))
        if place is None:
            return await handler(event, data)
        data["member"], data["workspace"] = place.member, place.workspace
        with present_in(place.workspace.id, place.member.id):
            state: FSMContext = data["state"]
            data["raw_state"] = await state.get_state()
            await event.answer(**company_texts.switched(place.workspace.name).as_kwargs())
            return await handler(event, data)
