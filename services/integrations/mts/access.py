"""What people send to connect a cabinet, cleaned, and what a key tells of itself."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from services.errors import Refused


class Cabinet(StrEnum):
    """MTS is several products, each with a cabinet and an interface of its own."""

    VPBX = "vpbx"
    """The virtual exchange, vpbx.mts.ru."""
    AC20 = "ac20"
    """Автосекретарь 2.0, aa.mts.ru. The older one gives out keys of another kind and is not served."""
    EXOLVE = "exolve"
    """MTS Exolve, for developers, exolve.ru."""


KEY_OF = {Cabinet.VPBX: "vpbx_token", Cabinet.AC20: "ac20_token", Cabinet.EXOLVE: "exolve_key"}
"""The step that asks for the key of each cabinet."""

WEAK_TLS = "weak-tls"
CONSENT = frozenset({"разрешаю", "allow", WEAK_TLS})
"""A word before the key: the host may use encryption that is out of date, see `tls`."""

_HEADER = re.compile(r"^(?:x-auth-token|authorization)\s*[:=]?\s*|^bearer\s+", re.IGNORECASE)
_KEY = re.compile(r"[\x21-\x7e]{8,4096}")
_PAIR = re.compile(r"\s+")


@dataclass(frozen=True)
class Key:
    """`token` is a secret; the other may be shown."""

    token: str
    weak_tls: bool

    def __repr__(self) -> str:
        return f"Key({self.fingerprint})"

    @property
    def fingerprint(self) -> str:
        """Tells keys apart without giving them away."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:12]


def parse_key(field: str, text: str) -> str:
    """The key out of what people paste: with its header's name, or with the word of consent before it.

    Raises Refused: `not_a_key`, `not_a_jwt` (the key of the older Автосекретарь, say), `no_domain`.
    """
    first, *rest = _PAIR.split(text.strip(), maxsplit=1)
    consents = first.lower() in CONSENT and bool(rest)
    bare = rest[0] if consents else text.strip()
    while (cut := _HEADER.sub("", bare)) != bare:
        bare = cut
    if not _KEY.fullmatch(bare):
        raise Refused("not_a_key")
    if field == KEY_OF[Cabinet.AC20] and not domain_of(bare):
        raise Refused("no_domain" if _payload(bare) else "not_a_jwt")
    return f"{WEAK_TLS} {bare}" if consents else bare


def key_of(stored: str) -> Key:
    """What `parse_key` made."""
    first, _, rest = stored.partition(" ")
    return Key(rest, weak_tls=True) if first == WEAK_TLS else Key(stored, weak_tls=False)


def domain_of(token: str) -> str:
    """The organisation's address in a key of Автосекретарь 2.0, which every request names; empty: not told.

    The key is a JWT whose `id` is `user@domain`. Its signature is the server's business.
    """
    return str(_payload(token).get("id") or "").strip().partition("@")[2]


def expiry_of(token: str) -> datetime | None:
    """When a JWT ends, if it says so; None as well for keys of another form."""
    try:
        return datetime.fromtimestamp(float(_payload(token)["exp"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _payload(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        told = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
