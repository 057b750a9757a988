"""What each system asks for and how its check reads, one module per kind."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from aiogram.utils.formatting import Text

from handlers.connecting.systems import amocrm, bitrix24, macrocrm, mts, novofon, yandex_disk
from handlers.connecting.systems.addresses import RETURN_ADDRESS as RETURN_ADDRESS
from services.domain.integration import Kind
from services.errors import RemoteError
from services.integrations.base import CheckLine


class SystemWords(Protocol):
    """A module of this folder. Everything is said in the language of the present update."""

    def title(self) -> str: ...

    def ask(self, field: str, values: Mapping[str, str]) -> Text:
        """Where to find the value of a step and what to send; `values` are those given so far.

        Among them is our own `RETURN_ADDRESS`, for systems that want to know it before they send people back.
        """
        ...

    def choice(self, field: str, value: str) -> str:
        """A button of a step with choices."""
        ...

    def line(self, line: CheckLine) -> str:
        """A line of the check: what holds, or what to do about it."""
        ...

    def refused(self, why: str, values: Mapping[str, object]) -> str | None:
        """Why a value cannot be taken, by the code of `parse_secret` and its values; None: nothing particular."""
        ...

    def failure(self, error: RemoteError) -> str | None:
        """What a failed check means here; None: nothing particular."""
        ...

    def renew_hint(self) -> str:
        """What to send when access is gone, as the end of a sentence."""
        ...


@runtime_checkable
class OptionWords(Protocol):
    """Spoken as well by a system with `CatalogueEntry.options`; the buttons of choices are `choice`."""

    def option_title(self, field: str) -> str:
        """The option's name in a list, two or three words."""
        ...

    def ask_option(self, field: str, values: Mapping[str, str]) -> Text:
        """What the option is for and what to send; `values` are those in force, by field."""
        ...

    def option_value(self, field: str, value: str) -> str:
        """The value in force, in a few words; `value` is empty when nothing is set: say what holds then."""
        ...


@runtime_checkable
class WakeWords(Protocol):
    """Spoken as well by a system with ability `wakes_up`."""

    def where_to_paste(self) -> Text:
        """Where in the system's own cabinet our address is pasted, step by step."""
        ...


@runtime_checkable
class LinkWords(Protocol):
    """Spoken as well by a system with a step that is answered on its own page."""

    def link_button(self, field: str) -> str: ...


@runtime_checkable
class TroubleWords(Protocol):
    """Spoken as well by a system whose failures have a remedy of their own: a payment, a list of addresses."""

    def trouble(self, code: str, remote_code: str) -> tuple[str, str] | None:
        """(what is wrong, what to do) by a failure's `code` and `remote_code`; None: nothing particular.

        The first goes on after the integration's name ("тариф не оплачен"); the second is a whole sentence.
        """
        ...


@runtime_checkable
class RemarkWords(Protocol):
    """Spoken as well by a system that cannot do something people look for."""

    def remark(self) -> str:
        """What it cannot do and why, for the integration's card."""
        ...


SYSTEMS: Mapping[Kind, SystemWords] = {
    Kind.BITRIX24: bitrix24,
    Kind.AMOCRM: amocrm,
    Kind.MACROCRM: macrocrm,
    Kind.NOVOFON: novofon,
    Kind.MTS: mts,
    Kind.YANDEX_DISK: yandex_disk,
}
