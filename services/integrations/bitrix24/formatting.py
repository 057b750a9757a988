"""Comments of a timeline: the portal reads BB code and a little HTML, so foreign text is disarmed first."""

import re
from collections.abc import Sequence

from services.clean import without_controls
from services.integrations.parts import broken_off, numbered

LIMIT = 15_000
"""Characters of one comment; the portal's own limit is not documented."""
ZERO_WIDTH = "\u200b"
_TAG = re.compile(r"<(?=[/!a-zA-Z])")
_SYMBOLS = re.compile(r"\((c|r|tm)\)", re.IGNORECASE)


def disarm(text: str) -> str:
    """The same words with nothing the portal would carry out: no tags, mentions, images, links."""
    plain = without_controls(text)
    plain = plain.replace("[", "(").replace("]", ")")
    plain = _TAG.sub("‹", plain).replace("&#", f"&{ZERO_WIDTH}#")
    plain = _SYMBOLS.sub(lambda match: f"({ZERO_WIDTH}{match.group(1)})", plain)
    return plain.replace("$result", f"$ {ZERO_WIDTH}result").strip()


def comment_parts(title: str, text: str, marker: str) -> Sequence[tuple[str, str]]:
    """(marker, body) of each part: a bold title, the text, and the marker as the whole last line."""
    pieces = _split(disarm(text), LIMIT - len(title) - len(marker) - 60)
    head = disarm(title).replace("\n", " ")
    return numbered(head, pieces, marker, lambda shown: f"[B]{shown}[/B]")


def _split(text: str, size: int) -> list[str]:
    pieces = []
    while len(text) > size:
        piece, text = broken_off(text, size)
        pieces.append(piece)
    return [*pieces, text]
