"""Buttons of a chat's settings."""

from enum import StrEnum

from handlers.belonging import Number, Press


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
