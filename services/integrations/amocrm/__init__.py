"""amoCRM and Kommo (one API): by a long-lived token, or by a permission with rotating tokens.

The client library takes megabytes, so it is imported when the first account is opened.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from services.domain.integration import Ability, Kind
from services.errors import Refused
from services.integrations.amocrm.address import account_of, claims_of, is_account_host, origin_of
from services.integrations.base import Connector
from services.integrations.doors import Doors
from services.integrations.entry import CatalogueEntry, Step

_CLIENT_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CLIENT_SECRET = re.compile(r"[A-Za-z0-9]{20,200}")


def parse_secret(field: str, text: str) -> str:
    """Raises Refused: `not_an_address`, `not_an_account`, or `not_a_` with the name of the value."""
    if field == "address":
        return origin_of(text)
    bare = "".join(text.split())
    if field == "token" and not claims_of(bare):
        raise Refused("not_a_token")
    if field == "client_id" and not _CLIENT_ID.fullmatch(bare):
        raise Refused("not_a_client_id")
    if field == "client_secret" and not _CLIENT_SECRET.fullmatch(bare):
        raise Refused("not_a_client_secret")
    return text.strip() if field == "code" else bare


def authorize_url(values: Mapping[str, str], state: str, doors: Doors) -> str:
    """The page where the account's administrator lets the integration in; it leads back to our own address."""
    host = account_of(values["address"])
    site = values["address"]
    if is_account_host(host):
        site = doors.origin(f"https://www.{host.partition('.')[2]}")
    asked = {"client_id": values["client_id"], "state": state, "mode": "popup"}
    return f"{site}/oauth?{urlencode(asked)}"


async def complete(values: Mapping[str, str], doors: Doors) -> Mapping[str, str]:
    """The code of a permission into its first pair of tokens; everything else is stored as it was given.

    Raises remote failures, Refused (`wrong_return`, `code_refused`).
    """
    if values.get("way") != "oauth" or values.get("access_token"):
        return values
    from services.integrations.amocrm.tokens import exchange

    return await exchange(values, doors)


def _open(secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> Connector:
    from services.integrations.amocrm.connector import AmoCrm

    return AmoCrm(secrets, settings, doors)


async def _close(connector: Connector) -> None:
    from services.integrations.amocrm.connector import AmoCrm

    if isinstance(connector, AmoCrm):
        await connector.close()


OPTIONS = (
    Step("closed_deals", choices=("skip", "take"), secret=False),
    Step("dated", choices=("start", "end"), secret=False),
)
"""`dated`: a note bears the moment when the call began, or, as some telephonies have it, when it ended."""


def parse_option(option: str, text: str) -> str:
    """Raises Refused `not_a_choice`."""
    if not any(text in step.choices for step in OPTIONS if step.field == option):
        raise Refused("not_a_choice")
    return text


INTEGRATION = CatalogueEntry(
    kind=Kind.AMOCRM,
    title="amoCRM",
    abilities=frozenset(
        {
            Ability.LISTS_FUNNELS,
            Ability.GIVES_CALLS,
            Ability.WRITES_COMMENTS,
            Ability.WRITES_FIELDS,
            Ability.FINDS_BY_PHONE,
            Ability.WAKES_UP,
        }
    ),
    steps=(
        Step("way", choices=("token", "oauth"), secret=False),
        Step("address", secret=False),
        Step("token", only_if=("way", "token")),
        Step("client_id", secret=False, only_if=("way", "oauth")),
        Step("client_secret", only_if=("way", "oauth")),
        Step("code", only_if=("way", "oauth"), link=True),
    ),
    parse_secret=parse_secret,
    open=_open,
    close=_close,
    options=OPTIONS,
    parse_option=parse_option,
    complete=complete,
    authorize=authorize_url,
)
