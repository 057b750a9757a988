"""What becomes of a field when several answers want it: pure decisions, no requests.

Answers are laid over what stands there in the order of their prompts, each by its own policy, so that one request
writes the result of them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.domain.answer import FieldFate
from services.domain.field import RemoteField
from services.domain.prompt import Policy
from services.domain.workspace import Language
from services.integrations.writing import Remote
from services.values.cut import cut_at_word

MOST_BYTES = 65_000
"""What a text of a remote system surely holds."""
LEAST_PIECE = 40
"""Characters below which a piece of an answer says nothing."""


@dataclass(frozen=True)
class Wish:
    """An answer for a field. `tried`: an earlier try's outcome is not known; `before` is what stood there then."""

    row_id: int
    field: RemoteField
    policy: Policy
    value: Remote
    tried: bool = False
    before: Remote = None


@dataclass
class Folded:
    """`fates` and `pieces` (what is really written, when it is less than the answer) are by delivery."""

    value: Remote
    fates: dict[int, FieldFate] = field(default_factory=dict)
    pieces: dict[int, Remote] = field(default_factory=dict)
    writes: bool = False


def fold(present: Remote, wishes: Sequence[Wish], *, newer: bool) -> Folded:
    """`newer`: a later call's answer stands in the field."""
    settled = _settled(present, [wish for wish in wishes if wish.tried], newer=newer)
    left = [wish for wish in wishes if wish.row_id not in settled]
    folded = _lay(present, left, newer=newer)
    folded.fates = {**settled, **folded.fates}
    folded.writes = folded.value != present
    return folded


def _settled(present: Remote, tried: Sequence[Wish], *, newer: bool) -> dict[int, FieldFate]:
    """Earlier tries about which nothing is left to do: they arrived, or somebody has been there since."""
    if not tried or present == tried[0].before:
        return {}
    expected = _lay(tried[0].before, tried, newer=newer)
    if present == expected.value:
        return expected.fates
    return {
        wish.row_id: FieldFate.WRITTEN if wish.policy is Policy.APPEND else FieldFate.KEPT
        for wish in tried
        if wish.policy is not Policy.APPEND or holds(present, wish.value)
    }


def _lay(start: Remote, wishes: Sequence[Wish], *, newer: bool) -> Folded:
    folded = Folded(start)
    for wish in wishes:
        folded.fates[wish.row_id] = _add(folded, start, wish, newer=newer)
    return folded


def _add(folded: Folded, start: Remote, wish: Wish, *, newer: bool) -> FieldFate:
    """Lays one answer over the others; what it replaces of them is said there."""
    if wish.policy is Policy.APPEND:
        return _append(folded, wish)
    if folded.value == wish.value:
        return FieldFate.SAME if start == wish.value else FieldFate.WRITTEN
    if newer and folded.value == start and (start is not None or not wish.field.readable):
        return FieldFate.NEWER
    if wish.policy is Policy.IF_EMPTY and folded.value is not None:
        return FieldFate.KEPT if folded.value == start else FieldFate.OTHER_PROMPT
    for row_id, fate in folded.fates.items():
        if fate is FieldFate.WRITTEN:
            folded.fates[row_id] = FieldFate.OTHER_PROMPT
    folded.value = wish.value
    return FieldFate.WRITTEN


def _append(folded: Folded, wish: Wish) -> FieldFate:
    if isinstance(folded.value, list) or isinstance(wish.value, list):
        there = list(folded.value or [])
        new = [one for one in wish.value or [] if one not in there]
        folded.value = there + new or None
        return FieldFate.WRITTEN if new else FieldFate.SAME
    piece = _piece(wish.field, folded.value, str(wish.value))
    if piece is None:
        return FieldFate.FULL
    if piece != wish.value:
        folded.pieces[wish.row_id] = piece
    folded.value = joined(folded.value, piece)
    return FieldFate.WRITTEN


def _piece(of: RemoteField, former: Remote, text: str) -> str | None:
    """As much of the answer as fits below what people wrote, which is never touched; None: nothing does."""
    taken = "" if former is None else f"{former}\n"
    room = min((of.limit or MOST_BYTES) - len(taken), len(text))
    while room >= min(LEAST_PIECE, len(text)):
        piece = text if room >= len(text) else cut_at_word(text, room, Language.RU)
        over = len((taken + piece).encode()) - MOST_BYTES
        if over <= 0:
            return piece
        room -= max(1, over // 4)
    return None


def joined(former: Remote, text: str) -> str:
    return text if former is None else f"{former}\n{text}"


def holds(present: Remote, value: Remote) -> bool:
    """Does an appended value stand there, whole?"""
    if isinstance(value, list):
        return all(one in (present or []) for one in value)
    return f"\n{value}\n" in f"\n{present}\n"


def without(present: Remote, value: Remote, former: Remote) -> Remote:
    """What is left when an appended value is taken out again; everything else stays."""
    if isinstance(value, list):
        return [one for one in present if one not in value or one in (former or [])] or None
    before, _, after = f"\n{present}\n".partition(f"\n{value}\n")
    return "\n".join(part for part in (before.strip("\n"), after.strip("\n")) if part) or None
