"""amoCRM in the shared proof."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sandbox.amocrm import Account, Call
from sandbox.amocrm.told import note as as_told
from sandbox.faults import Faults
from sandbox.serving import Server
from services.domain.call import ObjectRef
from services.domain.field import RemoteField
from services.domain.integration import Ability, ObjectKind
from services.integrations.amocrm import INTEGRATION
from services.integrations.amocrm.gathering import SETTLE
from services.integrations.amocrm.notes import from_row
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.rig import Comment, Limit, Rig


class AmoCrmRig(Rig):
    entry = INTEGRATION
    page = 250
    portion = 750
    limits = (Limit(7, 1.0),)
    limit_pause = 20.0
    settle = float(SETTLE)
    comment_method = "POST leads/*/notes"
    values_method = "PATCH leads/*"
    without: ClassVar[Mapping[Ability, str]] = {
        Ability.REMOVES_COMMENTS: "API v4 has no way to delete a note; people do it on the deal's page",
        Ability.GIVES_TRANSCRIPTS: "a call's note carries a link to the recording and no words",
        Ability.WRITES_LISTS: "there are no separate lists; catalogues belong to goods and prices",
    }

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.account = Account(clock=self.remote_clock)
        self._token = self.account.access.long_lived()
        self._client = self.account.add_contact("Иван Петров", "+7 900 000-00-11")
        self._calls: dict[str, Call] = {}

    @property
    def servers(self) -> Sequence[Server]:
        return self.account.servers

    @property
    def faults(self) -> Faults:
        return self.account.faults

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"way": "token", "address": self.account.url, "token": self._token}

    @property
    def private(self) -> Sequence[str]:
        return [self._token]

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
        """On the client, as telephony does it; a call of a deal stands on both."""
        call = self.account.add_call(
            lead=None if target is None else int(target.id),
            contact=self._client,
            phone=phone,
            incoming=incoming,
            duration=duration if answered else 0,
            recording=recording,
        )
        key = external_id(call)
        self._calls[key] = call
        return key

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        self.account.attach_recording(self._calls[external_id], recording)

    def add_odd_calls(self) -> None:
        params: Any
        for params in (None, [], {"duration": "a lot", "phone": {"x": 1}, "uniq": ["y"], "link": 7}):
            self.account.add_note("contacts", self._client, "call_in", params)
        odd: list[Any] = [
            None,
            {"note_type": "call_in"},
            {"id": {}, "entity_id": "x", "note_type": "call_in", "created_at": None, "updated_at": "yesterday"},
            {"id": 1e308, "entity_id": 1, "note_type": "call_in", "created_at": 1e308, "updated_at": 2**80},
            {"id": 5, "entity_id": 1, "note_type": ["call_in"], "created_at": 5, "updated_at": 5, "params": "x"},
        ]

        def spoil(path: str, body: Any) -> Any:
            if path.endswith("contacts/notes"):
                body["_embedded"]["notes"] += odd
            return body

        self.rewrite = spoil

    def set_zone(self, name: str) -> None:
        self.account.zone = name

    def expire_access(self) -> None:
        self.account.access.revoke_all()

    def restore_access(self) -> None:
        self._token = self.account.access.long_lived()

    def make_target(self) -> ObjectRef:
        return ObjectRef(ObjectKind.DEAL, str(self.account.add_lead("Балкон на Садовой", contact=self._client)))

    def make_client(self, phone: str) -> ObjectRef:
        lead = self.account.add_lead("Окна", contact=self.account.add_contact("Марина", phone))
        return ObjectRef(ObjectKind.DEAL, str(lead))

    def comments(self, target: ObjectRef) -> Sequence[Comment]:
        return [Comment(str(one.id), one.params["text"]) for one in self.account.comments(int(target.id))]

    def make_text_field(self, name: str) -> str:
        return str(self.account.add_field(name, "text"))

    def value_of(self, target: ObjectRef, field: RemoteField) -> str:
        told = self.account.value_of(int(target.id), int(field.id))
        return str(told[0]["value"]) if told else ""


def external_id(call: Call) -> str:
    """What we shall call it."""
    first = call.notes[0]
    note = from_row(as_told(first), first.place)
    assert note is not None
    return note.external_id
