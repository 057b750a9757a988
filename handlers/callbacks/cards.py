"""Buttons of a call's card."""

from enum import StrEnum

from handlers.belonging import Number, Press


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
