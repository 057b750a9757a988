"""Bitrix24 through an incoming webhook."""

import re
from urllib.parse import urlsplit

from services.domain.integration import Ability, Kind
from services.errors import Refused
from services.integrations.base import Connector
from services.integrations.bitrix24.connector import Bitrix24
from services.integrations.entry import CatalogueEntry, Step

_WEBHOOK = re.compile(r"(?P<base>https?://[^\s/<>\"'\\?#]+/rest/\d+/[A-Za-z0-9_-]+)", re.IGNORECASE)


def parse_secret(field: str, text: str) -> str:
    """The webhook's address out of what people paste: with a method behind it, in brackets, without a slash.

    Raises Refused: `not_a_webhook`, `wrong_address`.
    """
    found = _WEBHOOK.search(text.strip())
    if found is None:
        raise Refused("not_a_webhook")
    parts = urlsplit(found["base"])
    if parts.username or parts.password or not parts.hostname:
        raise Refused("wrong_address")
    return found["base"] + "/"


async def _close(connector: Connector) -> None:
    if isinstance(connector, Bitrix24):
        await connector.close()


INTEGRATION = CatalogueEntry(
    kind=Kind.BITRIX24,
    title="Битрикс24",
    abilities=frozenset(
        {
            Ability.LISTS_FUNNELS,
            Ability.GIVES_CALLS,
            Ability.GIVES_TRANSCRIPTS,
            Ability.WRITES_COMMENTS,
            Ability.REMOVES_COMMENTS,
            Ability.WRITES_LISTS,
            Ability.WRITES_FIELDS,
            Ability.WAKES_UP,
            Ability.FINDS_BY_PHONE,
        }
    ),
    steps=(Step("webhook_url"),),
    parse_secret=parse_secret,
    open=Bitrix24,
    close=_close,
)
