"""Buttons of alerts: of the condition of a prompt, and under an alert that has come."""

from enum import StrEnum

from handlers.belonging import Number, Press


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
