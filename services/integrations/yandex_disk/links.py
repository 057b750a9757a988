"""Links by which the owner of a folder gives it to others."""

import re
from urllib.parse import unquote, urlsplit

from services.errors import Refused
from services.integrations.yandex_disk.folders import ROOT

USUAL, SHORT = "disk.yandex.ru", "yadi.sk"
_DISK = re.compile(r"disk\.(?:360\.)?yandex\.(?:com?\.)?[a-z]{2,3}")
"""The same folder has an address in each country."""


def parse_shared(text: str) -> str:
    """`https://disk.yandex.ru/d/KEY`, with the way to a folder inside it behind, as people paste it.

    Raises Refused: `not_a_shared_link`, `own_folder` (an address that only its owner opens), `shared_file`.
    """
    text = text.strip().strip("«»<>\"'")
    host, names = _read(text)
    if host and names[:1] == ["client"]:
        raise Refused("own_folder")
    if host and names[:1] == ["i"]:
        raise Refused("shared_file")
    if not host or names[:1] != ["d"] or len(names) < 2 or not _is_key(names[1]):
        raise Refused("not_a_shared_link")
    if ".." in names or any(ord(one) < 32 for one in text) or len(text) > 2000:
        raise Refused("not_a_shared_link")
    return f"https://{host}/" + "/".join(names)


def _read(text: str) -> tuple[str, list[str]]:
    """The host as the interface knows it, empty for a strange one, and what stands between the slashes."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:
        return "", []
    host = (parts.hostname or "").removeprefix("www.")
    known = SHORT if host == SHORT else USUAL if _DISK.fullmatch(host) else ""
    return known, [name for name in unquote(parts.path).split("/") if name]


def _is_key(name: str) -> bool:
    return all(one.isascii() and (one.isalnum() or one in "-_") for one in name)


def taken_apart(parsed: str) -> tuple[str, str]:
    """The link itself and the folder inside it, of what `parse_shared` made."""
    scheme, _, host, kind, key, *names = parsed.split("/")
    return f"{scheme}//{host}/{kind}/{key}", ROOT + "/".join(names)
