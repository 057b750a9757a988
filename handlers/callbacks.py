"""Every button's data, in one place: prefixes differ, and each packs into 64 bytes."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from handlers.belonging import Press
from services.history import Topic

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


ANY_KIND = "any"
"""Not a system: the list of them."""


class ConnectKind(Press, prefix="ik"):
    """`renew` is the integration whose access is renewed; 0: a new account. ANY_KIND shows what there is."""

    kind: str
    renew: Number = 0


class ConnectAct(StrEnum):
    CANCEL = "x"
    BACK = "b"
    SKIP = "s"
    CHECK = "c"
    REPLACE = "r"
    SEPARATE = "n"


class ConnectPress(Press, prefix="ix"):
    """A button of the connect dialogue; `step` is the number of the step it stands under."""

    act: ConnectAct
    step: Number = 0


class ConnectChoice(Press, prefix="ic"):
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


class IntegrationPress(Press, prefix="ip"):
    integration_id: Number
    act: IntegrationAct


class OptionAct(StrEnum):
    LIST = "l"
    ASK = "a"
    CHOOSE = "c"
    SAVE = "s"
    DEFAULT = "d"


class OptionPress(Press, prefix="io"):
    """A button of an integration's settings; `option` and `choice` point into the catalogue's entry."""

    integration_id: Number
    act: OptionAct
    option: Number = 0
    choice: Number = 0


class IntegrationList(Press, prefix="il"):
    """Back to all integrations."""


class SettingsAct(StrEnum):
    SHOW = "o"
    LANGUAGE = "l"
    ZONES = "z"
    ZONE = "t"
    RECOMMENDED = "r"
    TARIFF = "p"
    DAILY_CAP = "d"
    COMPANY_LANGUAGE = "c"
    CURRENCY = "v"
    QUOTES = "q"
    LIMIT = "m"


class SettingsPress(Press, prefix="ws"):
    act: SettingsAct
    value: str = ""


class PrivacyAct(StrEnum):
    SHOW = "o"
    MASK = "m"
    TALK = "t"
    ANSWERS = "a"
    FORGET = "f"
    FORGET_SURE = "y"
    DELETE = "d"
    DELETE_SURE = "s"


class PrivacyPress(Press, prefix="pv"):
    """`value` is what is wanted; a client's number never stands in a button."""

    act: PrivacyAct
    value: Number = 0


class MemberAct(StrEnum):
    LIST = "l"
    SHOW = "o"
    OWNER = "w"
    OWNER_SURE = "s"
    EDITOR = "e"
    VIEWER = "v"
    HAND_OVER = "h"
    HAND_OVER_SURE = "g"
    REMOVE = "d"
    REMOVE_SURE = "y"


class MemberPress(Press, prefix="mm"):
    """`number` is our number of a member."""

    act: MemberAct
    number: Number = 0


class InviteAct(StrEnum):
    ROLE = "r"
    SURE = "s"
    TERM = "t"
    MAKE = "m"
    LIST = "l"
    SHOW = "o"
    REVOKE = "x"


class InvitePress(Press, prefix="mi"):
    """`role` and `days` are of the link to be made (days 0: for ever), `number` is of one that is there."""

    act: InviteAct
    role: str = ""
    days: Number = 0
    number: Number = 0


class CompanyAct(StrEnum):
    LIST = "l"
    SWITCH = "s"
    RENAME = "n"
    NEW = "c"
    LEAVE = "x"
    LEAVE_SURE = "y"


class CompanyPress(Press, prefix="co"):
    """`number` is our number of a company."""

    act: CompanyAct
    number: Number = 0


class LinkTo(StrEnum):
    """What a link leads to, as it stands in the link itself."""

    NEW = "new"
    CHAT = "chat"
    CHATS = "chats"
    FUNNELS = "funnels"


class LinkPress(Press, prefix="ln"):
    """Goes on to where a link leads, in its own company. `number` is as in the link: of a chat or a company."""

    to: LinkTo
    number: Number


class HistoryAct(StrEnum):
    LIST = "l"
    TOPICS = "t"
    PEOPLE = "p"
    SHOW = "o"


class HistoryPress(Press, prefix="hi"):
    """A page with its filters (person 0: everybody), or what `number` was changed there."""

    act: HistoryAct
    topic: Topic = Topic.ANY
    person: Number = 0
    page: Number = 0
    number: Number = 0


class StatusRefresh(Press, prefix="wr"):
    """The status again."""


class CallStory(Press, prefix="cs"):
    """What became of each prompt on a call; `page` of those."""

    call_id: Number
    page: Number = 0


class CallRetry(Press, prefix="cr"):
    call_id: Number


class CallWriteAgain(Press, prefix="cw"):
    """Writes once more what nobody can look up: the person who presses has looked."""

    call_id: Number


class CallConsiderDone(Press, prefix="cd"):
    """Takes for written what nobody can look up: the person who presses has seen it there."""

    call_id: Number


class UndoAct(StrEnum):
    ASK = "a"
    SURE = "y"
    KEEP = "n"


class CallUndo(Press, prefix="cu"):
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


class ChatAct(StrEnum):
    LIST = "l"
    SHOW = "o"
    LISTEN = "s"
    FORM = "f"
    CHOOSE = "c"
    TAKE = "t"
    ALL = "a"
    WITH_DATA = "w"
    QUIET = "q"
    QUIET_SET = "e"
    QUIET_OFF = "x"
    DIGEST = "d"
    DIGEST_AT = "g"
    MUTE = "m"
    MUTE_SET = "u"
    MUTE_PROMPTS = "p"
    MUTE_PROMPT = "r"
    LANGUAGE = "n"
    DONE = "z"


class ChatPress(Press, prefix="ch"):
    """A chat's settings. `number` is our number of the chat, `one` of what is chosen, `what` a kind of choice.

    `to` is the state wanted, so that a second press does no harm.
    """

    act: ChatAct
    number: Number = 0
    what: Number = 0
    one: Number = 0
    to: bool = False
    page: Number = 0


class AlertAct(StrEnum):
    SHOW = "o"
    WORDS = "w"
    EXAMPLE = "e"
    OFF = "x"
    PEOPLE = "p"
    CALL = "c"


class AlertPress(Press, prefix="al"):
    """The alert of a prompt; `one` is an example's place, or our number of a member."""

    act: AlertAct
    prompt_id: Number
    revision: Number = 0
    one: Number = 0
    to: bool = False
    page: Number = 0


class CallCard(Press, prefix="cc"):
    """The card of a call, into the chat in which it is asked for."""

    call_id: Number


class HushAct(StrEnum):
    ASK = "a"
    KEEP = "n"
    PROMPT = "p"
    CHAT = "c"


class HushPress(Press, prefix="hu"):
    """Under an alert: silence for its prompt or for the chat (our number); `span` is a length of time."""

    act: HushAct
    call_id: Number
    chat: Number
    prompt_id: Number
    span: Number = 0
