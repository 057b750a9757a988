"""Buttons of prompts: the wizard, the list, a prompt's card, switching."""

from enum import StrEnum

from handlers.belonging import Number, Press


class WizardAct(StrEnum):
    PICK = "p"
    PAGE = "g"
    BACK = "b"
    CANCEL = "x"
    EDIT = "e"
    SAVE = "s"
    EXAMPLE = "m"
    TAKE = "t"
    DONE = "d"
    ANYWAY = "a"
    FIELD = "f"
    KNOWN = "k"
    EMPTY = "n"
    POLICY = "l"
    FORMER = "u"
    NEW_LIST = "c"
    TOGGLE = "o"
    CREATE = "z"
    ALL = "w"
    LOST = "y"
    MOVE = "v"
    REFRESH = "r"
    NEW_FUNNEL = "h"


class WizardPress(Press, prefix="pw"):
    """A press in window `number` of a wizard; `arg` points into what that window stored."""

    number: Number
    act: WizardAct
    arg: Number = 0


class PromptList(Press, prefix="pl"):
    """A page of the list, with its filters (0: none); `searched`: the words are in the message replied to."""

    page: Number = 0
    integration_id: Number = 0
    funnel_id: Number = 0
    searched: bool = False


class PromptSwitch(Press, prefix="ps"):
    """On or off, as wanted, from the list."""

    prompt_id: Number
    to: bool
    page: Number = 0
    integration_id: Number = 0
    funnel_id: Number = 0
    searched: bool = False


class PromptFilter(Press, prefix="pf"):
    """Choosing what the list shows."""

    integration_id: Number = 0
    page: Number = 0


class PromptSearch(Press, prefix="pq"):
    """The next typed message is a search."""


class CardAct(StrEnum):
    SHOW = "o"
    ON = "1"
    OFF = "0"
    NAME = "n"
    TEXT = "t"
    SCOPE = "s"
    DUPLICATE = "d"
    UP = "u"
    DOWN = "w"
    DELETE = "x"
    DELETE_SURE = "y"
    PLACE = "r"
    FIELDS = "f"
    HIDE = "h"
    UNHIDE = "v"
    NAME_ANYWAY = "a"


class PromptCard(Press, prefix="pc"):
    prompt_id: Number
    act: CardAct
    revision: Number = 0


class PromptPick(Press, prefix="pp"):
    """Chosen from the candidates of /enable or /disable."""

    prompt_id: Number
    to: bool


class PromptAll(Press, prefix="pa"):
    """All of them, after the question."""

    to: bool


class NewPrompt(Press, prefix="pn"):
    """Starts the wizard from a button."""
