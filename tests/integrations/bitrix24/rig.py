"""Bitrix24 in the shared proof."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.bitrix24 import Call, Portal
from sandbox.bitrix24.wire import offset_zone
from services.domain.call import ObjectRef
from services.domain.field import RemoteField
from services.domain.integration import ObjectKind
from services.integrations.bitrix24 import INTEGRATION
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.one_stand import OneStand
from tests.integrations.conformance.rig import Comment, Limit

SECRET = "portal-secret"


class Bitrix24Rig(OneStand):
    stand: Portal
    entry = INTEGRATION
    page = 50
    portion = 600
    # A bucket of 50 that leaks 2 a second, for a portal and an address.
    limits = (Limit(50, 0.5), Limit(50 + 20, 10.0))
    limit_pause = 2.0
    settle = 0.0
    comment_method = "crm.timeline.comment.add"
    values_method = "crm.item.update"

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.stand = Portal(clock=self.remote_clock, secret=SECRET)
        self._calls: dict[str, Call] = {}

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"webhook_url": f"{self.stand.url}/rest/1/{SECRET}/"}

    @property
    def private(self) -> Sequence[str]:
        return [SECRET]

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
            phone=phone,
            duration=duration,
            direction="in" if incoming else "out",
            failed_code="200" if answered else "304",
            recording=recording,
            deal=None if target is None else int(target.id),
        )
        key = f"stat:{call.statistic_id}"
        self._calls[key] = call
        return key

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        self.stand.attach_recording(self._calls[external_id], recording)

    def add_odd_calls(self) -> None:
        number = self.stand.add_call().statistic_id
        assert number is not None
        odd = [
            {"ID": str(number)},
            {"ID": str(number), "CALL_START_DATE": None, "PHONE_NUMBER": {}, "CALL_DURATION": []},
            {"ID": str(number), "CALL_START_DATE": "yesterday", "CALL_DURATION": "a lot", "CALL_TYPE": {"x": 1}},
        ]

        def spoil(path: str, body: Any) -> Any:
            if path.endswith("voximplant.statistic.get") and isinstance(body.get("result"), list):
                rows = body["result"]
                at = next((n for n, row in enumerate(rows) if row["ID"] == str(number)), None)
                if at is not None:
                    body["result"] = [*rows[:at], *odd, *rows[at + 1 :]]
            return body

        self.rewrite = spoil

    def set_zone(self, name: str) -> None:
        """The portal tells offsets, which change with the zone."""
        offset = datetime.now(ZoneInfo(name)).utcoffset()
        assert offset is not None
        self.stand.settings.zone = offset_zone(int(offset.total_seconds() // 3600))
        self.stand.settings.zone_name = name

    def expire_access(self) -> None:
        self.stand.revoke()

    def restore_access(self) -> None:
        self.stand.secret = SECRET

    def make_target(self) -> ObjectRef:
        return ObjectRef(ObjectKind.DEAL, str(self.stand.add_deal("Балкон на Садовой")))

    def comments(self, target: ObjectRef) -> Sequence[Comment]:
        return [Comment(str(one.id), one.text) for one in self.stand.comments(target.kind, int(target.id))]

    def make_text_field(self, name: str) -> str:
        return self.stand.add_field("deal", name, "string")

    def value_of(self, target: ObjectRef, field: RemoteField) -> str:
        return str(self.stand.value_of(target.kind, int(target.id), field.id) or "")

    def make_client(self, phone: str) -> ObjectRef:
        deal = self.stand.add_deal("Окна", contact=self.stand.add_contact("Марина", phone))
        return ObjectRef(ObjectKind.DEAL, str(deal))

    def give_words(self, external_id: str, text: str) -> None:
        self._calls[external_id].transcript = text
