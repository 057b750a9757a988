"""Which systems are put to the proof: one line each, loaded when it is needed."""

from collections.abc import Mapping
from importlib import import_module

from services.domain.integration import Kind
from tests.integrations.conformance.rig import Rig

RIGS: Mapping[Kind, str] = {
    Kind.BITRIX24: "tests.integrations.bitrix24.rig:Bitrix24Rig",
    Kind.AMOCRM: "tests.integrations.amocrm.rig:AmoCrmRig",
    Kind.MACROCRM: "tests.integrations.macrocrm.rig:MacroCRMRig",
    Kind.NOVOFON: "tests.integrations.novofon.rig:NovofonRig",
    Kind.MTS: "tests.integrations.mts.rig:MtsRig",
    Kind.YANDEX_DISK: "tests.integrations.yandex_disk.rig:YandexDiskRig",
}


def load(kind: Kind) -> type[Rig]:
    module, _, name = RIGS[kind].partition(":")
    found = getattr(import_module(module), name)
    assert isinstance(found, type)
    assert issubclass(found, Rig)
    return found
