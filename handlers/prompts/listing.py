"""/prompts: pages, toggles in place, filters, search. Keeps no state: everything is in the buttons."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.callbacks import (
    CardAct,
    NewPrompt,
    PromptCard,
    PromptFilter,
    PromptList,
    PromptSearch,
    PromptSwitch,
)
from handlers.editing import as_text, redraw
from handlers.filters import Private, typed
from handlers.prompts import texts
from handlers.states import Dialogue, leave
from services.access import Action, may
from services.connections import IntegrationService
from services.domain.prompt import Prompt
from services.domain.workspace import Member, Workspace
from services.funnels import FunnelBook
from services.prompts.service import PromptService

PAGE = 8
NAME = 26


def _row(prompt: Prompt, number: int, at: PromptList, *, editor: bool) -> list[InlineKeyboardButton]:
    name = prompt.name if len(prompt.name) <= NAME else prompt.name[: NAME - 1] + "…"
    sign = "🟢" if prompt.enabled else "⚪"
    card = PromptCard(prompt_id=prompt.id, act=CardAct.SHOW).pack()
    if not editor:
        return [InlineKeyboardButton(text=f"{sign} {number}. {name}", callback_data=card)]
    switch = PromptSwitch(
        prompt_id=prompt.id,
        to=not prompt.enabled,
        page=at.page,
        integration_id=at.integration_id,
        funnel_id=at.funnel_id,
    ).pack()
    return [
        InlineKeyboardButton(text=f"{sign} {number}. {name}", callback_data=switch),
        InlineKeyboardButton(text=f"⚙️ {number}", callback_data=card),
    ]


def _pages(at: PromptList, pages: int) -> list[InlineKeyboardButton]:
    def button(text: str, page: int) -> InlineKeyboardButton:
        data = PromptList(page=page, integration_id=at.integration_id, funnel_id=at.funnel_id).pack()
        return InlineKeyboardButton(text=text, callback_data=data)

    row = [button("‹", at.page - 1)] if at.page else []
    row.append(button(f"{at.page + 1}/{pages}", at.page))
    return [*row, button("›", at.page + 1)] if at.page + 1 < pages else row


async def draw(
    member: Member, at: PromptList, prompts: PromptService, words: str = ""
) -> tuple[Text | str, InlineKeyboardMarkup]:
    """The page, with the true state of everything on it."""
    every = await prompts.all(member.workspace_id)
    shown = list(
        await prompts.all(
            member.workspace_id,
            integration_id=at.integration_id or None,
            funnel_id=at.funnel_id or None,
            words=words,
        )
    )
    editor = may(member.role, Action.EDIT_PROMPTS)
    rows: list[list[InlineKeyboardButton]] = []
    places = {prompt.id: number for number, prompt in enumerate(every, start=1)}
    pages = max(1, -(-len(shown) // PAGE))
    at = PromptList(page=min(max(0, at.page), pages - 1), integration_id=at.integration_id, funnel_id=at.funnel_id)
    here = shown[at.page * PAGE : (at.page + 1) * PAGE]
    rows += [_row(prompt, places[prompt.id], at, editor=editor) for prompt in here]
    if pages > 1:
        rows.append(_pages(at, pages))
    rows += _tools(at, editor=editor, some=bool(every), filtered=len(shown) != len(every))
    if not every:
        return texts.nothing_yet(), InlineKeyboardMarkup(inline_keyboard=rows)
    active = sum(prompt.enabled for prompt in shown)
    text = texts.list_title(len(shown), active, f"«{words}»" if words else "")
    hint = texts.list_hint() if shown and editor else ("" if shown else texts.nothing_found())
    return text + (f"\n{hint}" if hint else ""), InlineKeyboardMarkup(inline_keyboard=rows)


def _tools(at: PromptList, *, editor: bool, some: bool, filtered: bool) -> list[list[InlineKeyboardButton]]:
    rows = []
    if filtered:
        rows.append([InlineKeyboardButton(text=texts.all_button(), callback_data=PromptList().pack())])
    if some:
        rows.append(
            [
                InlineKeyboardButton(
                    text=texts.filter_button(),
                    callback_data=PromptFilter(integration_id=at.integration_id).pack(),
                ),
                InlineKeyboardButton(text=texts.search_button(), callback_data=PromptSearch().pack()),
            ]
        )
    if editor:
        rows.append([InlineKeyboardButton(text=texts.new_button(), callback_data=NewPrompt().pack())])
    return rows


async def show(message: Message, member: Member, prompts: PromptService) -> None:
    text, keyboard = await draw(member, PromptList(), prompts)
    await message.answer(**as_text(text).as_kwargs(), reply_markup=keyboard)


async def turn(query: CallbackQuery, callback_data: PromptList, member: Member, prompts: PromptService) -> None:
    await query.answer()
    await redraw(query, *await draw(member, callback_data, prompts))


async def toggle(
    query: CallbackQuery,
    callback_data: PromptSwitch,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
) -> None:
    """The button says what it wants: a second press, or a second person, does no harm."""
    switched = await prompts.set_enabled(member, callback_data.prompt_id, callback_data.to)
    warning = ""
    if switched.crowd is not None:
        warning = texts.crowd(switched.crowd, workspace.recommended_prompts, switched.estimate)
    await query.answer(warning[:200] or None, show_alert=bool(warning))
    at = PromptList(
        page=callback_data.page,
        integration_id=callback_data.integration_id,
        funnel_id=callback_data.funnel_id,
    )
    await redraw(query, *await draw(member, at, prompts))


async def choose_filter(
    query: CallbackQuery,
    callback_data: PromptFilter,
    member: Member,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    await query.answer()
    own = await integrations.of(member.workspace_id)
    chosen = callback_data.integration_id or (own[0].id if len(own) == 1 else 0)
    rows = []
    if not chosen:
        rows = [
            [InlineKeyboardButton(text=one.name, callback_data=PromptFilter(integration_id=one.id).pack())]
            for one in own
        ]
    else:
        rows = [
            [
                InlineKeyboardButton(
                    text=funnel.name,
                    callback_data=PromptList(integration_id=chosen, funnel_id=funnel.id).pack(),
                )
            ]
            for funnel in (await funnels.of(chosen))[:20]
        ]
    rows.append([InlineKeyboardButton(text=texts.all_button(), callback_data=PromptList().pack())])
    await redraw(query, texts.choose_filter(), InlineKeyboardMarkup(inline_keyboard=rows))


async def ask_search(query: CallbackQuery, state: FSMContext) -> None:
    await query.answer()
    await state.set_state(Dialogue.search)
    back = InlineKeyboardButton(text=texts.all_button(), callback_data=PromptList().pack())
    await redraw(query, texts.ask_search(), InlineKeyboardMarkup(inline_keyboard=[[back]]))


async def search(message: Message, member: Member, prompts: PromptService, state: FSMContext) -> None:
    await leave(state)
    text, keyboard = await draw(member, PromptList(), prompts, (message.text or "")[:60])
    await message.answer(**as_text(text).as_kwargs(), reply_markup=keyboard)


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
