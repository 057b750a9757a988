"""/enable and /disable: by name, by number, from a picker, or all after a question."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessageUnion,
    Message,
)
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks import PromptAll, PromptList, PromptPick
from handlers.editing import redraw
from handlers.prompts import list_texts, switch_texts
from handlers.workspace.chats import address_of
from services.access import Action
from services.chats import ChatService
from services.domain.prompt import Prompt
from services.domain.workspace import Member, Workspace
from services.prompts.service import PromptService
from services.prompts.switching import Switched

ALL = {"all", "все", "всё"}
MOST = 12


async def enable(
    message: Message,
    command: CommandObject,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    chats: ChatService,
) -> None:
    await _switch(message, command.args or "", member, workspace, prompts, chats, to=True)


async def disable(
    message: Message,
    command: CommandObject,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    chats: ChatService,
) -> None:
    await _switch(message, command.args or "", member, workspace, prompts, chats, to=False)


async def _switch(
    message: Message,
    wanted: str,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    chats: ChatService,
    *,
    to: bool,
) -> None:
    wanted = wanted.strip()
    waiting = [prompt for prompt in await prompts.all(member.workspace_id) if prompt.enabled != to]
    if wanted.lower() in ALL:
        await _ask_all(message, waiting, to=to)
    elif not wanted:
        await _offer(message, waiting, to=to)
    else:
        found = await prompts.find(member, wanted)
        if not found:
            await message.answer(**switch_texts.not_found(wanted).as_kwargs())
        elif found[0].sure:
            switched = await prompts.set_enabled(member, found[0].prompt.id, to)
            told = await said(switched, workspace, chats, message, to=to)
            await message.answer(**told.as_kwargs())
        else:
            await _offer(message, [candidate.prompt for candidate in found], to=to)


async def said(
    switched: Switched,
    workspace: Workspace,
    chats: ChatService,
    message: MaybeInaccessibleMessageUnion | None,
    *,
    to: bool,
) -> Text:
    """What to say in the chat of this message."""
    here = address_of(message) if isinstance(message, Message) else None
    cards = switch_texts.cards_come(await chats.of(workspace.id), here)
    return switch_texts.switched(switched, workspace.recommended_prompts, cards, to=to)


async def _offer(message: Message, choices: list[Prompt], *, to: bool) -> None:
    if not choices:
        await message.answer(switch_texts.nothing_to_switch(to=to))
        return
    rows = [
        [
            InlineKeyboardButton(
                text=f"{'🟢' if prompt.enabled else '⚪'} {prompt.name}",
                callback_data=PromptPick(prompt_id=prompt.id, to=to).pack(),
            )
        ]
        for prompt in choices[:MOST]
    ]
    if len(choices) > MOST:
        rows.append([InlineKeyboardButton(text=list_texts.all_button(), callback_data=PromptList().pack())])
    await message.answer(switch_texts.which(to=to), reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


async def _ask_all(message: Message, waiting: list[Prompt], *, to: bool) -> None:
    if not waiting:
        await message.answer(switch_texts.nothing_to_switch(to=to))
        return
    button = InlineKeyboardButton(text=switch_texts.sure_all_button(to=to), callback_data=PromptAll(to=to).pack())
    await message.answer(
        switch_texts.sure_all(len(waiting), to=to), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]])
    )


async def picked(
    query: CallbackQuery,
    callback_data: PromptPick,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    chats: ChatService,
) -> None:
    switched = await prompts.set_enabled(member, callback_data.prompt_id, callback_data.to)
    await query.answer()
    await redraw(query, await said(switched, workspace, chats, query.message, to=callback_data.to))


async def all_of_them(
    query: CallbackQuery, callback_data: PromptAll, member: Member, workspace: Workspace, prompts: PromptService
) -> None:
    done = await prompts.set_all(member, callback_data.to)
    await query.answer()
    said = [switch_texts.switched_all(done.changed, to=callback_data.to)]
    if done.refused is not None:
        said.append(f"⚠️ {words.refused(done.refused)}")
    if done.crowd is not None:
        said.append(f"⚠️ {switch_texts.too_many(done.crowd, workspace.recommended_prompts)}")
    said += [f"⚠️ {switch_texts.rivals(pair)}" for pair in done.rivals[:MOST]]
    await redraw(query, "\n".join(said))


def build_router() -> Router:
    router = Router(name="switch")
    needs = {"needs": Action.EDIT_PROMPTS}
    router.message.register(enable, Command("enable"), flags=needs)
    router.message.register(disable, Command("disable"), flags=needs)
    router.callback_query.register(picked, PromptPick.filter(), flags=needs)
    router.callback_query.register(all_of_them, PromptAll.filter(), flags=needs)
    return router
