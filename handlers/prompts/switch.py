"""/enable and /disable: by name, by number, from a picker, or all after a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessageUnion,
    Message,
)
from aiogram.utils.formatting import Text, as_list

from handlers import words
from handlers.callbacks.prompts import PromptAll, PromptPick
from handlers.editing import redraw
from handlers.prompts import switch_texts
from handlers.prompts.cards import list_keyboard
from handlers.prompts.lines import lines_of, numbered
from handlers.prompts.names import names_around
from handlers.prompts.wizard.windows import short
from handlers.workspace.chats import address_of
from services.access import Action
from services.connecting.connections import IntegrationService
from services.domain.prompt import Prompt
from services.domain.workspace import Member, Workspace
from services.funnels import FunnelBook
from services.listening.chats import ChatService
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
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    offer = Offer(member, prompts, integrations, funnels, to=True)
    await _switch(message, command.args or "", offer, workspace, chats)


async def disable(
    message: Message,
    command: CommandObject,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    chats: ChatService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    offer = Offer(member, prompts, integrations, funnels, to=False)
    await _switch(message, command.args or "", offer, workspace, chats)


@dataclass(frozen=True)
class Offer:
    """Which prompts may be meant, for whom, and what is wanted of them."""

    member: Member
    prompts: PromptService
    integrations: IntegrationService
    funnels: FunnelBook
    to: bool

    async def show(self, message: Message, choices: Sequence[Prompt], every: Sequence[Prompt]) -> None:
        """Several may bear one name: the text tells the funnel of each, the number stands on its button."""
        if not choices:
            await message.answer(switch_texts.nothing_to_switch(to=self.to))
            return
        named = numbered(choices[:MOST], every)
        lines = await lines_of(named, self.member.workspace_id, self.integrations, self.funnels)
        rows = [
            [
                InlineKeyboardButton(
                    text=f"{'🟢' if prompt.enabled else '⚪'} {number}. {short(prompt.name)}",
                    callback_data=PromptPick(prompt_id=prompt.id, to=self.to).pack(),
                )
            ]
            for number, prompt in named
        ]
        keyboard = InlineKeyboardMarkup(inline_keyboard=[*rows, *list_keyboard().inline_keyboard])
        text = as_list(switch_texts.which(to=self.to), "", *lines)
        await message.answer(**text.as_kwargs(), reply_markup=keyboard)


async def _switch(message: Message, wanted: str, offer: Offer, workspace: Workspace, chats: ChatService) -> None:
    wanted, to = wanted.strip(), offer.to
    every = await offer.prompts.all(offer.member.workspace_id)
    waiting = [prompt for prompt in every if prompt.enabled != to]
    if wanted.lower() in ALL:
        await _ask_all(message, waiting, to=to)
    elif not wanted:
        await offer.show(message, waiting, every)
    else:
        found = await offer.prompts.find(offer.member, wanted)
        if not found:
            await message.answer(
                **switch_texts.not_found(wanted).as_kwargs(), reply_markup=list_keyboard() if every else None
            )
        elif found[0].sure:
            switched = await offer.prompts.switches.set(offer.member, found[0].prompt.id, to)
            names = await names_around(switched.prompt, offer.integrations, offer.funnels)
            told = await said(switched, workspace, chats, message, names, to=to)
            await message.answer(**told.as_kwargs())
        else:
            meant = [candidate.prompt for candidate in found]
            await offer.show(message, [one for one in meant if one.enabled != to] or meant, every)


async def said(
    switched: Switched,
    workspace: Workspace,
    chats: ChatService,
    message: MaybeInaccessibleMessageUnion | None,
    names: Mapping[str, Any] | None = None,
    *,
    to: bool,
) -> Text:
    """What to say in the chat of this message; without `names` below the prompt's card, which has them."""
    here = address_of(message) if isinstance(message, Message) else None
    cards = switch_texts.cards_come(await chats.of(workspace.id), here)
    return switch_texts.switched(switched, workspace.recommended_prompts, cards, names, to=to)


async def _ask_all(message: Message, waiting: list[Prompt], *, to: bool) -> None:
    if not waiting:
        await message.answer(switch_texts.nothing_to_switch(to=to))
        return
    button = InlineKeyboardButton(text=switch_texts.sure_all_button(to=to), callback_data=PromptAll(to=to).pack())
    rows = [[button], *list_keyboard().inline_keyboard]
    await message.answer(
        switch_texts.sure_all(len(waiting), to=to), reply_markup=InlineKeyboardMarkup(inline_keyboard=rows)
    )


async def picked(
    query: CallbackQuery,
    callback_data: PromptPick,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    chats: ChatService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    switched = await prompts.switches.set(member, callback_data.prompt_id, callback_data.to)
    await query.answer()
    names = await names_around(switched.prompt, integrations, funnels)
    await redraw(query, await said(switched, workspace, chats, query.message, names, to=callback_data.to))


async def all_of_them(
    query: CallbackQuery, callback_data: PromptAll, member: Member, workspace: Workspace, prompts: PromptService
) -> None:
    done = await prompts.switches.set_all(member, callback_data.to)
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
