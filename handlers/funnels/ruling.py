"""Rules as they are: their order, what they do, and taking them away. Keeps no state."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from handlers import words
from handlers.callbacks.funnels import RuleAct, RulePress
from handlers.editing import redraw
from handlers.filters import Private
from handlers.funnels import keyboards, preview_texts, rule_texts, texts
from handlers.funnels.screens import Screens
from services.access import Action
from services.domain.workspace import Member, Workspace
from services.errors import Conflict
from services.ownfunnels.changes import Change, moved, without
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook


async def turn(query: CallbackQuery, callback_data: RulePress, screens: Screens) -> None:
    """Opens the rules, or one of them."""
    if callback_data.act is RuleAct.LIST:
        drawn = await screens.rules(callback_data.number)
    else:
        drawn = await screens.rule(callback_data.number, callback_data.rule)
    await query.answer()
    await redraw(query, *drawn)


async def look(
    query: CallbackQuery,
    callback_data: RulePress,
    member: Member,
    workspace: Workspace,
    own_funnels: OwnFunnels,
    rulebook: RuleBook,
) -> None:
    """Where the latest calls go by the rules as they are."""
    number = callback_data.number
    shown = await rulebook.preview(member, number)
    names = rule_texts.Names.of(await own_funnels.of(member, number))
    await query.answer()
    back = keyboards.rule_press(texts.back_button(), RuleAct.LIST, number)
    await redraw(query, preview_texts.looked(shown, names, workspace.zone), keyboards.markup([back]))


def _change(press: RulePress) -> Change:
    if press.act in (RuleAct.PUT, RuleAct.PUT_SURE):
        return moved(press.rule, press.to)
    return without(press.rule)


async def ask(
    query: CallbackQuery,
    callback_data: RulePress,
    member: Member,
    workspace: Workspace,
    rulebook: RuleBook,
    screens: Screens,
) -> None:
    """What another order, or the rule's end, would do; an order that changes nothing is saved at once."""
    number, rule = callback_data.number, callback_data.rule
    change = _change(callback_data)
    preview = await rulebook.preview(member, number, change)
    if callback_data.act is RuleAct.PUT and not preview.moved:
        await _save(query, callback_data, screens, change)
        return
    names = await screens.names(number)
    outcome = preview_texts.preview(preview, names, workspace.zone)
    await query.answer()
    if callback_data.act is RuleAct.PUT:
        told = preview_texts.sure_to_move(outcome)
        keyboard = keyboards.sure(
            rule_texts.move_button(), RuleAct.PUT_SURE, number, rule, callback_data.to, callback_data.stamp
        )
    else:
        rules = (await rulebook.of(member, number)).rules
        about = next((rule_texts.rule(one, names) for one in rules if one.id == rule), "")
        told = preview_texts.sure_to_delete(about, outcome)
        keyboard = keyboards.sure(
            texts.delete_sure_button(), RuleAct.DELETE_SURE, number, rule, 0, callback_data.stamp
        )
    await redraw(query, told, keyboard)


async def save(query: CallbackQuery, callback_data: RulePress, screens: Screens) -> None:
    await _save(query, callback_data, screens, _change(callback_data))


async def _save(query: CallbackQuery, press: RulePress, screens: Screens, change: Change) -> None:
    """Rules that somebody else has changed since the window was drawn are shown as they are now."""
    try:
        await screens.book.change(screens.member, press.number, change, press.stamp)
    except Conflict:
        drawn = await screens.rules(press.number, words.changed_meanwhile())
    else:
        deleted = press.act is RuleAct.DELETE_SURE
        drawn = await (
            screens.rules(press.number, rule_texts.saved())
            if deleted
            else screens.rule(press.number, press.rule, rule_texts.saved_order())
        )
    await query.answer()
    await redraw(query, *drawn)


def build_router() -> Router:
    router = Router(name="rules")
    needs = {"needs": Action.EDIT_PROMPTS}
    press = router.callback_query.register
    press(turn, RulePress.filter(F.act.in_({RuleAct.LIST, RuleAct.SHOW})), Private(), flags=needs)
    press(look, RulePress.filter(F.act == RuleAct.LOOK), Private(), flags=needs)
    press(ask, RulePress.filter(F.act.in_({RuleAct.PUT, RuleAct.DELETE})), Private(), flags=needs)
    press(save, RulePress.filter(F.act.in_({RuleAct.PUT_SURE, RuleAct.DELETE_SURE})), Private(), flags=needs)
    return router
