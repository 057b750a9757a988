"""The old cabinet (API 1.0) in the shared proof."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sandbox.novofon import LegacyCabinet
from services.domain.call import ObjectRef
from services.domain.integration import Ability
from services.integrations.novofon import INTEGRATION
from services.integrations.novofon.v1.polling import STATISTICS
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.one_stand import OneStand
from tests.integrations.conformance.rig import Limit
from tests.integrations.novofon.rig import WITHOUT

ODD: tuple[Any, ...] = (
    {},
    {"call_id": None, "callstart": None},
    {"call_id": "1.5", "pbx_call_id": "in_odd", "callstart": "yesterday", "seconds": "a lot"},
    {"call_id": {"x": 1}, "pbx_call_id": ["in_odd"], "callstart": "2026-03-10 12:00:00"},
    "no row at all",
    None,
)


class LegacyRig(OneStand):
    stand: LegacyCabinet
    entry = INTEGRATION
    usual = ("https://api.novofon.com",)
    page = 40
    # A window is read whole: a call's legs may lie pages apart.
    portion = 4 * page
    limits = (Limit(100, 60.0), Limit(3, 60.0, STATISTICS))
    limit_pause = 20.0
    # An unrecorded call waits an hour for a leg that is reported late, and a poll is due each five minutes.
    settle = 67 * 60.0
    without: ClassVar[Mapping[Ability, str]] = WITHOUT

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.stand = LegacyCabinet(clock=self.remote_clock)
        self._key = self.stand.key

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"cabinet": "legacy", "key": self._key, "secret": self.stand.secret}

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
        leg = self.stand.add_call(
            phone=phone, seconds=duration, incoming=incoming, answered=answered, recording=recording
        )
        return f"v1:{leg.pbx_call_id}"

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        leg = next(one for one in self.stand.legs if f"v1:{one.pbx_call_id}" == external_id)
        leg.recording = recording

    def add_odd_calls(self) -> None:
        number = self.stand.add_call().call_id

        def spoil(path: str, body: Any) -> Any:
            rows = body.get("stats") or []
            at = next((n for n, row in enumerate(rows) if row["call_id"] == number), None)
            if at is not None:
                body["stats"] = [*rows[:at], *ODD, *rows[at + 1 :]]
            return body

        self.rewrite = spoil

    def set_zone(self, name: str) -> None:
        offset = datetime.now(ZoneInfo(name)).utcoffset()
        assert offset is not None
        self.stand.offset = offset

    def expire_access(self) -> None:
        self.stand.key = f"{self._key}-revoked"

    def restore_access(self) -> None:
        self.stand.key = self._key
