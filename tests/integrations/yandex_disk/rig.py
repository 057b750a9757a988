"""Yandex Disk in the shared proof: a call is a file whose name tells what it was."""

from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sandbox.yandex_disk import Disk, Node
from services.domain.call import ObjectRef
from services.domain.integration import Ability
from services.integrations.yandex_disk import INTEGRATION
from services.integrations.yandex_disk.access import OAUTH
from services.integrations.yandex_disk.session import API
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.one_stand import OneStand
from tests.integrations.conformance.rig import Limit

FOLDER = "disk:/Calls"


class YandexDiskRig(OneStand):
    stand: Disk
    entry = INTEGRATION
    usual = (API, OAUTH)
    page = 200
    portion = 400
    limits = (Limit(5, 1.0),)
    limit_pause = 20.0
    settle = 180.0
    exempt: ClassVar[Mapping[str, str]] = {
        "test_its_length_is_told": "a file tells no length; it is known once the recording was heard",
        "test_a_recording_that_comes_late_is_found": "the file is the call: there is no call before its recording",
    }
    without: ClassVar[Mapping[Ability, str]] = {
        Ability.LISTS_FUNNELS: "a disk knows no deals; funnels of our own sort its calls",
        Ability.GIVES_TRANSCRIPTS: "a disk holds recordings only",
        Ability.WRITES_COMMENTS: "a disk has no deals to write to; answers go to the chat or to a CRM",
        Ability.REMOVES_COMMENTS: "a disk has no deals to write to; answers go to the chat or to a CRM",
        Ability.WRITES_LISTS: "a disk has no lists",
        Ability.WRITES_FIELDS: "a disk has no fields",
        Ability.FINDS_BY_PHONE: "a disk has no deals to be found by a phone number",
        Ability.WAKES_UP: "Disk tells nobody about new files",
    }

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.stand = Disk(clock=self.remote_clock)
        self.stand.tree.folder(FOLDER)
        self._token = self.stand.token
        self._count = 0
        self._zone = "Europe/Moscow"

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"way": "token", "token": self._token, "folders": FOLDER}

    @property
    def options(self) -> Mapping[str, str]:
        return {"zone": self._zone}

    def _upload(self, name: str, recording: bytes | None) -> Node:
        self._count += 1
        content = b"ID3" + self._count.to_bytes(4, "big") if recording is None else recording
        return self.stand.tree.upload(f"{FOLDER}/{self._count % 7}/{name}", content)

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
        """A missed call leaves no recording."""
        if not answered:
            return "file:none"
        began = self.remote_clock.datetime().astimezone(ZoneInfo(self._zone))
        side = "in" if incoming else "out"
        name = f"{began:%Y-%m-%d_%H-%M-%S}_{side}_{phone.lstrip('+')}_{self._count:05}.mp3"
        return f"file:{self._upload(name, recording).md5}"

    def finish_recording(self, external_id: str, recording: bytes) -> None:
        self._upload("late.mp3", recording)

    def add_odd_calls(self) -> None:
        node = self._upload("odd.mp3", None)
        odd: list[Any] = [
            None,
            [],
            {"type": "file"},
            {"type": "file", "name": {}, "path": [], "size": "a lot", "md5": 7, "created": "yesterday"},
            {
                "type": "file",
                "name": "x.mp3",
                "path": f"{FOLDER}/x.mp3",
                "size": 1,
                "md5": "",
                "resource_id": None,
            },
            {
                "type": "file",
                "name": "y.mp3",
                "path": f"{FOLDER}/y.mp3",
                "size": -5,
                "resource_id": "1",
                "revision": "x",
            },
            {"type": "dir", "path": None},
        ]

        def spoil(path: str, body: Any) -> Any:
            for holder in (body, body.get("_embedded", {})):
                rows = holder.get("items")
                if isinstance(rows, list) and any(row.get("path") == node.path for row in rows):
                    holder["items"] = [*odd, *rows]
            return body

        self.rewrite = spoil

    def set_zone(self, name: str) -> None:
        self._zone = name

    def expire_access(self) -> None:
        self.stand.tokens.revoke_all()

    def restore_access(self) -> None:
        self._token = self.stand.tokens.new_token()
