"""Buttons of our own funnels, their rules, and the dialogue that makes a rule."""

from enum import StrEnum

from handlers.belonging import Number, Press


class FunnelAct(StrEnum):
    SYSTEMS = "t"
    LIST = "l"
    NEW = "n"
    SHOW = "o"
    RENAME = "r"
    PUT = "p"
    DELETE = "d"
    DELETE_SURE = "y"
    STAGE_NEW = "a"
    STAGE = "s"
    STAGE_RENAME = "e"
    STAGE_PUT = "m"
    STAGE_DELETE = "x"
    STAGE_DELETE_SURE = "z"
    TO_PROMPT = "b"


class FunnelPress(Press, prefix="fn"):
    """`number` is our number of an integration, a funnel or a stage; `to` the place wanted among the others."""

    act: FunnelAct
    number: Number = 0
    to: Number = 0


class RuleAct(StrEnum):
    LIST = "l"
    SHOW = "o"
    NEW = "n"
    EDIT = "e"
    DEFAULT = "f"
    PUT = "p"
    PUT_SURE = "q"
    DELETE = "d"
    DELETE_SURE = "y"
    LOOK = "k"


class RulePress(Press, prefix="fr"):
    """`number` is our number of an integration; `rule` of a rule; `stamp` names the rules the button was drawn by.

    `to` is the place wanted, or the funnel a new rule leads to.
    """

    act: RuleAct
    number: Number
    rule: Number = 0
    to: Number = 0
    stamp: Number = 0


class RuleStep(StrEnum):
    KIND = "k"
    VALUE = "v"
    PAGE = "g"
    MORE = "m"
    ON = "n"
    GOAL = "t"
    CONDITIONS = "c"
    GOALS = "o"
    SAVE = "s"
    BACK = "b"
    CANCEL = "x"


class RuleWindow(Press, prefix="fw"):
    """A press in window `number` of a rule being made; `arg` points into what that window stored."""

    number: Number
    act: RuleStep
    arg: Number = 0
