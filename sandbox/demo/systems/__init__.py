"""The six systems of the demo, one adapter each: what connects them, where a call can come in, what they show."""

from collections.abc import Sequence

from sandbox.clock import Clock
from sandbox.demo.systems.amocrm import AmoCrm
from sandbox.demo.systems.base import System
from sandbox.demo.systems.bitrix24 import Bitrix24
from sandbox.demo.systems.macrocrm import MacroCrm
from sandbox.demo.systems.mts import Mts
from sandbox.demo.systems.novofon import Novofon
from sandbox.demo.systems.yandex_disk import YandexDisk


def settle(clock: Clock) -> Sequence[System]:
    """The company in every system, not yet started."""
    return [Bitrix24(clock), AmoCrm(clock), MacroCrm(clock), Novofon(clock), Mts(clock), YandexDisk(clock)]
