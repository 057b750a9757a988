"""Long comments in parts, each with a marker of its own as the whole last line: what all CRMs' comments share."""

from collections.abc import Callable, Sequence


def broken_off(text: str, size: int) -> tuple[str, str]:
    """A first piece of at most `size` characters, and the rest.

    Cut at a line or a word where that does not waste half of the room.
    """
    cut = max(text.rfind("\n", size // 2, size), text.rfind(" ", size // 2, size))
    cut = size if cut <= 0 else cut
    return text[:cut].rstrip(), text[cut:].lstrip()


def numbered(
    head: str, pieces: Sequence[str], marker: str, heading: Callable[[str], str] = str
) -> Sequence[tuple[str, str]]:
    """(marker, body) of each part. `heading` is how a title is written in that system."""
    if len(pieces) == 1:
        return [(marker, f"{heading(head)}\n{pieces[0]}\n\n{marker}")]
    parts = []
    for number, piece in enumerate(pieces, start=1):
        own = f"{marker}-{number}of{len(pieces)}"
        parts.append((own, f"{heading(f'{head} ({number}/{len(pieces)})')}\n{piece}\n\n{own}"))
    return parts


def last_line(body: str) -> str:
    """Where a marker stands."""
    return body.rstrip().rsplit("\n", 1)[-1].strip()
