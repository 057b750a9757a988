"""How a remote system wakes us up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Knock:
    """A request to the address that wakes an integration up, as it came. Header names are in lower case."""

    method: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """What the knock is answered, and whether it is a reason to look for calls at once."""

    wakes: bool = True
    status: int = 200
    body: str = ""


@runtime_checkable
class Waker(Protocol):
    """Ability `wakes_up`: the remote system says that there is something new. What it says is only a hint."""

    async def answer(self, knock: Knock) -> Reply:
        """Judges and answers a knock; quick, and without a request of its own."""
        ...
