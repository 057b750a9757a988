"""Folders as people write them, and what lies in them."""

import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from services.errors import Refused

MOST = 20
ROOT = "disk:/"
_WEB = "/client/disk"


def parse_folders(text: str) -> str:
    """One folder a line, as `disk:/Calls`; out of `Calls`, `/Calls/2026` or the address of the page in a browser.

    A folder inside another one is left out: it is watched anyway. Raises Refused: `no_folder`, `many_folders`,
    `not_a_folder`, `public_link` (what the owner of a folder gives to others).
    """
    lines = [line for line in (_one(part) for part in text.replace(";", "\n").splitlines()) if line]
    if not lines:
        raise Refused("no_folder")
    if len(lines) > MOST:
        raise Refused("many_folders", count=MOST)
    return "\n".join(outermost(lines))


def _one(text: str) -> str:
    text = text.strip().strip("«»\"'").strip()
    if not text:
        return ""
    if text.lower().startswith(("http://", "https://")):
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
        if host == "yadi.sk" or parts.path.startswith(("/d/", "/i/", "/a/")):
            raise Refused("public_link")
        if not host.startswith("disk.") or not parts.path.startswith(_WEB):
            raise Refused("not_a_folder")
        text = unquote(parts.path.removeprefix(_WEB))
    path = text.removeprefix("disk:").strip("/").strip()
    names = [name for name in path.split("/") if name]
    if ".." in names or "." in names or any(ord(one) < 32 for one in path) or len(path) > 1000:
        raise Refused("not_a_folder")
    return ROOT + "/".join(names)


def stored_folders(text: str) -> tuple[str, ...]:
    """What `parse_folders` made."""
    return tuple(line for line in text.splitlines() if line)


def plain(path: str) -> str:
    """One form for names that look alike: a Mac writes й as two characters."""
    return unicodedata.normalize("NFC", path).rstrip("/")


def inside(path: str, folder: str) -> bool:
    return plain(path).startswith(plain(folder) + "/")


def outermost(folders: Sequence[str]) -> list[str]:
    unique = list(dict.fromkeys(folders))
    return [one for one in unique if not any(inside(one, other) for other in unique if other != one)]


def home_of(path: str, folders: Iterable[str]) -> str | None:
    """The watched folder a file lies in, however deep; None: in none of them."""
    return next((folder for folder in folders if inside(path, folder)), None)


def below(path: str, folder: str) -> str:
    """The file's folder as seen from the watched one: `2026/11`, empty for the watched folder itself."""
    inner = plain(path)[len(plain(folder)) :].strip("/")
    return inner.rpartition("/")[0]


def shown(folder: str) -> str:
    """As people know it and may send it: `Calls/2026`. A slash before it would look like a command."""
    return folder.removeprefix(ROOT).strip("/") or "/"
