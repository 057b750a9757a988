"""What each system asks for and how its check reads, one module per kind."""

from collections.abc import Mapping
from typing import Protocol

from aiogram.utils.formatting import Text

from handlers.connecting.systems import bitrix24
from services.domain.integration import Kind
from services.errors import RemoteError
from services.integrations.base import CheckLine


class SystemWords(Protocol):
    """A module of this folder. Everything is said in the language of the present update."""

    def title(self) -> str: ...

    def ask(self, field: str, values: Mapping[str, str]) -> Text:
        """Where to find the value of a step and what to send; `values` are those given so far."""
        ...

    def choice(self, field: str, value: str) -> str:
        """A button of a step with choices."""
        ...

    def line(self, line: CheckLine) -> str:
        """A line of the check: what holds, or what to do about it."""
        ...

    def refused(self, why: str) -> str | None:
        """Why a value cannot be taken, by the code of `parse_secret`; None: nothing particular."""
        ...

    def failure(self, error: RemoteError) -> str | None:
        """What a failed check means here; None: nothing particular."""
        ...

    def renew_hint(self) -> str:
        """What to send when access is gone, as the end of a sentence."""
        ...


SYSTEMS: Mapping[Kind, SystemWords] = {Kind.BITRIX24: bitrix24}
