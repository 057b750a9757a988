"""Making and changing a rule: presses in its present window, and typed values."""

from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.callbacks.funnels import RuleAct, RulePress, RuleStep, RuleWindow
from handlers.editing import redraw
from handlers.filters import Private, typed
from handlers.funnels import rule_texts, texts
from handlers.funnels.editor_state import CHECK, GOAL, KINDS, VALUES, Editor, OwnRuleWindow, begin
from handlers.funnels.screens import Screens
from handlers.states import Dialogue
from services.access import Action
from services.domain.workspace import Member, Workspace
from services.errors import Conflict, NotFound, Refused
from services.ownfunnels.conditions import Wanted, What
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook


async def open_editor(
    query: CallbackQuery,
    callback_data: RulePress,
    member: Member,
    workspace: Workspace,
    state: FSMContext,
    own_funnels: OwnFunnels,
    rulebook: RuleBook,
) -> None:
    """A new rule, a known one, or what becomes of the calls that no rule takes."""
    number = callback_data.number
    book = await rulebook.of(member, number)
    default = callback_data.act is RuleAct.DEFAULT
    known = next(
        (one for one in book.rules if (one.is_default if default else one.id == callback_data.rule)), None
    )
    if callback_data.act is RuleAct.EDIT and known is None:
        raise NotFound(f"route {callback_data.rule}")
    before = await state.get_data()
    data = begin(before, number, book.stamp, known, into=callback_data.to)
    if default:
        data["rule"] |= {"default": True, "step": GOAL}
    editor = Editor(state, data, member, workspace, own_funnels, rulebook)
    window = await editor.window()
    await query.answer()
    await redraw(query, window.text, window.keyboard)


async def pressed(
    query: CallbackQuery,
    callback_data: RuleWindow,
    wizard: dict[str, Any],
    member: Member,
    workspace: Workspace,
    state: FSMContext,
    own_funnels: OwnFunnels,
    rulebook: RuleBook,
    screens: Screens,
) -> None:
    """A press in the present window. It was answered at once, so what goes wrong later is said in the chat."""
    await query.answer()
    at = Editor(state, wizard, member, workspace, own_funnels, rulebook)
    act, arg, number = callback_data.act, callback_data.arg, at.integration_id
    try:
        if act is RuleStep.CANCEL:
            await at.leave()
            await redraw(query, *await screens.rules(number))
        elif act is RuleStep.SAVE and at.draft["step"] == CHECK:
            await _save(query, at, screens)
        else:
            await _answer(at, act, arg)
            window = await at.window(page=arg if act is RuleStep.PAGE else 0)
            await redraw(query, window.text, window.keyboard)
    except Refused as error:
        if query.message is not None:
            await query.message.answer(texts.refused(error))
    except NotFound:
        await at.leave()
        await redraw(query, *await screens.rules(number, rule_texts.gone()))


async def _answer(at: Editor, act: RuleStep, arg: int) -> None:
    draft, options = at.draft, at.draft["options"]
    step = draft["step"]
    if act is RuleStep.KIND and step == KINDS and arg < len(options):
        draft |= {"step": VALUES, "what": options[arg]}
    elif act is RuleStep.VALUE and step == VALUES and arg < len(options):
        at.toggle(What(draft["what"]), Wanted(**options[arg]))
    elif act is RuleStep.GOAL and step == GOAL and arg < len(options):
        draft |= {"step": CHECK, "goal": options[arg]}
    elif act is RuleStep.ON and step in (KINDS, VALUES) and at.conditions:
        await at.after_conditions()
    elif act is RuleStep.GOALS and step == CHECK:
        draft["step"] = GOAL
    elif act is RuleStep.BACK and step == GOAL and at.goal is not None:
        draft["step"] = CHECK
    elif act in (RuleStep.BACK, RuleStep.MORE, RuleStep.CONDITIONS) and not draft["default"]:
        draft["step"] = KINDS


async def _save(query: CallbackQuery, at: Editor, screens: Screens) -> None:
    """Somebody else may have changed the rules: then the preview is shown anew, and nothing typed is lost."""
    number = at.integration_id
    try:
        await at.book.change(at.member, number, at.change, at.draft["stamp"])
    except Conflict:
        at.draft["stamp"] = (await at.book.of(at.member, number)).stamp
        window = await at.window(note=rule_texts.changed_meanwhile())
        await redraw(query, window.text, window.keyboard)
        return
    await at.leave()
    await redraw(query, *await screens.rules(number, rule_texts.saved()))


async def take_value(
    message: Message,
    member: Member,
    workspace: Workspace,
    state: FSMContext,
    own_funnels: OwnFunnels,
    rulebook: RuleBook,
    screens: Screens,
) -> None:
    """A typed value of the condition that is open; elsewhere the window is drawn again."""
    at = Editor(state, await state.get_data(), member, workspace, own_funnels, rulebook)
    try:
        if at.draft["step"] == VALUES and at.draft["what"] != What.DIRECTION:
            at.add_typed(What(at.draft["what"]), message.text or "")
        window = await at.window()
    except Refused as error:
        await message.answer(texts.refused(error))
        return
    except NotFound:
        await at.leave()
        text, keyboard = await screens.first()
        await message.answer(**text.as_kwargs(), reply_markup=keyboard)
        return
    await message.answer(**window.text.as_kwargs(), reply_markup=window.keyboard)


def build_router() -> Router:
    router = Router(name="rule editor")
    needs = {"needs": Action.EDIT_PROMPTS}
    opens = RulePress.filter(F.act.in_({RuleAct.NEW, RuleAct.EDIT, RuleAct.DEFAULT}))
    router.callback_query.register(open_editor, opens, Private(), flags=needs)
    router.callback_query.register(pressed, RuleWindow.filter(), OwnRuleWindow(), Private(), flags=needs)
    router.message.register(take_value, Dialogue.rule, Private(), typed(), flags=needs)
    return router
