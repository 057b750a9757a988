"""MacroCRM in the shared proof."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from sandbox.macrocrm import Installation
from services.domain.call import ObjectRef
from services.domain.integration import Ability, ObjectKind
from services.integrations.macrocrm import INTEGRATION
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.one_stand import OneStand
from tests.integrations.conformance.rig import Comment, Limit

SOUND = b"ID3\x04\x00\x00" + bytes(range(256)) * 4
KEY = "macro-key-of-the-company"


class MacroCRMRig(OneStand):
    stand: Installation
    entry = INTEGRATION
    page = 50
    portion = 200
    # A sliding minute for each key.
    limits = (Limit(100, 60.0),)
    limit_pause = 20.0
    settle = 660.0
    comment_method = "estateBuy/addNote"
    exempt: ClassVar[Mapping[str, str]] = {
        "test_a_comment_whose_answer_was_lost_is_found": "no method tells the notes of a request",
    }
    without: ClassVar[Mapping[Ability, str]] = {
        Ability.REMOVES_COMMENTS: "no method removes a note, and a new one has no number",
        Ability.GIVES_TRANSCRIPTS: "no method reads the text of a call",
        Ability.WRITES_LISTS: "the system has no lists of a company's own",
        Ability.WRITES_FIELDS: "no published method writes fields; the owner may name one of his own",
        Ability.WAKES_UP: "no event tells of calls",
    }

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.stand = Installation(clock=self.remote_clock)
        self._zone: str | None = None
        started = self.remote_clock.datetime() - timedelta(hours=1)
        self.stand.add_call(started=started, recording=SOUND, recorded_after=-7200)

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"base_url": self.stand.base_url, "token": KEY}

    @property
    def options(self) -> Mapping[str, str]:
        return {} if self._zone is None else {"timezone": self._zone}

    @property
    def private(self) -> Sequence[str]:
        return [KEY]

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
        request = 0 if target is None else int(target.id)
        call = self.stand.add_call(
            phone=phone.lstrip("+"),
            talk=duration,
            incoming=incoming,
            answered=answered,
            recording=recording,
            request=request,
            contact=self.stand.requests[request].contact if request else 0,
        )
        return f"call:{call.id}"

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        call = self.stand.calls[int(external_id.removeprefix("call:"))]
        call.recording, call.recorded_at = recording, self.remote_clock.datetime()

    def add_odd_calls(self) -> None:
        number = self.stand.add_call().id
        odd: list[Any] = [
            None,
            "call",
            {},
            {"id": number},
            {"id": {"x": 1}, "callDate": [], "durationTalk": "long", "phone": {}},
            {"id": number, "callDate": "yesterday", "durationTalk": None, "usersId": "nobody"},
            {"id": number + 1000, "callDate": "0001-01-01T00:00:00+14:00", "durationTalk": -5, "direction": 7},
        ]

        def spoil(path: str, body: Any) -> Any:
            if path.endswith("getSaleDepartmentsCalls") and isinstance(body.get("data"), list):
                rows = body["data"]
                at = next((n for n, row in enumerate(rows) if row["id"] == number), None)
                if at is not None:
                    body["data"] = [*rows[:at], *odd, *rows[at + 1 :]]
            return body

        self.rewrite = spoil

    def set_zone(self, name: str) -> None:
        """Times without an offset: the owner has chosen the zone."""
        self.stand.settings.zone, self.stand.settings.dates = name, "space"
        self._zone = name

    def expire_access(self) -> None:
        self.stand.revoke()

    def restore_access(self) -> None:
        self.stand.key = KEY

    def make_target(self) -> ObjectRef:
        contact = self.stand.add_contact("Анна", "79000000011")
        return ObjectRef(ObjectKind.DEAL, str(self.stand.add_request(contact).id))

    def make_client(self, phone: str) -> ObjectRef:
        request = self.stand.add_request(self.stand.add_contact("Марина", phone.lstrip("+")))
        return ObjectRef(ObjectKind.DEAL, str(request.id))

    def comments(self, target: ObjectRef) -> Sequence[Comment]:
        return [Comment("", note.text) for note in self.stand.notes_of(int(target.id))]
