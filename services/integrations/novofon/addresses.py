"""Which addresses belong to which cabinet. Twin brands run the same platform under names of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.integrations.doors import Doors

LEGACY = "legacy"
"""The old cabinet: signed requests with a key and a secret (API 1.0)."""
PLATFORM = ("novofon", "uis", "comagic")
"""Cabinets of the present platform (Data API 2.0), by brand. Access of one brand opens no other."""


@dataclass(frozen=True)
class Addresses:
    """Without slashes at the end."""

    api: str
    media: str
    """Recordings that are told by their ids only lie here."""


_USUAL: Mapping[str, tuple[str, str, str]] = {
    "novofon": ("https://dataapi-jsonrpc.novofon.ru", "/v2.0", "https://app.novofon.ru"),
    "uis": ("https://dataapi.uiscom.ru", "/v2.0", "https://app.uiscom.ru"),
    "comagic": ("https://dataapi.comagic.ru", "/v2.0", "https://app.comagic.ru"),
    LEGACY: ("https://api.novofon.com", "", ""),
}


def addresses(cabinet: str, settings: Mapping[str, Any], doors: Doors) -> Addresses:
    """The option `media_url` says where recordings lie when it is not the brand's usual host."""
    api, path, media = _USUAL.get(cabinet, _USUAL["novofon"])
    chosen = str(settings.get("media_url") or "")
    return Addresses(api=doors.origin(api) + path, media=chosen.rstrip("/") or doors.origin(media))
