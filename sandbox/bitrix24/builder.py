"""Builds and changes a portal's world: what a test or the demo says happened there."""

import itertools
from collections import Counter
from datetime import datetime

from sandbox.bitrix24.tables import Tables
from sandbox.bitrix24.world import (
    DEFAULT_STAGES,
    LEAD_STAGES,
    OWNER_TYPES,
    Call,
    Comment,
    Contact,
    File,
    Funnel,
    Item,
    Move,
    Stage,
    User,
)
from sandbox.clock import Clock


class Builder(Tables):
    """The data of a portal. Funnel 0 is there from the beginning, like the first user."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self._ids = itertools.count(101)
        self._call_ids = itertools.count(1001)
        self.users: dict[int, User] = {1: User(1, "Анна", "Администратор")}
        self.contacts: dict[int, Contact] = {}
        self.funnels: dict[int, Funnel] = {}
        self.lead_stages = self._stages("", LEAD_STAGES)
        self.items: dict[tuple[str, int], Item] = {}
        self.calls: list[Call] = []
        self.by_statistic: dict[int, Call] = {}
        self.by_activity: dict[int, Call] = {}
        self.files: dict[int, File] = {}
        self.timeline: dict[tuple[str, int], list[Comment]] = {}
        self.comments_by_id: dict[int, Comment] = {}
        self.funnels[0] = Funnel(0, "Продажи", self._stages("", DEFAULT_STAGES))

    def _stages(self, prefix: str, stages: list[tuple[str, str, str | None]]) -> list[Stage]:
        return [Stage(next(self._ids), prefix + code, name, semantics) for code, name, semantics in stages]

    def add_user(self, name: str, last_name: str) -> int:
        number = next(self._ids)
        self.users[number] = User(number, name, last_name)
        return number

    def add_contact(self, name: str, phone: str) -> int:
        number = next(self._ids)
        self.contacts[number] = Contact(number, name, phone)
        return number

    def add_funnel(self, name: str, stages: list[tuple[str, str, str | None]] | None = None) -> int:
        number = next(self._ids)
        self.funnels[number] = Funnel(number, name, self._stages(f"C{number}:", stages or DEFAULT_STAGES))
        return number

    def add_deal(
        self,
        title: str,
        *,
        funnel: int = 0,
        stage: str = "NEW",
        contact: int | None = None,
        manager: int = 1,
        created: datetime | None = None,
    ) -> int:
        stage_id = stage if funnel == 0 or stage.startswith("C") else f"C{funnel}:{stage}"
        return self._add_item("deal", title, funnel, stage_id, contact, manager, created)

    def add_lead(
        self,
        title: str,
        *,
        stage: str = "NEW",
        contact: int | None = None,
        created: datetime | None = None,
        phone: str = "",
    ) -> int:
        number = self._add_item("lead", title, 0, stage, contact, 1, created)
        self.items["lead", number].phone = phone
        return number

    def _add_item(
        self,
        kind: str,
        title: str,
        funnel: int,
        stage_id: str,
        contact: int | None,
        manager: int,
        created: datetime | None,
    ) -> int:
        number, at = next(self._ids), created or self.clock.datetime()
        item = Item(
            id=number,
            kind=kind,
            title=title,
            funnel_id=funnel,
            stage_id=stage_id,
            created=at,
            updated=at,
            contact_ids=[contact] if contact else [],
            assigned_by=manager,
        )
        item.history.append(Move(next(self._ids), 1, stage_id, funnel, at))
        self.items[kind, number] = item
        return number

    def move(self, deal: int, stage: str, *, funnel: int | None = None, at: datetime | None = None) -> None:
        item = self.items["deal", deal]
        item.funnel_id = item.funnel_id if funnel is None else funnel
        bare = stage.partition(":")[2] or stage
        item.stage_id = bare if item.funnel_id == 0 else f"C{item.funnel_id}:{bare}"
        item.updated = at or self.clock.datetime()
        item.history.append(Move(next(self._ids), 2, item.stage_id, item.funnel_id, item.updated))

    def move_lead(self, lead: int, stage: str) -> None:
        item = self.items["lead", lead]
        item.stage_id, item.updated = stage, self.clock.datetime()
        item.history.append(Move(next(self._ids), 2, stage, 0, item.updated))

    def delete(self, kind: str, number: int) -> None:
        del self.items[kind, number]

    def add_call(
        self,
        *,
        phone: str = "+79000000001",
        direction: str = "in",
        manager: int = 1,
        started: datetime | None = None,
        duration: int = 60,
        deal: int | None = None,
        lead: int | None = None,
        contact: int | None = None,
        recording: bytes | None = None,
        filename: str = "call.mp3",
        failed_code: str = "200",
        in_statistics: bool = True,
        activity: bool = True,
        telephony: bool = True,
        call_id: str | None = None,
    ) -> Call:
        """A finished call. Not `in_statistics`: a PBX that only writes activities."""
        now = self.clock.datetime()
        number = next(self._call_ids)
        call = Call(
            call_id=call_id or f"externalCall.{number:08x}",
            phone=phone,
            incoming=direction == "in",
            manager=manager,
            started=started or now,
            duration=duration,
            failed_code=failed_code,
            statistic_id=number if in_statistics else None,
            activity_id=next(self._ids) + 7000 if activity else None,
            contact_id=contact,
            lead_id=lead,
            updated=now,
            telephony=telephony and in_statistics,
        )
        for kind, owner in (("contact", contact), ("deal", deal), ("lead", lead)):
            if owner is not None:
                call.bindings.append((OWNER_TYPES[kind], owner))
        self.calls.append(call)
        if call.statistic_id is not None:
            self.by_statistic[call.statistic_id] = call
        if call.activity_id is not None:
            self.by_activity[call.activity_id] = call
        if recording is not None:
            self.attach_recording(call, recording, filename)
        return call

    def attach_recording(self, call: Call, content: bytes, filename: str = "call.mp3") -> int:
        """A repeated attach replaces the recording: the file gets a new number."""
        number = next(self._ids) + 9000
        self.files[number] = File(number, filename, content)
        call.file_id = number
        call.updated = self.clock.datetime()
        return number

    def bind(self, call: Call, kind: str, number: int) -> None:
        call.bindings.append((OWNER_TYPES[kind], number))
        call.updated = self.clock.datetime()

    def comments(self, kind: str, number: int) -> list[Comment]:
        return list(self.timeline.get((kind, number), []))

    def add_comment(self, kind: str, number: int, text: str, author: int = 1) -> Comment:
        comment = Comment(next(self._ids), kind, number, author, self.clock.datetime(), text.strip())
        self.timeline.setdefault((kind, number), []).append(comment)
        self.comments_by_id[comment.id] = comment
        return comment

    def duplicate_markers(self) -> list[tuple[str, int, str]]:
        """(kind, id, marker) of markers that stand under more than one comment."""
        counted = Counter(
            (kind, number, comment.text.rsplit("\n", 1)[-1])
            for (kind, number), comments in self.timeline.items()
            for comment in comments
        )
        return [key for key, count in counted.items() if count > 1 and key[2].startswith("ai:")]
