"""Novofon and its twin brands UIS and CoMagic: a telephony with two generations of cabinets.

`v2` speaks the data API of the present platform, `v1` the signed API of the old cabinet; a customer has one of
them. Both give the same calls to the same rules.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from services.domain.call import Trait
from services.domain.integration import Ability, Kind
from services.errors import Refused
from services.integrations.base import Connector
from services.integrations.doors import Doors
from services.integrations.entry import CatalogueEntry, Step
from services.integrations.novofon.addresses import LEGACY, PLATFORM
from services.integrations.novofon.zones import zone_of

_KEY = re.compile(r"[A-Za-z0-9._~+/=-]{8,512}")


def parse_secret(field: str, text: str) -> str:
    """Raises Refused: `not_a_key`, `no_login`, `no_password`."""
    found = text.strip()
    if field == "login":
        if not found or len(found) > 200 or any(character.isspace() for character in found):
            raise Refused("no_login")
        return found
    if field == "password":
        if not found or len(found) > 500 or "\n" in found:
            raise Refused("no_password")
        return found
    found = found.strip("\"'«»`")
    if not _KEY.fullmatch(found):
        raise Refused("not_a_key")
    return found


def parse_option(field: str, text: str) -> str:
    """Raises Refused: `not_a_zone`, `not_an_address`."""
    found = text.strip()
    if field == "zone":
        if zone_of(found) is None:
            raise Refused("not_a_zone")
        return found
    parts = urlsplit(found)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.path.strip("/") or parts.query:
        raise Refused("not_an_address")
    return f"https://{parts.netloc}"


def _open(secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> Connector:
    from services.integrations.novofon.connector import Novofon

    return Novofon(secrets, settings, doors)


async def _close(connector: Connector) -> None:
    from services.integrations.novofon.connector import Novofon

    if isinstance(connector, Novofon):
        await connector.close()


INTEGRATION = CatalogueEntry(
    kind=Kind.NOVOFON,
    title="Новофон",
    abilities=frozenset({Ability.GIVES_CALLS, Ability.WAKES_UP}),
    steps=(
        Step("cabinet", choices=("novofon", LEGACY, "uis", "comagic"), secret=False),
        Step("access", choices=("token", "login"), secret=False, only_if=("cabinet", *PLATFORM)),
        Step("access_token", only_if=("access", "token")),
        Step("login", only_if=("access", "login")),
        Step("password", only_if=("access", "login")),
        Step("key", only_if=("cabinet", LEGACY)),
        Step("secret", only_if=("cabinet", LEGACY)),
    ),
    parse_secret=parse_secret,
    open=_open,
    close=_close,
    options=(Step("zone", secret=False), Step("media_url", secret=False, only_if=("generation", "v2"))),
    parse_option=parse_option,
    traits=frozenset({Trait.LINE, Trait.EXTENSION}),
)
