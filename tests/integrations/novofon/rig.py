"""Novofon in the shared proof: the present platform. The old cabinet has the same proof in `legacy_rig.py`."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.novofon import Cabinet, Session
from services.domain.call import ObjectRef
from services.domain.integration import Ability
from services.integrations.novofon import INTEGRATION
from services.integrations.novofon.v2.reports import PAGE
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.one_stand import OneStand
from tests.integrations.conformance.rig import Limit

NO_CRM = "a telephony knows neither deals nor fields: results go to the CRM of the company"
NO_TEXTS = "its API tells no texts of conversations"
HAS = frozenset({Ability.GIVES_CALLS, Ability.WAKES_UP})
WITHOUT: Mapping[Ability, str] = {
    ability: NO_TEXTS if ability is Ability.GIVES_TRANSCRIPTS else NO_CRM
    for ability in Ability
    if ability not in HAS
}
ODD: tuple[Any, ...] = (
    {},
    {"id": None, "start_time": None},
    {"id": {"x": 1}, "start_time": "2026-03-10 12:00:00"},
    {"id": 1, "start_time": "yesterday", "is_lost": "perhaps"},
    {"id": "../../etc", "start_time": "2026-03-10 12:00:00"},
    {"id": 2, "start_time": 17, "employees": "many", "call_records": {"a": 1}},
    "no row at all",
    None,
)


class NovofonRig(OneStand):
    stand: Cabinet
    entry = INTEGRATION
    usual = ("https://dataapi-jsonrpc.novofon.ru", "https://app.novofon.ru")
    page = PAGE
    portion = PAGE
    # The figures come with each answer; these are the stand-in's.
    limits = (Limit(100, 60.0),)
    limit_pause = 20.0
    without: ClassVar[Mapping[Ability, str]] = WITHOUT

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.stand = Cabinet(clock=self.remote_clock)

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"cabinet": "novofon", "access": "token", "access_token": self.stand.token}

    def add_call(
        self,
        *,
        phone: str = "+79000000011",
        duration: int = 60,
        incoming: bool = True,
        answered: bool = True,
        recording: bytes | None = None,
        target: ObjectRef | None = None,
    ) -> str:
        session = self.stand.add_call(phone=phone, seconds=duration, incoming=incoming, answered=answered)
        if recording is not None:
            self.stand.attach(session, recording)
        return f"v2:{session.id}"

    def _session(self, external_id: str) -> Session:
        return self.stand.sessions[int(external_id.removeprefix("v2:"))]

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        self.stand.attach(self._session(external_id), recording)

    def add_odd_calls(self) -> None:
        number = self.stand.add_call().id

        def spoil(path: str, body: Any) -> Any:
            rows = body.get("result", {}).get("data")
            if isinstance(rows, list) and any(row.get("id") == number for row in rows):
                at = next(n for n, row in enumerate(rows) if row.get("id") == number)
                body["result"]["data"] = [*rows[:at], *ODD, *rows[at + 1 :]]
            return body

        self.rewrite = spoil

    def set_zone(self, name: str) -> None:
        self.stand.zone_name = name

    def expire_access(self) -> None:
        self.stand.blocked = True

    def restore_access(self) -> None:
        self.stand.blocked = False
