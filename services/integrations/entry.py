"""What the product knows of a kind of integration before any account is connected: its catalogue entry."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.domain.call import Trait
from services.domain.integration import Ability, Kind
from services.integrations.base import Connector
from services.integrations.doors import Doors


@dataclass(frozen=True)
class Step:
    """One value the connect dialogue asks for. With `choices` it is picked by a button, else typed."""

    field: str
    choices: tuple[str, ...] = ()
    secret: bool = True
    """The message that carried it is deleted."""
    optional: bool = False
    """May be skipped by a button; it is then not among the values."""
    only_if: tuple[str, ...] | None = None
    """(field, value, perhaps more values): asked only after one of these choices."""
    link: bool = False
    """Answered on the system's own page, by a button with the address of `CatalogueEntry.authorize`.

    Its value is what came back to our address: the code, a space, and the host that sent it (may be empty).
    """


async def as_asked(values: Mapping[str, str], doors: Doors) -> Mapping[str, str]:
    """For accounts whose values are stored as they were given."""
    return values


def as_typed(field: str, text: str) -> str:
    """For options that take any text."""
    return text.strip()


@dataclass(frozen=True)
class CatalogueEntry:
    """What the product knows of a kind of integration before any account is connected."""

    kind: Kind
    title: str
    abilities: frozenset[Ability]
    steps: tuple[Step, ...]
    """What the connect dialogue asks for, in order."""
    parse_secret: Callable[[str, str], str]
    """(field, what the user sent) -> cleaned value; raises Refused with a code of what is wrong."""
    open: Callable[[Mapping[str, str], Mapping[str, Any], Doors], Connector]
    """(secrets, settings, doors) -> connector; no request is made yet.

    `settings` are the facts of the check and, over them, what people chose among `options`.
    """
    close: Callable[[Connector], Awaitable[None]]
    options: tuple[Step, ...] = ()
    """What may be set on the integration's card once it is connected. The values are text, kept in `settings`."""
    parse_option: Callable[[str, str], str] = as_typed
    """(option, what the user sent) -> cleaned value; raises Refused with a code of what is wrong."""
    abilities_by: Callable[[Mapping[str, Any]], frozenset[Ability]] | None = None
    """Options -> abilities, where an option switches one on; `abilities` are those without any option."""
    traits: frozenset[Trait] = frozenset()
    """What its calls may tell beside the usual, for rules of own funnels; only those without funnels need it."""
    complete: Callable[[Mapping[str, str], Doors], Awaitable[Mapping[str, str]]] = as_asked
    """Turns what was asked into what is stored, for example a code into tokens; done once, before the check.

    Values that are complete already are returned as they are. Raises remote failures and Refused, whose value
    `again` may name the steps that were answered wrongly: a tuple of fields.
    """
    authorize: Callable[[Mapping[str, str], str, Doors], str] | None = None
    """(values so far, state, doors) -> the address where the user allows us in; for a step with `link`.

    The system sends the user back to `{doors.public_url}/oauth/{kind}` with `code` and `state` (`return_address`).
    """

    def abilities_of(self, options: Mapping[str, Any]) -> frozenset[Ability]:
        """What an account with these options can do."""
        return self.abilities if self.abilities_by is None else self.abilities_by(options)
