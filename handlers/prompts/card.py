"""The card of a prompt: everything about it, and changing any part."""

from aiogram import Bot, F, Router
from aiogram.dispatcher.event.handler import CallbackType
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers import words
from handlers.callbacks import CardAct, PromptCard, PromptList
from handlers.editing import redraw
from handlers.filters import Private
from handlers.prompts import texts
from handlers.prompts.files import text_of
from handlers.prompts.names import names_of
from handlers.prompts.wizard import Wizard
from handlers.states import Dialogue, leave
from services.access import Action, may
from services.connections import IntegrationService
from services.domain.prompt import Prompt
from services.domain.workspace import Member, Workspace
from services.errors import Conflict, Refused
from services.funnels import FunnelBook
from services.prompts.flow import Step
from services.prompts.service import PromptService


def _button(text: str, prompt: Prompt, act: CardAct) -> InlineKeyboardButton:
    data = PromptCard(prompt_id=prompt.id, act=act, revision=prompt.revision).pack()
    return InlineKeyboardButton(text=text, callback_data=data)


def _keyboard(prompt: Prompt, member: Member) -> InlineKeyboardMarkup:
    rows = []
    if may(member.role, Action.EDIT_PROMPTS):
        switch = (texts.off_button(), CardAct.OFF) if prompt.enabled else (texts.enable_button(), CardAct.ON)
        rows = [
            [_button(switch[0], prompt, switch[1])],
            [
                _button(texts.edit_button(Step.NAME), prompt, CardAct.NAME),
                _button(texts.edit_button(Step.TEXT), prompt, CardAct.TEXT),
            ],
            [
                _button(texts.edit_button(Step.FUNNEL), prompt, CardAct.SCOPE),
                _button(texts.duplicate_button(), prompt, CardAct.DUPLICATE),
            ],
            [
                _button(texts.up_button(), prompt, CardAct.UP),
                _button(texts.down_button(), prompt, CardAct.DOWN),
            ],
            [_button(texts.delete_button(), prompt, CardAct.DELETE)],
        ]
    back = InlineKeyboardButton(text=texts.list_button(), callback_data=PromptList().pack())
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [back]])


class Cards:
    """Draws cards: what every handler here needs at its end."""

    def __init__(
        self,
        member: Member,
        prompts: PromptService,
        integrations: IntegrationService,
        funnels: FunnelBook,
    ) -> None:
        self._member = member
        self._prompts = prompts
        self._integrations = integrations
        self._funnels = funnels

    async def draw(self, prompt: Prompt, note: Text | str = "") -> tuple[Text, InlineKeyboardMarkup]:
        names = await names_of(prompt.scope, prompt.workspace_id, self._integrations, self._funnels)
        every = await self._prompts.all(prompt.workspace_id)
        number = next((n for n, one in enumerate(every, start=1) if one.id == prompt.id), 0)
        text = texts.card(prompt, names, number)
        return (text + "\n\n" + note if note else text), _keyboard(prompt, self._member)


async def show(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    await redraw(query, *await Cards(member, prompts, integrations, funnels).draw(prompt))


async def switch(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    workspace: Workspace,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    to = callback_data.act is CardAct.ON
    switched = await prompts.set_enabled(member, callback_data.prompt_id, to)
    await query.answer()
    name = switched.prompt.name
    note = texts.enabled(name) if to else texts.disabled(name)
    if switched.crowd is not None:
        note = note + "\n⚠️ " + texts.crowd(switched.crowd, workspace.recommended_prompts, switched.estimate)
    await redraw(query, *await Cards(member, prompts, integrations, funnels).draw(switched.prompt, note))


async def move(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    prompt = await prompts.move(member, callback_data.prompt_id, up=callback_data.act is CardAct.UP)
    await query.answer()
    await redraw(query, *await Cards(member, prompts, integrations, funnels).draw(prompt))


async def duplicate(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    copy = await prompts.duplicate(member, callback_data.prompt_id)
    await query.answer()
    drawn = await Cards(member, prompts, integrations, funnels).draw(copy, texts.copied(copy.name))
    await redraw(query, *drawn)


async def ask_delete(
    query: CallbackQuery, callback_data: PromptCard, member: Member, prompts: PromptService
) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    rows = [
        [_button(texts.delete_sure_button(), prompt, CardAct.DELETE_SURE)],
        [_button(texts.back_button(), prompt, CardAct.SHOW)],
    ]
    await redraw(query, texts.sure_to_delete(prompt.name), InlineKeyboardMarkup(inline_keyboard=rows))


async def delete(query: CallbackQuery, callback_data: PromptCard, member: Member, prompts: PromptService) -> None:
    prompt = await prompts.get(member, callback_data.prompt_id)
    await prompts.delete(member, prompt.id)
    await query.answer()
    back = InlineKeyboardButton(text=texts.list_button(), callback_data=PromptList().pack())
    await redraw(query, texts.deleted(prompt.name), InlineKeyboardMarkup(inline_keyboard=[[back]]))


async def ask_words(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    prompts: PromptService,
    state: FSMContext,
) -> None:
    """A new name or a new text is typed; it is checked against the revision seen now."""
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    name = callback_data.act is CardAct.NAME
    await leave(state)
    await state.set_state(Dialogue.prompt_name if name else Dialogue.prompt_text)
    await state.update_data(prompt_id=prompt.id, revision=prompt.revision)
    back = [[_button(texts.back_button(), prompt, CardAct.SHOW)]]
    question = texts.ask_new_name(prompt.name) if name else Text(texts.ask_new_text())
    await redraw(query, question, InlineKeyboardMarkup(inline_keyboard=back))


async def take_words(
    message: Message,
    bot: Bot,
    member: Member,
    state: FSMContext,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    data = await state.get_data()
    naming = await state.get_state() == Dialogue.prompt_name.state
    change = prompts.rename if naming else prompts.reword
    try:
        text = await text_of(message, bot)
        prompt = await change(member, int(data["prompt_id"]), text, int(data["revision"]))
    except Refused as error:
        await message.answer(words.refused(error))
        return
    except Conflict:
        await leave(state)
        prompt = await prompts.get(member, int(data["prompt_id"]))
        text_now, keyboard = await Cards(member, prompts, integrations, funnels).draw(
            prompt, words.changed_meanwhile()
        )
        await message.answer(**text_now.as_kwargs(), reply_markup=keyboard)
        return
    await leave(state)
    drawn, keyboard = await Cards(member, prompts, integrations, funnels).draw(prompt)
    await message.answer(**drawn.as_kwargs(), reply_markup=keyboard)


async def change_scope(
    query: CallbackQuery,
    callback_data: PromptCard,
    member: Member,
    state: FSMContext,
    prompts: PromptService,
    integrations: IntegrationService,
    funnels: FunnelBook,
) -> None:
    """The wizard again, for the funnel and the stage only."""
    prompt = await prompts.get(member, callback_data.prompt_id)
    await query.answer()
    draft = {
        Step.INTEGRATION: prompt.scope.integration_id,
        Step.NAME: prompt.name,
        Step.TEXT: prompt.text,
        Step.DESTINATION: prompt.version.destination,
    }
    data = {
        "number": (await state.get_data()).get("number", 0),
        "draft": {str(step): value for step, value in draft.items()},
        "prompt_id": prompt.id,
        "revision": prompt.revision,
    }
    window = await Wizard(state, data, member, integrations, funnels).window()
    await redraw(query, window.text, window.keyboard)


def build_router() -> Router:
    router = Router(name="prompt card")
    view, edit = {"needs": Action.VIEW}, {"needs": Action.EDIT_PROMPTS}
    handlers: dict[CardAct, tuple[CallbackType, dict[str, Action]]] = {
        CardAct.SHOW: (show, view),
        CardAct.ON: (switch, edit),
        CardAct.OFF: (switch, edit),
        CardAct.UP: (move, edit),
        CardAct.DOWN: (move, edit),
        CardAct.DUPLICATE: (duplicate, edit),
        CardAct.DELETE: (ask_delete, edit),
        CardAct.DELETE_SURE: (delete, edit),
    }
    for act, (handler, flags) in handlers.items():
        router.callback_query.register(handler, PromptCard.filter(F.act == act), flags=flags)
    words_asked = PromptCard.filter(F.act.in_({CardAct.NAME, CardAct.TEXT}))
    router.callback_query.register(ask_words, words_asked, Private(), flags=edit)
    scope_asked = PromptCard.filter(F.act == CardAct.SCOPE)
    router.callback_query.register(change_scope, scope_asked, Private(), flags=edit)
    content = (F.text & ~F.text.startswith("/")) | F.document
    for waiting in (Dialogue.prompt_name, Dialogue.prompt_text):
        router.message.register(take_words, waiting, Private(), content, flags=edit)
    return router
