"""Buttons of a company: its settings, privacy, history, status, and the way between companies."""

from enum import StrEnum

from handlers.belonging import Number, Press
from services.workspace.history import Topic


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


class StoryRetry(Press, prefix="cy"):
    """Does again what failed of the call whose story is shown."""

    call_id: Number
