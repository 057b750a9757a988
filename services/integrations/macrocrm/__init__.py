"""MacroCRM: one address and one key for each company, and two dialects of which nobody says which is spoken."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from services.domain.integration import Ability, Kind
from services.errors import Refused
from services.integrations.base import Connector
from services.integrations.entry import CatalogueEntry, Step
from services.integrations.macrocrm.choices import OPTIONS, choices_of, parse_option
from services.integrations.macrocrm.connector import MacroCRM, open_account

_ADDRESS = re.compile(r"https?://[^\s<>\"'\\]+|[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s<>\"'\\]*", re.IGNORECASE)
_PREFIX = re.compile(r".*?/v\d+(?=/|$)")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,500}")
ABILITIES = frozenset(
    {Ability.LISTS_FUNNELS, Ability.GIVES_CALLS, Ability.WRITES_COMMENTS, Ability.FINDS_BY_PHONE}
)


def parse_secret(field: str, text: str) -> str:
    """Raises Refused: `not_an_address`, `not_a_token`, `not_an_app_id`."""
    return {"base_url": _address, "token": _token, "app_id": _app_id}[field](text.strip())


def _address(text: str) -> str:
    """The address up to its version, out of what people paste: without https, with a method behind it."""
    found = _ADDRESS.search(text)
    if found is None:
        raise Refused("not_an_address")
    told = found[0] if "://" in found[0] else f"https://{found[0]}"
    try:
        parts = urlsplit(told)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("not_an_address") from None
    if not host or parts.username or parts.password or ("." not in host and port is None):
        raise Refused("not_an_address")
    prefix = _PREFIX.match(parts.path)
    return f"{parts.scheme.lower()}://{parts.netloc}{prefix[0] if prefix else '/v2'}"


def _token(text: str) -> str:
    """With or without the word in front that programs put there."""
    told = re.sub(r"^(?:authorization:\s*)?bearer\s+", "", text, flags=re.IGNORECASE).strip("\"' ")
    if not _TOKEN.fullmatch(told):
        raise Refused("not_a_token")
    return told


def _app_id(text: str) -> str:
    told = re.sub(r"^appid\s*:?\s*", "", text, flags=re.IGNORECASE)
    if not told.isdecimal() or len(told) > 12:
        raise Refused("not_an_app_id")
    return told


def abilities(options: Mapping[str, Any]) -> frozenset[Ability]:
    """No published method writes fields of a request; an installation may have one of its own."""
    return ABILITIES if choices_of(options).own_method is None else ABILITIES | {Ability.WRITES_FIELDS}


async def _close(connector: Connector) -> None:
    if isinstance(connector, MacroCRM):
        await connector.close()


INTEGRATION = CatalogueEntry(
    kind=Kind.MACROCRM,
    title="MacroCRM",
    abilities=ABILITIES,
    steps=(Step("base_url", secret=False), Step("token"), Step("app_id", secret=False, optional=True)),
    parse_secret=parse_secret,
    open=open_account,
    close=_close,
    options=OPTIONS,
    parse_option=parse_option,
    abilities_by=abilities,
)
