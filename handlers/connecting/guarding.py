"""Access to a system, wherever it was sent: it goes first. An owner who sent it to us meant to connect."""

from contextlib import suppress

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from handlers.connecting import texts
from handlers.connecting.connect import take
from handlers.connecting.draft import Desk, Draft
from handlers.connecting.pasted import Pasted, PastedSecret
from handlers.connecting.secrecy import deleted, is_deleted
from handlers.states import Dialogue
from services.access import Action, may
from services.connecting.connections import IntegrationService
from services.connecting.permits import Permits
from services.domain.integration import Kind
from services.domain.workspace import Member
from services.errors import Refused


async def pasted(
    message: Message,
    pasted: Pasted,
    member: Member | None,
    state: FSMContext,
    integrations: IntegrationService,
    permits: Permits,
) -> None:
    private = message.chat.type == ChatType.PRIVATE
    if not private or member is None or not may(member.role, Action.CONNECT):
        await message.answer(texts.secret_removed() if await is_deleted(message) else texts.secret_left())
        return
    notice = f"{await deleted(message)}\n"
    desk = Desk(member, state, integrations, permits)
    draft = await _draft_of(desk, pasted.kind)
    step = next(one for one in draft.entry.steps if one.field == pasted.field)
    await take(message, desk, draft, step, pasted.value, notice)


async def _draft_of(desk: Desk, kind: Kind) -> Draft:
    """The dialogue about this kind of system that is going on, or a new one."""
    is_open = await desk.state.get_state() == Dialogue.connecting.state
    if is_open and (await desk.state.get_data())["kind"] == kind:
        with suppress(Refused):  # what was entered before cannot be read any more
            return await desk.load()
    return await desk.begin(kind)


def build_guard() -> Router:
    """Stands before everything else: a secret may come with a command, in a group, from a stranger."""
    router = Router(name="pasted secrets")
    for observer in (router.message, router.edited_message):
        observer.register(pasted, PastedSecret(), flags={"open": True})
    return router
