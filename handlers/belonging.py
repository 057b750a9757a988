"""Whose button it is: each carries the company it was drawn in, so that none acts in another one.

People work in several companies, and a keyboard stays clickable for ever: "all prompts off", drawn in one
company and pressed after the switch to another, would otherwise switch off the wrong ones. The mark is no proof
of anything: rights are decided by who presses.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Self

from aiogram.filters.callback_data import MAX_CALLBACK_LENGTH, CallbackData
from pydantic import Field

Number = Annotated[int, Field(ge=0, le=2**62)]
"""A number in a button. Forged ones may carry anything: what no database can hold is no button of ours."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PREFIX = re.compile("[:@]")
_MARKED = re.compile(r"(.*)@([0-9a-z]{1,12})", re.DOTALL)


@dataclass(frozen=True)
class Presence:
    """Who acts at present, and where. A stranger is nobody anywhere."""

    workspace_id: int | None = None
    member_id: int | None = None


_present: ContextVar[Presence | None] = ContextVar("present", default=None)


@contextmanager
def present_in(workspace_id: int | None, member_id: int | None = None) -> Iterator[None]:
    """Buttons drawn meanwhile belong to this company, dialogues to this member."""
    token = _present.set(Presence(workspace_id, member_id))
    try:
        yield
    finally:
        _present.reset(token)


def present() -> Presence | None:
    """None: nobody said who acts."""
    return _present.get()


def company_of(data: str) -> int | None:
    """The company that a button's data is marked with."""
    marked = _MARKED.fullmatch(data)
    return int(marked[2], 36) if marked is not None else None


def prefix_of(data: str) -> str:
    """The kind of button."""
    return _PREFIX.split(data, maxsplit=1)[0]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


class Press(CallbackData, prefix="-"):
    """What all our buttons are made of."""

    def pack(self) -> str:
        """Where the mark finds no room the data names a thing of ours, and that belongs to one company anyway."""
        data, presence = super().pack(), present()
        if presence is None or presence.workspace_id is None:
            return data
        marked = f"{data}@{_base36(presence.workspace_id)}"
        return marked if len(marked.encode()) <= MAX_CALLBACK_LENGTH else data

    @classmethod
    def unpack(cls, value: str) -> Self:
        marked = _MARKED.fullmatch(value)
        return super().unpack(marked[1] if marked is not None else value)
