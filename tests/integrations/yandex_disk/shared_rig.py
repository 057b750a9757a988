"""A folder given by a link in the shared proof, beside the Disk of one's own."""

from collections.abc import Mapping

from tests.fakes.clock import FakeClock
from tests.integrations.yandex_disk.rig import FOLDER, YandexDiskRig


class SharedRig(YandexDiskRig):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.share = self.stand.shares.publish(self.stand.tree.find(FOLDER))

    @property
    def secrets(self) -> Mapping[str, str]:
        return {"way": "link", "shared_link": self.share.link}

    def expire_access(self) -> None:
        self.share.password = True

    def restore_access(self) -> None:
        self.share.password = False
