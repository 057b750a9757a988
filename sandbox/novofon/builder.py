"""Builds and changes what a telephony holds: what a test or the demo says happened there."""

import hashlib
import itertools
from datetime import datetime

from sandbox.clock import Clock
from sandbox.novofon.world import Employee, Leg, Recording, Session


class Builder:
    """One employee with the extension 101 is there from the beginning."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._sessions = itertools.count(2457179605)
        self._others = itertools.count(501)
        self.lines = ["74951234567"]
        self.employees: list[Employee] = []
        self.sessions: dict[int, Session] = {}
        self.add_employee("Петрова Анна", "101")

    def add_employee(self, full_name: str, extension: str) -> Employee:
        employee = Employee(next(self._others), full_name, extension)
        self.employees.append(employee)
        return employee

    def add_call(
        self,
        *,
        phone: str = "79000000011",
        line: str | None = None,
        incoming: bool = True,
        answered: bool = True,
        started: datetime | None = None,
        seconds: int = 60,
        talks: list[tuple[Employee, int]] | None = None,
        ends_in: float = 0.0,
        own_communication: bool = True,
    ) -> Session:
        """A session that has ended, or will in so many seconds; `talks`: a transferred one, employee by employee.

        Not `own_communication`: the communication has an id of its own.
        """
        number = next(self._sessions)
        parts = talks or [(self.employees[0], seconds)]
        session = Session(
            id=number,
            communication_id=number if own_communication else number + 10**9,
            started=started or self.clock.datetime(),
            finished_at=self.clock.now() + ends_in,
            incoming=incoming,
            phone=phone.lstrip("+"),
            line=line or self.lines[0],
            lost=not answered,
            legs=[Leg(next(self._others), who, length if answered else 0, answered) for who, length in parts],
        )
        self.sessions[number] = session
        return session

    def attach(
        self, session: Session, content: bytes, *, kind: str = "talk", told_in: float = 0.0, ready_in: float = 0.0
    ) -> Recording:
        """One more part of the recording, by its id."""
        recording = self._recording(session, content, kind, told_in, ready_in)
        session.recordings.append(recording)
        return recording

    def attach_whole(self, session: Session, content: bytes, *, ready_in: float = 0.0) -> Recording:
        """The recording of the whole session, by a link."""
        session.whole = self._recording(session, content, "talk", 0.0, ready_in)
        return session.whole

    def _recording(
        self, session: Session, content: bytes, kind: str, told_in: float, ready_in: float
    ) -> Recording:
        name = f"{session.id}/{next(self._others)}".encode()
        now = self.clock.now()
        number = hashlib.md5(name, usedforsecurity=False).hexdigest()
        return Recording(number, content, kind, now + told_in, now + ready_in)
