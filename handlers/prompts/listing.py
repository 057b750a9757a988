"""/prompts: pages, toggles in place, filters, search.

Keeps no state: everything is in the buttons, and the words of a search are in the message that its result
replies to.
"""

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)
from aiogram.utils.formatting import Text, as_list

from handlers.callbacks.prompts import PromptFilter, PromptList, PromptSearch, PromptSwitch
from handlers.editing import as_text, redraw
from handlers.filters import Private, typed
from handlers.prompts import card_texts, list_texts, switch_texts
from handlers.prompts.lines import lines_of
from handlers.prompts.listed import Shown, filter_rows, page_rows
from handlers.prompts.names import names_of
from handlers.states import Dialogue, stop_waiting
from services.access import Action, may
from services.connecting.connections import IntegrationService
from services.domain.prompt import Scope
from services.domain.workspace import Member, Workspace
from services.funnels import FunnelBook
from services.prompts.service import PromptService

WORDS = 60


class Lists:
    """What every handler that ends on the list needs."""

    def __init__(
        self, member: Member, prompts: PromptService, integrations: IntegrationService, funnels: FunnelBook
    ) -> None:
        self._member = member
        self._prompts = prompts
        self._integrations = integrations
        self._funnels = funnels

    async def draw(
        self, at: PromptList, words: str = "", *, chat: str = ChatType.PRIVATE
    ) -> tuple[Text | str, InlineKeyboardMarkup]:
        """The page, with the true state of everything on it."""
        workspace_id = self._member.workspace_id
        every = await self._prompts.all(workspace_id)
        found = await self._prompts.all(
            workspace_id,
            integration_id=at.integration_id or None,
            funnel_id=at.funnel_id or None,
            words=words,
        )
        editor = may(self._member.role, Action.EDIT_PROMPTS)
        shown = Shown(every, found, at, editor=editor, private=chat == ChatType.PRIVATE)
        keyboard = InlineKeyboardMarkup(inline_keyboard=page_rows(shown))
        if not every:
            return list_texts.nothing_yet(), keyboard
        active = sum(prompt.enabled for prompt in found)
        text = list_texts.list_title(len(found), active, await self._chosen(at, words))
        if not found:
            return as_list(text, list_texts.nothing_found()), keyboard
        lines = await lines_of(shown.here, workspace_id, self._integrations, self._funnels)
        hint = ["", list_texts.list_hint()] if editor else []
        return as_list(text, "", *lines, *hint), keyboard

    async def _chosen(self, at: PromptList, words: str) -> str:
        """What the list is narrowed to."""
        if words:
            return f"«{words}»"
        if not at.integration_id:
            return ""
        scope = Scope(at.integration_id, at.funnel_id or None)
        names = await names_of(scope, self._member.workspace_id, self._integrations, self._funnels)
        return str(names["funnel"] if at.funnel_id else names["integration"])


def _words(query: CallbackQuery) -> str:
    """Of the search whose result was pressed; none when its author deleted them."""
    message = query.message
    asked = message.reply_to_message if isinstance(message, Message) else None
    return (asked.text or "")[:WORDS] if asked is not None else ""


def _chat(query: CallbackQuery) -> str:
    return query.message.chat.type if query.message is not None else ""


async def show(
    message: Message,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    lists = Lists(member, prompts, integrations, funnels)
    text, keyboard = await lists.draw(PromptList(), chat=message.chat.type)
    await message.answer(**as_text(text).as_kwargs(), reply_markup=keyboard)


async def turn(
    query: CallbackQuery,
    callback_data: PromptList,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    await query.answer()
    words = _words(query) if callback_data.searched else ""
    lists = Lists(member, prompts, integrations, funnels)
    await redraw(query, *await lists.draw(callback_data, words, chat=_chat(query)))


async def toggle(
    query: CallbackQuery,
    callback_data: PromptSwitch,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    """The button says what it wants: a second press, or a second person, does no harm."""
    switched = await prompts.switches.set(member, callback_data.prompt_id, callback_data.to)
    warning = ""
    if switched.crowd is not None:
        warning = switch_texts.too_many(switched.crowd, workspace.recommended_prompts)
    await query.answer(warning[:200] or None, show_alert=bool(warning))
    at = PromptList(
        page=callback_data.page,
        integration_id=callback_data.integration_id,
        funnel_id=callback_data.funnel_id,
        searched=callback_data.searched,
    )
    words = _words(query) if at.searched else ""
    lists = Lists(member, prompts, integrations, funnels)
    await redraw(query, *await lists.draw(at, words, chat=_chat(query)))


async def choose_filter(
    query: CallbackQuery,
    callback_data: PromptFilter,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    """A funnel that is gone is offered while prompts still stand on it."""
    await query.answer()
    own = await integrations.of(member.workspace_id)
    chosen = callback_data.integration_id or (own[0].id if len(own) == 1 else 0)
    chosen = chosen if any(one.id == chosen for one in own) else 0
    used = {one.scope.funnel_id for one in await prompts.all(member.workspace_id)}
    known = [one for one in await funnels.of(chosen) if not one.missing or one.id in used] if chosen else []
    rows = filter_rows(own, chosen, known, callback_data.page)
    await redraw(query, list_texts.choose_filter(), InlineKeyboardMarkup(inline_keyboard=rows))


async def ask_search(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.search)
    back = InlineKeyboardButton(text=card_texts.list_button(), callback_data=PromptList().pack())
    await redraw(query, list_texts.ask_search(), InlineKeyboardMarkup(inline_keyboard=[[back]]))


async def search(
    message: Message,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
    state: FSMContext,
) -> None:
    await stop_waiting(state)
    lists = Lists(member, prompts, integrations, funnels)
    text, keyboard = await lists.draw(PromptList(searched=True), (message.text or "")[:WORDS])
    asked = ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True)
    await message.answer(**as_text(text).as_kwargs(), reply_markup=keyboard, reply_parameters=asked)


def build_router() -> Router:
    router = Router(name="prompt list")
    view, edit = {"needs": Action.VIEW}, {"needs": Action.EDIT_PROMPTS}
    router.message.register(show, Command("prompts"), flags=view)
    router.callback_query.register(turn, PromptList.filter(), flags=view)
    router.callback_query.register(toggle, PromptSwitch.filter(), flags=edit)
    router.callback_query.register(choose_filter, PromptFilter.filter(), flags=view)
    router.callback_query.register(ask_search, PromptSearch.filter(), Private(), flags=view)
    router.message.register(search, Dialogue.search, Private(), typed(), flags=view)
    return router
