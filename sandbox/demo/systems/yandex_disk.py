"""Yandex Disk: some exchange uploads recordings, whose names tell the rest."""

from collections.abc import Mapping, Sequence
from datetime import timedelta, timezone

from sandbox.clock import Clock
from sandbox.demo.company import CLIENTS
from sandbox.demo.systems.base import MARGIN, System, Value
from sandbox.recordings.scenarios import Scenario
from sandbox.serving import Server
from sandbox.yandex_disk import Disk

FOLDER = "Записи звонков"
MOSCOW = timezone(timedelta(hours=3))


class YandexDisk(System):
    key, title = "yandex_disk", "Яндекс Диск"
    button = "⬆️ Файл загружен"
    after = "Бот возьмёт его минуты через две: сначала убедится, что файл загружен целиком."

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.disk = Disk(clock=clock)
        self.share = self.disk.shares.publish(self.disk.tree.folder(f"disk:/{FOLDER}"))
        self._count = 0

    @property
    def servers(self) -> Sequence[Server]:
        return [self.disk]

    @property
    def origins(self) -> Mapping[str, str]:
        usual = ("https://cloud-api.yandex.net", "https://oauth.yandex.ru")
        return dict.fromkeys(usual, self.disk.url)

    def values(self) -> Sequence[Value]:
        return [
            Value("Токен", self.disk.token),
            Value("Папка", FOLDER),
            Value("Ссылка на папку", self.share.link),
        ]

    def ring(self, place: str, scenario: Scenario, sound: bytes, seconds: int) -> None:
        client, began = CLIENTS[int(place)], (self.clock.datetime() + MARGIN).astimezone(MOSCOW)
        name = (
            f"{began:%Y-%m-%d_%H-%M-%S}_{client.phone.lstrip('+')}_{scenario.direction}_{client.manager.full_name}"
        )
        self.disk.tree.upload(f"disk:/{FOLDER}/{name}.mp3", sound + self._tag(scenario))

    def _tag(self, scenario: Scenario) -> bytes:
        """The title at the end of the sound, as players show it. Two calls never have quite the same content."""
        self._count += 1
        title = f"{scenario.key} {self._count}".encode("ascii", "replace")[:30]
        return b"TAG" + title.ljust(30, b"\x00") + bytes(95)
