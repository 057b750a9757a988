"""Notes that are calls: what one tells, and which of them are the same conversation.

Calls have no list of their own. A telephony writes a note on the contact it has found by the phone, on the lead,
or on both: then one conversation stands there twice.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.domain.call import Direction, FoundCall
from services.integrations.amocrm.mapping import Row, fields, last_digits, moment, number, text

PLACES = ("leads", "contacts", "companies")
"""Where notes are, the deal first: of two notes of a call the deal's is the one to go by."""
CALL_TYPES = ("call_in", "call_out")
TWINS = 5.0
"""Seconds between two notes of one call, when the telephony has given it no number."""
REMEMBERED = 300
"""Notes; the cursor stays small."""
SAME_CALL = 3600
"""Seconds within which one number of a telephony means one call: some count anew, or not at all."""


@dataclass(frozen=True)
class Note:
    place: str
    id: int
    entity: int
    incoming: bool
    created: datetime
    updated: datetime
    uniq: str
    """The telephony's number of the call; may be empty."""
    duration: int | None
    """Seconds; 0: nobody answered; None: not told."""
    phone: str
    digits: str
    """Of the phone, as far as two writings of it agree."""
    link: str
    manager_id: str
    manager_name: str

    @property
    def key(self) -> str:
        return f"{self.place}:{self.id}"

    @property
    def external_id(self) -> str:
        """The same for all notes of a call where the telephony has numbered it, else the note's own."""
        if not self.uniq:
            return self.key
        hour = int(self.created.timestamp()) // SAME_CALL
        named = "|".join((self.uniq, self.digits, "in" if self.incoming else "out", str(hour)))
        return f"call:{hashlib.sha256(named.encode()).hexdigest()[:32]}"

    def is_twin_of(self, other: "Note") -> bool:
        """Do both tell of one conversation?"""
        if self.incoming != other.incoming or self.digits != other.digits:
            return False
        apart = abs((self.created - other.created).total_seconds())
        if self.uniq and other.uniq:
            return self.uniq == other.uniq and apart <= SAME_CALL
        elsewhere = (self.place, self.entity) != (other.place, other.entity)
        return elsewhere and self.duration == other.duration and apart <= TWINS


def from_row(row: Row, place: str) -> Note | None:
    """None for what is no call, or cannot be understood."""
    params = fields(row.get("params"))
    created, updated = moment(row.get("created_at")), moment(row.get("updated_at"))
    kind, note_id, entity = row.get("note_type"), number(row.get("id")), number(row.get("entity_id"))
    if created is None or kind not in CALL_TYPES or not note_id or not entity:
        return None
    manager_id, manager_name = _manager(params.get("call_responsible"), row)
    phone = text(params.get("phone"), 40)
    return Note(
        place=place,
        id=note_id,
        entity=entity,
        incoming=kind == "call_in",
        created=created,
        updated=updated or created,
        uniq=text(params.get("uniq"), 300),
        duration=_duration(params.get("duration")),
        phone=phone,
        digits=last_digits(phone),
        link=text(params.get("link")),
        manager_id=manager_id,
        manager_name=manager_name,
    )


def _duration(value: Any) -> int | None:
    if value is None or value == "":
        return None
    seconds = number(value)
    return seconds if 0 <= seconds <= 86_400 else None


def _manager(told: Any, row: Row) -> tuple[str, str]:
    """(id, name) of who has talked: a user's number or just a name. The note's owner is the next best."""
    user = number(told)
    if user:
        return str(user), ""
    name = text(told, 200)
    if name and name != "0":
        return "", name
    owner = number(row.get("responsible_user_id")) or number(row.get("created_by"))
    return (str(owner) if owner else ""), ""


def as_call(note: Note, twins: Iterable[Note], external_id: str) -> FoundCall:
    """`twins` are other notes of the same call: one of them may have the recording."""
    others = list(twins)
    link = note.link or next((one.link for one in others if one.link), "")
    refs = {"place": note.place, "note": str(note.id), "entity": str(note.entity), "link": link}
    if others:
        refs["twin"] = f"{others[0].place}:{others[0].id}"
    seconds = note.duration or 0
    return FoundCall(
        external_id=external_id,
        started_at=note.created,
        duration=seconds,
        direction=Direction.INCOMING if note.incoming else Direction.OUTGOING,
        phone=note.phone,
        answered=seconds > 0 or (note.duration is None and bool(link)),
        manager_id=note.manager_id,
        manager_name=note.manager_name,
        has_recording=bool(link),
        refs={name: value for name, value in refs.items() if value},
    )


def as_seen_before(fresh: FoundCall, known: FoundCall) -> FoundCall:
    """The call as it is now, under the id it has had from the beginning; a link that was known is not lost."""
    refs = {**known.refs, **fresh.refs}
    return replace(fresh, external_id=known.external_id, refs=refs, has_recording="link" in refs)


def grouped(notes: Iterable[Note]) -> list[list[Note]]:
    """Notes by conversation, the one to go by first."""
    found = _Groups()
    for note in sorted(notes, key=lambda one: (one.created, PLACES.index(one.place), one.id)):
        found.add(note)
    return [sorted(group, key=lambda one: (PLACES.index(one.place), one.id)) for group in found.all]


class _Groups:
    """Notes come in the order of their making; only few of a number of a phone are compared with one another."""

    def __init__(self) -> None:
        self.all: list[list[Note]] = []
        self._numbered: dict[tuple[Any, ...], list[list[Note]]] = {}
        self._near: dict[tuple[Any, ...], list[list[Note]]] = {}
        """By whether the telephony has numbered it, and by what two notes of one call have in common then."""

    def add(self, note: Note) -> None:
        alike = (note.incoming, note.digits, note.duration)
        numbered = self._numbered.setdefault((note.incoming, note.digits, note.uniq), []) if note.uniq else []
        near = [self._near.get((False, *alike), []), [] if note.uniq else self._near.get((True, *alike), [])]
        homes = [*reversed(numbered), *(group for groups in near for group in _recent(groups, note))]
        home = next((group for group in homes if note.is_twin_of(group[0])), None)
        if home is not None:
            home.append(note)
            return
        self.all.append([note])
        numbered.append(self.all[-1])
        self._near.setdefault((bool(note.uniq), *alike), []).append(self.all[-1])


def _recent(groups: list[list[Note]], note: Note) -> Iterable[list[Note]]:
    for group in reversed(groups):
        if (note.created - group[0].created).total_seconds() > TWINS:
            return
        yield group


class Memory:
    """Under which id notes were given out, as far as they do not say it themselves: {note: external id}.

    Somebody may edit one of two notes later, or a telephony may number a call afterwards: it is no new call.
    """

    def __init__(self, stored: Any) -> None:
        pairs = stored if isinstance(stored, list) else []
        self._known = {str(pair[0]): str(pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2}

    @property
    def stored(self) -> list[list[str]]:
        """The latest ones, JSON-able."""
        return [list(pair) for pair in list(self._known.items())[-REMEMBERED:]]

    def name(self, group: list[Note]) -> str:
        """The external id of a conversation: the one it was given out under, else its own."""
        known = next((self._known[note.key] for note in group if note.key in self._known), None)
        external_id = known or group[0].external_id
        for note in group:
            if not note.uniq or note.external_id != external_id:
                self._known.setdefault(note.key, external_id)
        return external_id
