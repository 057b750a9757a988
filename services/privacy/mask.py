"""Stands between a call and the model: what tells who somebody is leaves as a mark and comes back as it was said.

A mark is the same for the same words all over the call, whatever the question: so the provider's cache of the
transcript is kept. What a number looks like in an answer (`+7 926 123-45-67`) may differ from how it was said;
in a quote it stands as it was said, or the quote would not be found.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.domain.call import Segment
from services.privacy.groups import runs
from services.privacy.mails import mails_in
from services.privacy.numbers import Found, Sort, numbers_in

_SORTS = "|".join(Sort)
MARK = re.compile(
    rf"\[\s*(?P<sort>{_SORTS})[\s‐-―-]*(?P<number>\d{{1,5}}(?:\.\d{{1,2}})?)\s*\]"
    rf"|(?<!\w)(?P<bare>{_SORTS})[‐-―-](?P<told>\d{{1,5}}(?:\.\d{{1,2}})?)(?!\.?\w)",
    re.IGNORECASE,
)
"""As we write it, and as a model may write it down again: other dashes, other letters, no brackets."""
_GOES_ON = re.compile(r"(\[(\w+)-(\d+)(?:\.\d+)?\])(?:[\s,]+\[\2-\3\.\d+\])+")
"""All pieces of one number: in an answer they are one."""
WITH_CODE, WITHOUT_CODE, PASSPORT_DIGITS = 11, 10, 10
NOTE = """\

Вместо телефонов, адресов почты, номеров карт и паспортов в тексте стоят пометки: [ТЕЛ-1], [ПОЧТА-1] и подобные.
Если они нужны в ответе, в quote или в value, переписывай их дословно, вместе со скобками. [ТЕЛ-1.2] — продолжение
[ТЕЛ-1], названное в другой реплике."""


@dataclass(frozen=True)
class _Hidden:
    """`said` is the very text, `readable` what an answer shows for it."""

    said: str
    readable: str


class Mask:
    """For one request. With `on=False` everything passes as it is."""

    def __init__(self, segments: Sequence[Segment], *, on: bool = True) -> None:
        self._on = on
        self._numbers: dict[tuple[Sort, str], int] = {}
        self._hidden: dict[str, _Hidden] = {}
        self.segments = tuple(segments)
        if on:
            texts = self._marked([segment.text for segment in segments])
            self.segments = tuple(
                replace(segment, text=text) for segment, text in zip(segments, texts, strict=True)
            )

    @property
    def hides(self) -> bool:
        """Is there any mark at all?"""
        return bool(self._hidden)

    def hide(self, text: str) -> str:
        """Text that leaves beside the transcript: the question, what a value must look like."""
        return self._marked([text])[0] if self._on else text

    def as_said(self, text: str) -> str:
        """For quotes: word for word as in the call."""
        return self._back(text, lambda hidden: hidden.said)

    def readable(self, text: str) -> str:
        """For answers and values."""
        return self._back(_GOES_ON.sub(r"\1", text), lambda hidden: hidden.readable)

    def _back(self, text: str, form: Callable[[_Hidden], str]) -> str:
        def put(match: re.Match[str]) -> str:
            name = f"{match['sort'] or match['bare']}-{match['number'] or match['told']}"
            hidden = self._hidden.get(name.upper())
            return match.group() if hidden is None else form(hidden)

        return MARK.sub(put, text) if self._hidden else text

    def _marked(self, texts: Sequence[str]) -> list[str]:
        """Looked for in all of them together: numbers are dictated with pauses, and others speak in them."""
        whole = "\n".join(texts)
        pieces: list[str] = []
        at = 0
        for one in _everything(whole):
            pieces += [whole[at : one.start], self._mark(one, whole[one.start : one.end])]
            at = one.end
        lines = iter("".join([*pieces, whole[at:]]).split("\n"))
        return ["\n".join(next(lines) for _ in range(text.count("\n") + 1)) for text in texts]

    def _mark(self, one: Found, said: str) -> str:
        """A number told in several pieces has a mark in each; line ends stay where they are."""
        number = self._numbers.setdefault((one.sort, said), len(self._numbers) + 1)
        lines, part = [], 0
        for line in said.split("\n"):
            if one.digits and next(runs(line), None) is None:
                lines.append(line)  # somebody only nodded
                continue
            part += 1
            name = f"{one.sort}-{number}" + (f".{part}" if part > 1 else "")
            self._hidden[name] = _Hidden(line, _readable(one, said))
            lines.append(f"[{name}]")
        return "\n".join(lines)


def _everything(text: str) -> list[Found]:
    """All that must not leave, in order, none over another."""
    chosen: list[Found] = []
    marks = (Found(Sort.LITERAL, *match.span()) for match in MARK.finditer(text))
    for found in ([*mails_in(text)], [*numbers_in(text)], [*marks]):
        taken = [(one.start, one.end) for one in chosen]
        chosen += [one for one in found if not any(one.start < end and start < one.end for start, end in taken)]
    return sorted(chosen, key=lambda one: one.start)


def _readable(one: Found, said: str) -> str:
    """A dictated number in figures; one that was written in figures as it was written."""
    digits = one.digits
    if not digits or not any(char.isalpha() for char in said):
        return " ".join(said.split())
    if one.sort is Sort.PHONE:
        return _phone(digits)
    if one.sort is Sort.PASSPORT and len(digits) == PASSPORT_DIGITS:
        return f"{digits[:4]} {digits[4:]}"
    if one.sort is Sort.CARD:
        return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
    return digits


def _phone(digits: str) -> str:
    whole = "7" + digits[1:] if len(digits) == WITH_CODE and digits[0] in "78" else digits
    whole = "7" + whole if len(whole) == WITHOUT_CODE and whole[:2] not in ("79", "89") else whole
    if len(whole) != WITH_CODE or whole[0] != "7":
        return digits
    return f"+7 {whole[1:4]} {whole[4:7]}-{whole[7:9]}-{whole[9:]}"
