"""/new: passes answers to the flow and draws its next question. Everything it knows is in the stored state."""

from dataclasses import dataclass
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.deep_linking import create_start_link

from handlers import words
from handlers.callbacks import CardAct, NewPrompt, PromptCard, WizardAct, WizardPress
from handlers.editing import redraw
from handlers.filters import OwnWindow, Private
from handlers.prompts import texts, windows
from handlers.prompts.files import text_of
from handlers.prompts.names import names_of
from handlers.prompts.windows import Drawer, Window
from handlers.states import Dialogue, leave
from handlers.workspace.chats import address_of
from services.access import Action
from services.chats import ChatService
from services.connections import IntegrationService
from services.domain.integration import Ability, Funnel
from services.domain.prompt import Destination, Prompt, Scope
from services.domain.workspace import Language, Member
from services.errors import Refused, RemoteError
from services.funnels import FunnelBook
from services.prompts.flow import ANY, ORDER, Step, back_from, destinations, forget, is_asked, next_step
from services.prompts.service import Draft, PromptService, clean_name, clean_text

NEW_LINK = "new_"


@dataclass
class Wizard:
    """One step of one person's wizard: the stored data, and what is needed to draw."""

    state: FSMContext
    data: dict[str, Any]
    member: Member
    integrations: IntegrationService
    funnels: FunnelBook

    @property
    def draft(self) -> dict[str, Any]:
        draft: dict[str, Any] = self.data["draft"]
        return draft

    async def abilities(self) -> frozenset[Ability]:
        if "integration" not in self.draft:
            return frozenset()
        shown = await self.integrations.get(self.member, self.draft["integration"])
        return self.integrations.catalogue[shown.kind].abilities

    async def count(self) -> int:
        return len(await self.integrations.of(self.member.workspace_id))

    async def next(self) -> Step:
        return next_step(self.draft, await self.abilities(), await self.count())

    async def window(self, *, page: int = 0) -> Window:
        """Draws the next question under a new number, and stores both."""
        step = await self.next()
        self.data["step"] = step
        self.data["pieces"] = []
        return await self.keep(await self._draw(step, page))

    async def keep(self, window: Window) -> Window:
        self.data["options"] = window.options
        await self.state.set_state(Dialogue.wizard)
        await self.state.set_data(self.data)
        return window

    def drawer(self) -> Drawer:
        self.data["number"] = self.data.get("number", 0) + 1
        return Drawer(self.data["number"], editing="prompt_id" in self.data)

    async def _draw(self, step: Step, page: int) -> Window:
        abilities, count = await self.abilities(), await self.count()
        back = back_from(step, self.draft, abilities, count) is not None and "prompt_id" not in self.data
        drawer = self.drawer()
        if step is Step.NAME:
            return drawer.typed(step, back=back)
        if step is Step.TEXT:
            return drawer.text(back=back)
        if step is Step.SUMMARY:
            asked = [one for one in ORDER if is_asked(one, self.draft, abilities, count)]
            names = dict(
                await names_of(scope_of(self.draft), self.member.workspace_id, self.integrations, self.funnels)
            )
            return drawer.summary(self.draft, names, self.destination(abilities), asked)
        return drawer.choice(step, await self._options(step, abilities), page, back=back)

    def destination(self, abilities: frozenset[Ability]) -> Destination:
        if "destination" in self.draft:
            return Destination(self.draft["destination"])
        return next(iter(destinations(abilities)), Destination.CHAT)

    async def _options(self, step: Step, abilities: frozenset[Ability]) -> list[tuple[str, Any]]:
        if step is Step.INTEGRATION:
            own = await self.integrations.of(self.member.workspace_id)
            return list(windows.integration_options(own))
        if step is Step.DESTINATION:
            return list(windows.destination_options(destinations(abilities)))
        funnels = await self._funnels()
        if step is Step.FUNNEL:
            return list(windows.funnel_options(funnels))
        chosen = next((one for one in funnels if one.id == self.draft["funnel"]), None)
        return list(windows.stage_options(chosen))

    async def _funnels(self) -> tuple[Funnel, ...]:
        """Fresh ones; when the CRM is silent, what it said last time will do."""
        number = self.draft["integration"]
        try:
            return await self.funnels.of(number, refresh=True)
        except RemoteError:
            return await self.funnels.of(number)


def scope_of(draft: dict[str, Any]) -> Scope:
    funnel, stage = draft.get("funnel", ANY), draft.get("stage", ANY)
    return Scope(draft["integration"], funnel or None, stage or None)


def _data_with_counter(before: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"number": before.get("number", 0), **fields}


async def begin(
    message: Message,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
    origin: int = 0,
) -> None:
    """A new wizard in a private chat; `origin` is our number of the group it was opened from."""
    own = await integrations.of(member.workspace_id)
    if not own:
        await message.answer(texts.first_connect())
        return
    draft: dict[str, Any] = {} if len(own) > 1 else {"integration": own[0].id}
    data = _data_with_counter(await state.get_data(), draft=draft, origin=origin)
    wizard = Wizard(state, data, member, integrations, funnels)
    window = await wizard.window()
    await message.answer(**window.text.as_kwargs(), reply_markup=window.keyboard)


async def new(
    message: Message,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    await begin(message, member, state, integrations, funnels)


async def new_pressed(
    query: CallbackQuery,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    await query.answer()
    if isinstance(query.message, Message):
        await begin(query.message, member, state, integrations, funnels)


async def new_in_group(message: Message, bot: Bot, member: Member, language: Language, chats: ChatService) -> None:
    """The group offers a link; the wizard itself lives in the private chat."""
    title = message.chat.title or message.chat.full_name
    chat = await chats.remember(member, address_of(message), message.chat.type, title, language)
    link = await create_start_link(bot, f"{NEW_LINK}{chat.id}")
    button = InlineKeyboardButton(text=texts.open_private_button(), url=link)
    await message.answer(texts.only_private(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def pressed(
    query: CallbackQuery,
    callback_data: WizardPress,
    wizard: dict[str, Any],
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
    prompts: PromptService,
    chats: ChatService,
    language: Language,
) -> None:
    """A press in the present window."""
    await query.answer()
    at = Wizard(state, wizard, member, integrations, funnels)
    act, arg = callback_data.act, callback_data.arg
    if act is WizardAct.CANCEL:
        await leave(state)
        await redraw(query, words.cancelled())
    elif act in (WizardAct.SAVE, WizardAct.ANYWAY):
        await _save(query, at, prompts, chats, language, anyway=act is WizardAct.ANYWAY)
    elif act is WizardAct.EXAMPLE:
        window = await at.keep(at.drawer().example(arg % len(texts.examples())))
        await redraw(query, window.text, window.keyboard)
    else:
        await _answer_press(at, act, arg)
        if await _finished_rescope(query, at, prompts):
            return
        window = await at.window(page=arg if act is WizardAct.PAGE else 0)
        await redraw(query, window.text, window.keyboard)


async def _answer_press(at: Wizard, act: WizardAct, arg: int) -> None:
    step = Step(at.data["step"])
    if act is WizardAct.PICK and arg < len(at.data["options"]):
        at.draft[step] = at.data["options"][arg]
    elif act is WizardAct.EDIT and arg < len(Step):
        at.data["draft"] = forget(at.draft, list(Step)[arg])
    elif act is WizardAct.TAKE:
        at.draft["text"] = texts.examples()[arg % len(texts.examples())][1]
    elif act is WizardAct.DONE:
        at.draft["text"] = clean_text("\n".join(at.data.get("pieces", [])))
    elif act is WizardAct.BACK:
        before = back_from(step, at.draft, await at.abilities(), await at.count())
        at.data["draft"] = at.draft if before is None else before


async def _finished_rescope(query: CallbackQuery, at: Wizard, prompts: PromptService) -> bool:
    """A wizard opened from a prompt's card changes its place only, and ends on the card."""
    if "prompt_id" not in at.data or await at.next() is not Step.SUMMARY:
        return False
    prompt = await prompts.rescope(at.member, at.data["prompt_id"], scope_of(at.draft), at.data["revision"])
    await leave(at.state)
    await _show_saved(query, prompt)
    return True


async def _save(
    query: CallbackQuery,
    at: Wizard,
    prompts: PromptService,
    chats: ChatService,
    language: Language,
    *,
    anyway: bool,
) -> None:
    if await at.next() is not Step.SUMMARY:
        window = await at.window()
        await redraw(query, window.text, window.keyboard)
        return
    scope = scope_of(at.draft)
    if not anyway and await prompts.same_name(at.member, at.draft["name"], scope):
        window = await at.keep(at.drawer().same_name(at.draft["name"]))
        await redraw(query, window.text, window.keyboard)
        return
    kind = at.destination(await at.abilities())
    prompt = await prompts.create(at.member, Draft(at.draft["name"], at.draft["text"], scope, kind))
    await leave(at.state)
    if at.data.get("origin"):
        await chats.subscribe_known(at.member, at.data["origin"])
    elif isinstance(query.message, Message):
        chat = query.message.chat
        await chats.subscribe(
            at.member, address_of(query.message), chat.type, chat.title or chat.full_name, language
        )
    await _show_saved(query, prompt)


async def _show_saved(query: CallbackQuery, prompt: Prompt) -> None:
    def button(text: str, act: CardAct) -> list[InlineKeyboardButton]:
        data = PromptCard(prompt_id=prompt.id, act=act).pack()
        return [InlineKeyboardButton(text=text, callback_data=data)]

    rows = [button(texts.later_button(), CardAct.SHOW)]
    if not prompt.enabled:
        rows.insert(0, button(texts.enable_button(), CardAct.ON))
    await redraw(query, texts.saved(prompt.name), InlineKeyboardMarkup(inline_keyboard=rows))


async def typed(
    message: Message,
    bot: Bot,
    member: Member,
    state: FSMContext,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    """A typed answer. What cannot be taken is said, and nothing typed before is lost."""
    at = Wizard(state, await state.get_data(), member, integrations, funnels)
    step = Step(at.data["step"])
    try:
        if step is Step.NAME:
            at.draft["name"] = clean_name(message.text or message.caption or "")
            window = await at.window()
        elif step is Step.TEXT:
            pieces = [*at.data.get("pieces", []), clean_text(await text_of(message, bot))]
            clean_text("\n".join(pieces))
            at.data["pieces"] = pieces
            window = await at.keep(at.drawer().collected(pieces))
        else:
            window = await at.window()
    except Refused as error:
        await message.answer(words.refused(error))
        return
    await message.answer(**window.text.as_kwargs(), reply_markup=window.keyboard)


def build_router() -> Router:
    router = Router(name="wizard")
    needs = {"needs": Action.EDIT_PROMPTS}
    router.message.register(new, Command("new"), Private(), flags=needs)
    router.message.register(new_in_group, Command("new"), flags=needs)
    router.callback_query.register(new_pressed, NewPrompt.filter(), Private(), flags=needs)
    router.callback_query.register(pressed, WizardPress.filter(), OwnWindow(), Private(), flags=needs)
    content = (F.text & ~F.text.startswith("/")) | F.document
    router.message.register(typed, Dialogue.wizard, Private(), content, flags=needs)
    return router
