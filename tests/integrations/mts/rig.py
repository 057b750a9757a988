"""MTS in the shared proof, by its virtual exchange; the other two cabinets have tests of their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sandbox.mts import Leg, Vpbx
from services.domain.call import ObjectRef
from services.domain.integration import Ability
from services.integrations.mts import INTEGRATION
from services.integrations.mts.vpbx import PLACE
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.one_stand import OneStand
from tests.integrations.conformance.rig import Limit

TOKEN = "vpbx-token-of-the-stand-in"
NO_CRM = "a telephony knows calls and employees; there is nothing to write into"


class MtsRig(OneStand):
    stand: Vpbx
    entry = INTEGRATION
    usual = (PLACE.origin,)
    page = 100
    portion = 600
    # No rate is published: one request a second, one at a time, is what is known to be borne.
    limits = (Limit(1, 0.999), Limit(60, 59.5))
    limit_pause = 20.0
    settle = 7 * 60.0
    without: ClassVar[Mapping[Ability, str]] = {
        Ability.LISTS_FUNNELS: "a telephony has no funnels; own ones are made in the product",
        Ability.GIVES_TRANSCRIPTS: "the exchange makes none; those of the other cabinets are paid for, by option",
        Ability.FINDS_BY_PHONE: "a telephony has no deals; they are looked for in the connected CRM",
        Ability.WRITES_COMMENTS: NO_CRM,
        Ability.REMOVES_COMMENTS: NO_CRM,
        Ability.WRITES_FIELDS: NO_CRM,
        Ability.WRITES_LISTS: NO_CRM,
    }

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.stand = Vpbx(clock=self.remote_clock, token=TOKEN)
        self._legs: dict[str, Leg] = {}

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"cabinet": "vpbx", "vpbx_token": TOKEN}

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
        leg = self.stand.add_leg(
            phone=phone, duration=duration, incoming=incoming, placed=answered, recording=recording
        )
        key = f"vpbx:{leg.group}" if answered else f"vpbx:missed:{leg.group}"
        self._legs[key] = leg
        return key

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        self._legs[external_id].recording = recording

    def add_odd_calls(self) -> None:
        odd: list[Any] = [
            None,
            "row",
            {},
            {"callTime": None, "direction": 7},
            {"callTime": "yesterday", "duration": {}, "callingNumber": []},
            {"callTime": 10**400, "duration": -1},
            {"callTime": 1795330000000, "callingNumber": {"a": 1}, "calledNumber": None, "duration": "many"},
        ]

        def spoil(path: str, body: Any) -> Any:
            if path.endswith("/enterprise"):
                body["content"] = [*odd, *body["content"]]
            return body

        self.rewrite = spoil

    def set_zone(self, name: str) -> None:
        """The exchange tells moments; the zone is told for show only."""
        offset = datetime.now(ZoneInfo(name)).strftime("%z")
        self.stand.zone = f"GMT{offset[:3]}:{offset[3:]}"

    def expire_access(self) -> None:
        self.stand.token = "another-token"

    def restore_access(self) -> None:
        self.stand.token = TOKEN
