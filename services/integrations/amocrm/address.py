"""Where an account lives: which hosts are accounts, and what a token tells of itself.

The subdomain decides the account, so the shared `www` hosts are none. Addresses come from people and, after an
OAuth return, from the browser: nothing but a host directly under one of the vendor's domains is believed.
"""

import base64
import ipaddress
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from services.errors import Refused

DOMAINS = ("amocrm.ru", "amocrm.com", "kommo.com")
_ACCOUNT = re.compile(r"(?P<name>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.(?:amocrm\.ru|amocrm\.com|kommo\.com)")


def is_account_host(host: str) -> bool:
    """`demo.amocrm.ru`; neither a port, nor a deeper name, nor the vendor's own site."""
    found = _ACCOUNT.fullmatch(host)
    return found is not None and found["name"] != "www"


def origin_of(text: str) -> str:
    """`https://demo.amocrm.ru` out of what people paste: a bare host, or the address of any page of the account.

    An address inside the own network is taken as it is: it is for stand-ins, and the policy of the installation
    decides whether it may be called. Raises Refused: `not_an_address`, `not_an_account`.
    """
    pasted = text.strip().strip("<>\"'")
    try:
        parts = urlsplit(pasted if "://" in pasted else f"https://{pasted}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Refused("not_an_address") from None
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.password:
        raise Refused("not_an_address")
    if is_account_host(host) and port in (None, 443):
        return f"https://{host}"
    if _is_private(host):
        return f"{parts.scheme}://{parts.netloc.lower()}"
    raise Refused("not_an_account")


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def account_of(origin: str) -> str:
    """The host, with a port where there is one: names the account without secrets."""
    return urlsplit(origin).netloc


def returned_origin(referer: str, asked: str, *, allow_private: bool) -> str:
    """The account that gave the permission. `asked` is the origin people were asked for.

    The browser brings the host, so anybody can make it up: our secret and the code go to an account of the
    vendor, to the very address that was typed, or nowhere. Raises Refused: `wrong_return`.
    """
    host = referer.strip().lower()
    if not host or (allow_private and host == account_of(asked)):
        return asked
    if not is_account_host(host):
        raise Refused("wrong_return")
    return f"https://{host}"


def claims_of(token: str) -> dict[str, Any]:
    """What a token says of itself, its signature unchecked: good for a reminder, not for a decision."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def expiry_of(token: str) -> datetime | None:
    """When a long-lived token ends; None when it does not say."""
    told = claims_of(token).get("exp")
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (ValueError, OverflowError, OSError):
        return None
