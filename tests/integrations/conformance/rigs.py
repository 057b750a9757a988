"""Which systems are put to the proof: one line each, loaded when it is needed."""

from collections.abc import Mapping
from importlib import import_module

from services.domain.integration import Kind
from tests.integrations.conformance.rig import Rig

RIGS: Mapping[Kind, str] = {
    Kind.BITRIX24: "tests.integrations.bitrix24.rig:Bitrix24Rig",
    Kind.MACROCRM: "tests.integrations.macrocrm.rig:MacroCRMRig",
    Kind.MTS: "tests.integrations.mts.rig:MtsRig",
}


def load(kind: Kind) -> type[Rig]:
    module, _, name = RIGS[kind].partition(":")
    found = getattr(import_module(module), name)
    assert isinstance(found, type)
    assert issubclass(found, Rig)
    return found
