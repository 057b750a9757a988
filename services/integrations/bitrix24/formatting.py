"""Comments of a timeline: the portal reads BB code and a little HTML, so foreign text is disarmed first."""

import re
from collections.abc import Sequence

from services.clean import without_controls

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
    if len(pieces) == 1:
        return [(marker, f"[B]{head}[/B]\n{pieces[0]}\n\n{marker}")]
    parts = []
    for number, piece in enumerate(pieces, start=1):
        own = f"{marker}-{number}of{len(pieces)}"
        parts.append((own, f"[B]{head} ({number}/{len(pieces)})[/B]\n{piece}\n\n{own}"))
    return parts


def _split(text: str, size: int) -> list[str]:
    """Cuts at a line or a word where that does not waste half of the room."""
    pieces = []
    while len(text) > size:
        cut = max(text.rfind("\n", size // 2, size), text.rfind(" ", size // 2, size))
        cut = size if cut <= 0 else cut
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text]
