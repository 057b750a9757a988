"""What stands in a link into the private chat: read here, and nowhere else."""

import re
from dataclasses import dataclass
from typing import Self

from handlers.callbacks.linking import LinkTo

_PAYLOAD = re.compile(r"([a-z]+)(?:_(\S*))?")
MOST_DIGITS = 18
"""Of a number of ours: what no database can hold is none."""


@dataclass(frozen=True)
class Link:
    """`number` is ours, of a chat or a company; 0: there is none in it, or nothing that could be one."""

    to: LinkTo
    number: int = 0

    @classmethod
    def said(cls, text: str) -> Self | None:
        """What Telegram makes of a link that is opened, or the same typed by hand: `/start chat_5`."""
        command, _, payload = " ".join(text.split(maxsplit=1)).partition(" ")
        found = _PAYLOAD.fullmatch(payload) if command.partition("@")[0] == "/start" else None
        if found is None or found[1] not in set(LinkTo):
            return None
        digits = found[2] or ""
        is_number = digits.isdecimal() and len(digits) <= MOST_DIGITS
        return cls(LinkTo(found[1]), int(digits) if is_number else 0)

    @property
    def payload(self) -> str:
        return f"{self.to}_{self.number}"
