"""MTS telephony: the virtual exchange, Автосекретарь 2.0 and MTS Exolve, whichever cabinet a customer opens."""

from collections.abc import Mapping
from typing import Any

from services.domain.call import Trait
from services.domain.integration import Ability, Kind
from services.integrations.base import Connector
from services.integrations.doors import Doors
from services.integrations.entry import CatalogueEntry, Step
from services.integrations.mts.access import KEY_OF, Cabinet, parse_key
from services.integrations.mts.options import OPTIONS, parse_option


def _open(secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> Connector:
    from services.integrations.mts.connector import Mts

    return Mts(secrets, settings, doors)


async def _close(connector: Connector) -> None:
    from services.integrations.mts.connector import Mts

    if isinstance(connector, Mts):
        await connector.close()


ABILITIES = frozenset({Ability.GIVES_CALLS, Ability.WAKES_UP})


def _abilities(options: Mapping[str, Any]) -> frozenset[Ability]:
    """Ready transcripts are a paid option of MTS: they are asked for once somebody says that it is paid."""
    return ABILITIES | {Ability.GIVES_TRANSCRIPTS} if options.get("ready_text") == "yes" else ABILITIES


INTEGRATION = CatalogueEntry(
    kind=Kind.MTS,
    title="МТС",
    abilities=ABILITIES,
    steps=(
        Step("cabinet", choices=tuple(Cabinet), secret=False),
        *(Step(field, only_if=("cabinet", cabinet)) for cabinet, field in KEY_OF.items()),
    ),
    parse_secret=parse_key,
    open=_open,
    close=_close,
    options=OPTIONS,
    parse_option=parse_option,
    abilities_by=_abilities,
    traits=frozenset({Trait.LINE, Trait.EXTENSION}),
)
