"""Who is speaking, in which language, and may they: decided before any handler sees the update."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.dispatcher.flags import get_flag
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, Update, User
from aiogram.utils.i18n import I18n

from handlers.belonging import company_of, present_in
from handlers.callbacks.alerts import CallCard, HushPress
from handlers.callbacks.cards import CallRetry, CallUndo, CallWriteAgain
from handlers.callbacks.connecting import ConnectChoice, ConnectPress, OptionPress
from handlers.callbacks.prompts import WizardPress
from handlers.filters import is_command
from handlers.states import QUESTIONS, leave, stop_waiting
from handlers.words import read_at
from handlers.workspace import texts
from handlers.workspace.elsewhere import turn_to_its_company
from services.access import Action, may
from services.domain.workspace import ChatAddress, Language, Member
from services.listening.chats import ChatService
from services.workspace.workspaces import WorkspaceService

log = structlog.get_logger(__name__)

REMEMBERED = 10_000
"""Updates that are recognised when they come again."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Once(BaseMiddleware):
    """Outer, for every update: Telegram may deliver one twice, and the second time nobody meant it."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Update):
            if event.update_id in self._seen:
                log.info("update_repeated", update_id=event.update_id)
                return None
            self._seen[event.update_id] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return await handler(event, data)


class Acquaintance(BaseMiddleware):
    """Outer, for every update: the member behind it (or None), the workspace, the language, the log context.

    In a group everybody acts in the company that the group listens to.
    """

    def __init__(self, workspaces: WorkspaceService, i18n: I18n) -> None:
        self._workspaces = workspaces
        self._i18n = i18n

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        known = await self._workspaces.who_is(user.id, group=_group(data)) if user is not None else None
        member, workspace = known if known is not None else (None, None)
        data["member"], data["workspace"] = member, workspace
        language = await _spoken_in_group(data) or _language(member, user)
        data["language"] = language
        update_id = event.update_id if isinstance(event, Update) else 0
        with (
            structlog.contextvars.bound_contextvars(update_id=update_id),
            self._i18n.context(),
            self._i18n.use_locale(language),
            present_in(member.workspace_id if member else None, member.id if member else None),
            read_at(data["clock"].now()),
        ):
            if data.get("raw_state") is not None:
                # It was read before anybody knew which of a person's memberships is meant.
                state: FSMContext = data["state"]
                data["raw_state"] = await state.get_state()
            return await handler(event, data)


def _group(data: dict[str, Any]) -> int:
    chat: Chat | None = data.get("event_chat")
    return chat.id if chat is not None and chat.type != "private" else 0


async def _spoken_in_group(data: dict[str, Any]) -> Language | None:
    """What is said in a group is read by everybody there: it has one language. None: a private chat."""
    group, workspace = _group(data), data["workspace"]
    if not group:
        return None
    chats: ChatService = data["chats"]
    spoken = await chats.language_in(ChatAddress(group, data.get("event_thread_id") or 0))
    return spoken or (workspace.language if workspace is not None else None)


def _language(member: Member | None, user: User | None) -> Language:
    if member is not None and member.language is not None:
        return member.language
    return Language.of(user.language_code if user is not None else None)


class Rights(BaseMiddleware):
    """Inner, for messages and presses: what a handler needs stands in its flags, and nowhere else."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if get_flag(data, "open"):
            return await handler(event, data)
        member: Member | None = data["member"]
        if member is None:
            return await _door(event, is_open=data["signup"])
        if isinstance(event, CallbackQuery) and not get_flag(data, "anywhere"):
            company = company_of(event.data or "")
            if company not in (None, member.workspace_id):
                return await turn_to_its_company(event, company, data["companies"])
        needs: Action = get_flag(data, "needs", default=Action.SETTINGS)
        if not may(member.role, needs):
            await _not_yours(event, needs)
            return await _stop_asking(event, data)
        return await handler(event, data)


async def _stop_asking(event: TelegramObject, data: dict[str, Any]) -> None:
    """A question put before the role was lowered: it would refuse whatever its person writes from now on."""
    if isinstance(event, Message) and data.get("raw_state") is not None and not is_command(event.text or ""):
        await leave(data["state"])


class Heard(BaseMiddleware):
    """Outer, for messages: a chat that was given up speaks again."""

    def __init__(self, chats: ChatService) -> None:
        self._chats = chats

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if isinstance(event, Message):
            await self._chats.heard_from(event.chat.id)
        return await handler(event, data)


WITHIN = (
    ConnectPress,
    ConnectChoice,
    OptionPress,
    WizardPress,
    CallRetry,
    CallWriteAgain,
    CallUndo,
    CallCard,
    HushPress,
)
"""Presses that belong to a dialogue, or to the card of a call that has just arrived."""


class TurnsAway(BaseMiddleware):
    """Inner: whoever gives a command or opens something else does not answer the question that waits for words.

    /cancel is about that question, and ends it itself.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        state: FSMContext | None = data.get("state") if data.get("raw_state") in QUESTIONS else None
        if state is not None and not get_flag(data, "ends_dialogue") and _turns_away(event, data):
            await stop_waiting(state)
        return await handler(event, data)


def _turns_away(event: TelegramObject, data: dict[str, Any]) -> bool:
    if isinstance(event, Message):
        return is_command(event.text or "")
    return not isinstance(data.get("callback_data"), WITHIN)


async def _door(event: TelegramObject, *, is_open: bool) -> None:
    """Polite, and nothing else; in groups nothing at all."""
    if isinstance(event, CallbackQuery):
        told = texts.open_door_short() if is_open else texts.closed_door_short()
        await event.answer(told, show_alert=True)
    elif isinstance(event, Message) and event.chat.type == "private":
        await event.answer(texts.open_door() if is_open else texts.closed_door())


async def _not_yours(event: TelegramObject, needs: Action) -> None:
    if isinstance(event, CallbackQuery):
        await event.answer(texts.not_yours(needs), show_alert=True)
    elif isinstance(event, Message):
        await event.answer(texts.not_yours(needs))
