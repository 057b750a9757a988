"""Builds and changes an account's world: what a test or the demo says happened there."""

import itertools
from collections import Counter
from typing import Any

from sandbox.amocrm.pbx import Pbx
from sandbox.amocrm.world import LOST, WON, Call, Card, Event, Field, Lead, Note, Pipeline, Status, User, Wants
from sandbox.clock import Clock
from sandbox.faults import Faults

STATUSES = ("Первичный контакт", "Переговоры", "Принимают решение")
ENTITIES = {"leads": "lead", "contacts": "contact", "companies": "company"}


class Builder:
    """The data of an account. One user and one pipeline are there from the beginning."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.clock = clock
        self.faults = faults
        self.pbx = Pbx(faults)
        self.wants = Wants()
        self._ids = itertools.count(5001)
        self._note_ids = itertools.count(420_001)
        self._event_ids = itertools.count(1)
        self.name, self.zone, self.currency = "Demo LLC", "Europe/Moscow", "RUB"
        self.users = {9_100_001: User(9_100_001, "Анна Администратор")}
        self.pipelines: dict[int, Pipeline] = {}
        self.leads: dict[int, Lead] = {}
        self.cards: dict[str, dict[int, Card]] = {"contacts": {}, "companies": {}}
        self.notes: dict[int, Note] = {}
        self.events: list[Event] = []
        self.fields: dict[int, Field] = {}
        self.webhooks: dict[str, list[str]] = {}
        self.add_pipeline("Продажи")

    def now(self) -> int:
        return int(self.clock.now())

    def add_user(self, name: str) -> int:
        number = next(self._ids)
        self.users[number] = User(number, name)
        return number

    def add_pipeline(self, name: str, statuses: tuple[str, ...] = STATUSES) -> int:
        """With the unsorted status before all others, and won and lost behind them."""
        number = next(self._ids)
        own = [Status(next(self._ids), name, 20 + 10 * at) for at, name in enumerate(statuses)]
        first = Status(next(self._ids), "Неразобранное", 10, type=1)
        ends = [Status(WON, "Успешно реализовано", 10_000), Status(LOST, "Закрыто и не реализовано", 11_000)]
        self.pipelines[number] = Pipeline(number, name, len(self.pipelines) + 1, [first, *own, *ends])
        return number

    def status(self, name: str, pipeline: int | None = None) -> int:
        """The number of a pipeline's status; without a pipeline that of the first one."""
        found = self.pipelines[pipeline or next(iter(self.pipelines))]
        return next(one.id for one in found.statuses if one.name == name)

    def add_lead(
        self,
        name: str,
        *,
        pipeline: int | None = None,
        status: int | None = None,
        contact: int | None = None,
        company: int | None = None,
        manager: int = 9_100_001,
    ) -> int:
        number, now = next(self._ids), self.now()
        home = pipeline or next(iter(self.pipelines))
        lead = Lead(number, name, home, status or self.pipelines[home].statuses[1].id, manager, now, now)
        lead.contacts = [contact] if contact else []
        lead.companies = [company] if company else []
        lead.closed = now if lead.status in (WON, LOST) else None
        self.leads[number] = lead
        return number

    def move(self, lead: int, status: int, *, pipeline: int | None = None) -> None:
        found, now = self.leads[lead], self.now()
        before = {"lead_status": {"id": found.status, "pipeline_id": found.pipeline}}
        found.status, found.pipeline, found.updated = status, pipeline or found.pipeline, now
        found.closed = now if status in (WON, LOST) else None
        after = {"lead_status": {"id": found.status, "pipeline_id": found.pipeline}}
        self._happened("lead_status_changed", "leads", lead, [before], [after])

    def touch(self, lead: int) -> None:
        self.leads[lead].updated = self.now()

    def add_contact(self, name: str, phone: str) -> int:
        return self._add_card("contacts", name, phone)

    def add_company(self, name: str, phone: str) -> int:
        return self._add_card("companies", name, phone)

    def _add_card(self, place: str, name: str, phone: str) -> int:
        number, now = next(self._ids), self.now()
        self.cards[place][number] = Card(number, name, phone, 9_100_001, now, now)
        return number

    def leads_of(self, place: str, card: int) -> list[Lead]:
        return [lead for lead in self.leads.values() if card in getattr(lead, place) and not lead.deleted]

    # --- calls -------------------------------------------------------------------------------------

    def add_call(
        self,
        *,
        lead: int | None = None,
        contact: int | None = None,
        company: int | None = None,
        phone: str = "+79000000001",
        incoming: bool = True,
        duration: int = 60,
        manager: int | str | None = 9_100_001,
        uniq: str | None = None,
        recording: bytes | None = None,
        created: int | None = None,
    ) -> Call:
        """A finished call as telephony writes it: a note on each of the cards named.

        `uniq` None: the telephony numbers it; empty: it does not number calls. The recording needs `pbx` started.
        """
        number = next(self._note_ids)
        params: dict[str, Any] = {
            "uniq": f"pbx-{number}" if uniq is None else uniq,
            "duration": duration,
            "source": "demo_pbx",
            "phone": phone,
            "call_responsible": manager,
        }
        kind = "call_in" if incoming else "call_out"
        homes = (("leads", lead), ("contacts", contact), ("companies", company))
        notes = [
            self.add_note(place, card, kind, dict(params), created=created)
            for place, card in homes
            if card is not None
        ]
        call = Call(notes)
        if recording is not None:
            self.attach_recording(call, recording)
        return call

    def add_note(
        self, place: str, entity: int, kind: str, params: Any, *, created: int | None = None, triggers: bool = True
    ) -> Note:
        now = self.now()
        at = now if created is None else created
        note = Note(next(self._note_ids), place, entity, kind, params, at, now, 9_100_001, 9_100_001, triggers)
        self.notes[note.id] = note
        event = {"call_in": "incoming_call", "call_out": "outgoing_call"}.get(kind, "common_note_added")
        self._happened(event, place, entity, [], [{"note": {"id": note.id}}])
        return note

    def attach_recording(self, call: Call, content: bytes) -> None:
        """On every card of the call; a note that is edited is as if it were new."""
        for note in call.notes:
            link = self.pbx.put(f"{note.id}.mp3", content)
            self.edit(note, link=link)

    def edit(self, note: Note, **params: Any) -> None:
        note.params = {**(note.params or {}), **params}
        note.updated = self.now()

    def _happened(self, kind: str, place: str, entity: int, before: list[Any], after: list[Any]) -> None:
        number = f"{next(self._event_ids):026d}"
        self.events.append(Event(number, kind, entity, ENTITIES[place], self.now(), before, after))

    # --- what our product writes ---------------------------------------------------------------------

    def comments(self, lead: int) -> list[Note]:
        found = [
            one for one in self.notes.values() if (one.place, one.entity, one.type) == ("leads", lead, "common")
        ]
        return sorted(found, key=lambda note: note.id)

    def duplicate_markers(self) -> list[tuple[int, str]]:
        """(lead, marker) of markers that stand under more than one note."""
        counted = Counter(
            (note.entity, str(note.params["text"]).rstrip().rsplit("\n", 1)[-1])
            for note in self.notes.values()
            if note.type == "common"
        )
        return [key for key, count in counted.items() if count > 1 and key[1].startswith("ai:")]

    def add_field(
        self,
        name: str,
        kind: str,
        *,
        options: tuple[str, ...] = (),
        currency: str | None = None,
        predefined: bool = False,
    ) -> int:
        number = next(self._ids)
        enums = {next(self._ids): option for option in options}
        self.fields[number] = Field(number, name, kind, enums, currency, predefined)
        return number

    def remove_field(self, number: int) -> None:
        del self.fields[number]
        for lead in self.leads.values():
            lead.values.pop(number, None)

    def value_of(self, lead: int, field: int) -> list[dict[str, Any]]:
        return self.leads[lead].values.get(field, [])
