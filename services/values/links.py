"""Addresses of pages: whole ones, and those told without `https://` when the ending is a well-known one."""

import re
from urllib.parse import urlsplit

from services.values import Unreadable

_LABEL = r"[a-zа-я0-9](?:[a-zа-я0-9-]{0,61}[a-zа-я0-9])?"
_HOST = re.compile(
    rf"(?=.{{4,253}}$)(?:{_LABEL}\.)+(?:[a-z]{{2,24}}|xn--[a-z0-9-]{{2,20}}|рф|рус|москва|дети|онлайн|сайт|бел|укр)"
)
_NEVER = re.compile(r"[\s\"'<>\\^`{|}\x00-\x1f\x7f]")
KNOWN_ENDINGS = frozenset(
    "ru su рф рус москва дети онлайн сайт com net org info biz pro name io app dev site online shop store club "
    "top xyz moscow tech agency group company kz by ua uz kg am ge az md lv lt ee de fr it es uk eu cn us tv me "
    "cc ai".split()
)
"""`site.ru` is an address, `ООО.Ромашка` and `договор.doc` are not."""


def read_link(text: str) -> str:
    """Raises Unreadable: `not_a_link`."""
    if _NEVER.search(text):
        raise Unreadable("not_a_link")
    whole = "://" in text
    address = text if whole else f"https://{text}"
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").casefold(), parts.port
    except ValueError:
        raise Unreadable("not_a_link") from None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or port == 0 or parts.netloc.endswith(":"):
        raise Unreadable("not_a_link")
    if not _HOST.fullmatch(host) or not (whole or host.rpartition(".")[2] in KNOWN_ENDINGS):
        raise Unreadable("not_a_link")
    return address
