"""Автосекретарь 2.0 and Exolve in the shared proof, beside the exchange that stands for MTS there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sandbox.mts import Ac20, Ac20Call, Exolve, ExolveCall
from services.domain.call import ObjectRef
from services.integrations.mts import INTEGRATION, ac20, exolve
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.one_stand import OneStand
from tests.integrations.conformance.rig import Limit

TRUNK = "0123456789"


class Ac20Rig(OneStand):
    stand: Ac20
    entry = INTEGRATION
    usual = (ac20.PLACE.origin,)
    page = 500
    portion = 1000
    # A pause of 0.2 seconds is what known clients keep.
    limits = (Limit(1, 0.199), Limit(5, 0.995))
    limit_pause = 20.0
    settle = 12 * 60.0

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.stand = Ac20(clock=self.remote_clock)
        self.token = self.stand.token
        self._calls: dict[str, Ac20Call] = {}

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"cabinet": "ac20", "ac20_token": self.token}

    @property
    def options(self) -> Mapping[str, str]:
        shift = (self.stand.zone - timedelta(hours=3)).total_seconds() / 3600
        return {"time_shift": f"{shift:+g}"} if shift else {}

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
        call = self.stand.add_call(
            phone=phone.removeprefix("+7"),
            duration=duration,
            incoming=incoming,
            answered=answered,
            recording=recording,
        )
        key = f"ac20:{TRUNK}:{call.id}"
        self._calls[key] = call
        return key

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        call = self._calls[external_id]
        call.recording, call.recorded = recording, 60

    def add_odd_calls(self) -> None:
        odd: list[Any] = [None, "row", {}, {"callId": None}, {"callId": 5, "startTime": "soon"}, {"startTime": {}}]
        self.rewrite = lambda path, body: [*odd, *body] if path.endswith("/statistics") else body

    def set_zone(self, name: str) -> None:
        self.stand.zone = timedelta(hours=12)

    def expire_access(self) -> None:
        self.stand.token = "another-token"

    def restore_access(self) -> None:
        self.stand.token = self.token


class ExolveRig(OneStand):
    stand: Exolve
    entry = INTEGRATION
    usual = (exolve.PLACE.origin,)
    page = 50
    portion = 550
    # No rate is published; this one is ours.
    limits = (Limit(5, 0.4),)
    limit_pause = 20.0
    settle = 6 * 60.0

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.stand = Exolve(clock=self.remote_clock)
        self.key = self.stand.key
        self._calls: dict[str, ExolveCall] = {}

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"cabinet": "exolve", "exolve_key": self.key}

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
        call = self.stand.add_call(
            phone=phone.removeprefix("+"),
            duration=duration,
            incoming=incoming,
            answered=answered,
            recording=recording,
        )
        key = f"exolve:{call.id}" if answered else f"exolve:missed:{call.id}"
        self._calls[key] = call
        return key

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        self._calls[external_id].recording = recording

    def add_odd_calls(self) -> None:
        odd: list[Any] = [None, "row", {}, {"call_id": None}, {"call_id": 5, "date_start": "soon"}]

        def spoil(path: str, body: Any) -> Any:
            if path.endswith("/GetList") and body.get("calls"):
                body["calls"] = [*odd, *body["calls"]]
            return body

        self.rewrite = spoil

    def set_zone(self, name: str) -> None:
        """Moments are told in UTC."""

    def expire_access(self) -> None:
        self.stand.key = "another-key"

    def restore_access(self) -> None:
        self.stand.key = self.key
