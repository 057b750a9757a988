"""Every button's data, in one place: prefixes differ, and each packs into 64 bytes."""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

Number = Annotated[int, Field(ge=0, le=2**62)]
"""Forged buttons may carry anything: what no database can hold is no button of ours."""


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


class WizardPress(CallbackData, prefix="pw"):
    """A press in window `number` of a wizard; `arg` points into what that window stored."""

    number: Number
    act: WizardAct
    arg: Number = 0


class PromptList(CallbackData, prefix="pl"):
    """A page of the list, with its filters (0: none); `searched`: the words are in the message replied to."""

    page: Number = 0
    integration_id: Number = 0
    funnel_id: Number = 0
    searched: bool = False


class PromptSwitch(CallbackData, prefix="ps"):
    """On or off, as wanted, from the list."""

    prompt_id: Number
    to: bool
    page: Number = 0
    integration_id: Number = 0
    funnel_id: Number = 0
    searched: bool = False


class PromptFilter(CallbackData, prefix="pf"):
    """Choosing what the list shows."""

    integration_id: Number = 0
    page: Number = 0


class PromptSearch(CallbackData, prefix="pq"):
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


class PromptCard(CallbackData, prefix="pc"):
    prompt_id: Number
    act: CardAct
    revision: Number = 0


class PromptPick(CallbackData, prefix="pp"):
    """Chosen from the candidates of /enable or /disable."""

    prompt_id: Number
    to: bool


class PromptAll(CallbackData, prefix="pa"):
    """All of them, after the question."""

    to: bool


class NewPrompt(CallbackData, prefix="pn"):
    """Starts the wizard from a button."""


class ConnectKind(CallbackData, prefix="ik"):
    """`renew` is the integration whose access is renewed; 0: a new account."""

    kind: str
    renew: Number = 0


class ConnectAct(StrEnum):
    CANCEL = "x"
    BACK = "b"
    SKIP = "s"
    CHECK = "c"
    REPLACE = "r"
    SEPARATE = "n"


class ConnectPress(CallbackData, prefix="ix"):
    """A button of the connect dialogue; `step` is the number of the step it stands under."""

    act: ConnectAct
    step: Number = 0


class ConnectChoice(CallbackData, prefix="ic"):
    """A choice of a step; both point into the catalogue's entry."""

    step: Number
    choice: Number


class IntegrationAct(StrEnum):
    SHOW = "o"
    CHECK = "c"
    RENAME = "n"
    DISCONNECT = "d"
    DISCONNECT_SURE = "y"
    KNOCKS = "k"


class IntegrationPress(CallbackData, prefix="ip"):
    integration_id: Number
    act: IntegrationAct


class OptionAct(StrEnum):
    LIST = "l"
    ASK = "a"
    CHOOSE = "c"
    SAVE = "s"
    DEFAULT = "d"


class OptionPress(CallbackData, prefix="io"):
    """A button of an integration's settings; `option` and `choice` point into the catalogue's entry."""

    integration_id: Number
    act: OptionAct
    option: Number = 0
    choice: Number = 0


class IntegrationList(CallbackData, prefix="il"):
    """Back to all integrations."""


class SettingsAct(StrEnum):
    SHOW = "o"
    LANGUAGE = "l"
    ZONES = "z"
    ZONE = "t"
    RECOMMENDED = "r"
    TARIFF = "p"
    KEEP = "k"
    DAILY_CAP = "d"
    COMPANY_LANGUAGE = "c"
    CURRENCY = "v"
    QUOTES = "q"
    LIMIT = "m"


class SettingsPress(CallbackData, prefix="ws"):
    act: SettingsAct
    value: str = ""


class MemberAct(StrEnum):
    LIST = "l"
    INVITE = "i"
    EDITOR = "e"
    VIEWER = "v"
    SHOW = "o"
    REMOVE = "d"
    REMOVE_SURE = "y"


class MemberPress(CallbackData, prefix="mm"):
    """`number` is our number of a member."""

    act: MemberAct
    number: Number = 0


class StatusRefresh(CallbackData, prefix="wr"):
    """The status again."""


class CallStory(CallbackData, prefix="cs"):
    """What became of each prompt on a call; `page` of those."""

    call_id: Number
    page: Number = 0


class CallRetry(CallbackData, prefix="cr"):
    call_id: Number


class CallWriteAgain(CallbackData, prefix="cw"):
    """Writes once more what nobody can look up: the person who presses has looked."""

    call_id: Number


class CallConsiderDone(CallbackData, prefix="cd"):
    """Takes for written what nobody can look up: the person who presses has seen it there."""

    call_id: Number


class UndoAct(StrEnum):
    ASK = "a"
    SURE = "y"
    KEEP = "n"


class CallUndo(CallbackData, prefix="cu"):
    """Takes back what was written for a call, after the question."""

    call_id: Number
    act: UndoAct


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


class FunnelPress(CallbackData, prefix="fn"):
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


class RulePress(CallbackData, prefix="fr"):
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


class RuleWindow(CallbackData, prefix="fw"):
    """A press in window `number` of a rule being made; `arg` points into what that window stored."""

    number: Number
    act: RuleStep
    arg: Number = 0
