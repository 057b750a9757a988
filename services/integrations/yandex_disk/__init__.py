"""Yandex Disk: folders of recordings that an exchange, a sync client or a person uploads.

The library is imported when the first Disk is opened: idle memory is scarce.
"""

import re
from collections.abc import Mapping
from typing import Any

from services.domain.call import Trait
from services.domain.integration import Ability, Kind
from services.errors import Refused
from services.integrations.base import Connector
from services.integrations.doors import Doors
from services.integrations.entry import CatalogueEntry, Step
from services.integrations.yandex_disk.access import complete
from services.integrations.yandex_disk.folders import parse_folders
from services.integrations.yandex_disk.links import parse_shared
from services.integrations.yandex_disk.patterns import compile_pattern
from services.integrations.yandex_disk.reading import AUTO, parse_zone

_APPLICATION = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])", re.IGNORECASE)
_CODE = re.compile(r"(?:[?&]code=)?(?<![\w-])([A-Za-z0-9_-]{6,128})(?![\w-])")
_TOKEN = re.compile(r"(?:access_token=)?(?<![\w.~-])([A-Za-z0-9_.~-]{30,300})(?![\w.~-])")
_PASTED = re.compile(r"(?:access_token|code)=([A-Za-z0-9_.~-]+)")
AUTO_WORDS = frozenset({"auto", "авто", "сам", "сама", "-", "нет", ""})


def parse_secret(field: str, text: str) -> str:
    """The value out of what people paste: an address with it inside, words around it.

    Raises Refused: `not_an_application`, `not_a_code`, `not_a_token`, those of `parse_folders` and `parse_shared`.
    """
    text = text.strip()
    if field == "shared_link":
        return parse_shared(text)
    if field == "folders":
        return parse_folders(text)
    if field in ("client_id", "client_secret"):
        found = _APPLICATION.search(text)
        if found is None:
            raise Refused("not_an_application")
        return found[0].lower()
    pasted = _PASTED.search(text)
    if pasted is not None:
        return pasted[1]
    match = (_CODE if field == "code" else _TOKEN).fullmatch(text)
    if match is None:
        raise Refused("not_a_code" if field == "code" else "not_a_token")
    return match[1]


def parse_option(option: str, text: str) -> str:
    """Raises Refused: see `parse_folders`, `compile_pattern`, `parse_zone`."""
    if option == "folders":
        return parse_folders(text)
    if option == "zone":
        return parse_zone(text)
    text = text.strip()
    if text.lower() in AUTO_WORDS:
        return AUTO
    return compile_pattern(text).text


def _open(secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> Connector:
    from services.integrations.yandex_disk.connector import YandexDisk

    return YandexDisk(secrets, settings, doors)


async def _close(connector: Connector) -> None:
    from services.integrations.yandex_disk.connector import YandexDisk

    if isinstance(connector, YandexDisk):
        await connector.close()


INTEGRATION = CatalogueEntry(
    kind=Kind.YANDEX_DISK,
    title="Яндекс Диск",
    abilities=frozenset({Ability.GIVES_CALLS}),
    steps=(
        Step("way", choices=("code", "token", "link"), secret=False),
        Step("client_id", secret=False, only_if=("way", "code")),
        Step("client_secret", only_if=("way", "code")),
        Step("code", only_if=("way", "code")),
        Step("token", only_if=("way", "token")),
        Step("folders", secret=False, only_if=("way", "code", "token")),
        Step("shared_link", only_if=("way", "link")),
    ),
    parse_secret=parse_secret,
    open=_open,
    close=_close,
    options=(Step("folders", secret=False), Step("pattern", secret=False), Step("zone", secret=False)),
    parse_option=parse_option,
    traits=frozenset(Trait),
    complete=complete,
)
