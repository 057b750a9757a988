"""Draws the card of a prompt: everything about it, and the buttons of those who may change it."""

from aiogram.enums import ChatType
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from handlers.callbacks.alerts import AlertAct, AlertPress
from handlers.callbacks.prompts import CardAct, PromptCard, PromptList
from handlers.prompts import alert_texts, card_texts, shared_texts
from handlers.prompts.names import names_around
from handlers.prompts.wizard import texts as wizard_texts
from handlers.prompts.wizard.fielding.texts import other_list_button
from services.access import Action, may
from services.connecting.connections import IntegrationService
from services.domain.call import Reason
from services.domain.prompt import Prompt
from services.domain.workspace import Member
from services.funnels import FunnelBook
from services.ports import OwnerNotice
from services.prompts.flow import Step
from services.prompts.service import PromptService


def card_button(text: str, prompt: Prompt, act: CardAct) -> InlineKeyboardButton:
    data = PromptCard(prompt_id=prompt.id, act=act, revision=prompt.revision).pack()
    return InlineKeyboardButton(text=text, callback_data=data)


def notice_keyboard(notice: OwnerNotice) -> InlineKeyboardMarkup | None:
    """A notice about a prompt leads to its repair."""
    prompt_id = notice.values.get("prompt", "")
    if not prompt_id.isdigit():
        return None
    data = PromptCard(prompt_id=int(prompt_id), act=CardAct.FIELDS).pack()
    text = _repair(list_gone=notice.code == "list_gone")
    button = InlineKeyboardButton(text=text, callback_data=data)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def _repair(*, list_gone: bool) -> str:
    return other_list_button() if list_gone else card_texts.repair_button()


def list_keyboard() -> InlineKeyboardMarkup:
    back = InlineKeyboardButton(text=card_texts.list_button(), callback_data=PromptList().pack())
    return InlineKeyboardMarkup(inline_keyboard=[[back]])


def _edits(prompt: Prompt) -> list[InlineKeyboardButton]:
    wording = (Step.FIELDS, CardAct.FIELDS) if prompt.version.place.is_typed else (Step.TEXT, CardAct.TEXT)
    steps = [
        (Step.NAME, CardAct.NAME),
        wording,
        (Step.DESTINATION, CardAct.PLACE),
        (Step.FUNNEL, CardAct.SCOPE),
    ]
    return [card_button(wizard_texts.edit_button(step), prompt, act) for step, act in steps]


def _moves(prompt: Prompt) -> list[InlineKeyboardButton]:
    moves = ((card_texts.up_button(), CardAct.UP), (card_texts.down_button(), CardAct.DOWN))
    return [card_button(told, prompt, act) for told, act in moves]


def _tools(prompt: Prompt, *, alone: bool, private: bool) -> list[list[InlineKeyboardButton]]:
    """What must be typed is offered in the private chat only: a group talks about other things too.

    `alone`: there is no other prompt to stand above or below.
    """
    switch = (
        (card_texts.off_button(), CardAct.OFF) if prompt.enabled else (shared_texts.enable_button(), CardAct.ON)
    )
    tools = [
        *(_edits(prompt) if private else []),
        *([] if alone else _moves(prompt)),
        card_button(card_texts.duplicate_button(), prompt, CardAct.DUPLICATE),
        card_button(card_texts.delete_button(), prompt, CardAct.DELETE),
    ]
    pairs = [tools[start : start + 2] for start in range(0, len(tools), 2)]
    first = [[card_button(switch[0], prompt, switch[1])]]
    if prompt.problems and private:
        label = _repair(list_gone=all(one.reason == Reason.LIST_GONE for one in prompt.problems))
        first.insert(0, [card_button(label, prompt, CardAct.FIELDS)])
    hide = (
        (card_texts.unhide_button(), CardAct.UNHIDE)
        if prompt.hide_empty
        else (card_texts.hide_button(), CardAct.HIDE)
    )
    alert = AlertPress(act=AlertAct.SHOW, prompt_id=prompt.id).pack()
    told = InlineKeyboardButton(text=alert_texts.button(), callback_data=alert)
    return [*first, *pairs, *([[told]] if private else []), [card_button(hide[0], prompt, hide[1])]]


class Cards:
    """What every handler that ends on a card needs."""

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

    async def draw(
        self, prompt: Prompt, note: Text | str = "", *, chat: str = ChatType.PRIVATE
    ) -> tuple[Text, InlineKeyboardMarkup]:
        names = await names_around(prompt, self._integrations, self._funnels)
        every = await self._prompts.all(prompt.workspace_id)
        number = next((n for n, one in enumerate(every, start=1) if one.id == prompt.id), 0)
        editor = may(self._member.role, Action.EDIT_PROMPTS)
        rows = _tools(prompt, alone=len(every) == 1, private=chat == ChatType.PRIVATE) if editor else []
        keyboard = InlineKeyboardMarkup(inline_keyboard=[*rows, *list_keyboard().inline_keyboard])
        return card_texts.card(prompt, names, number, note), keyboard
