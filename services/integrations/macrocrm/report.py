"""What a check has found so far: lines for people, facts to keep."""

from typing import Any

from services.errors import BadAnswer, Rejected, RemoteError, ScopeMissing, Unreachable
from services.integrations.base import CheckLine

HINDRANCES = (Rejected, BadAnswer, Unreachable, ScopeMissing)
"""Failures that end one question of a check, not the check: the key is good and somebody answers."""


class Report:
    def __init__(self) -> None:
        self.lines: list[CheckLine] = []
        self.facts: dict[str, Any] = {}

    def say(self, code: str, *, ok: bool, required: bool = False, **values: object) -> None:
        """Once for each code: the first word stands."""
        if all(line.code != code for line in self.lines):
            told = {name: str(value) for name, value in values.items()}
            self.lines.append(CheckLine(code, ok=ok, required=required, values=told))

    def say_failure(self, code: str, failure: RemoteError, *, required: bool = False) -> None:
        why = {"scope": failure.scope} if isinstance(failure, ScopeMissing) else {}
        self.say(code, ok=False, required=required, status=failure.remote_code, **why)


def masked(phone: str) -> str:
    """`+7•••••••00`: enough to see that it is one."""
    return f"{phone[:2]}{'•' * (len(phone) - 4)}{phone[-2:]}" if len(phone) > 6 else "•" * len(phone)
