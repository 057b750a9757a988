"""What a system does not prove is said, with a reason, and said of nothing that it could prove."""

import inspect
from types import ModuleType

from services.domain.integration import Ability, Kind
from tests.integrations.conformance import (
    test_abilities,
    test_access,
    test_limits,
    test_pulling,
    test_recordings,
    test_writes,
)
from tests.integrations.conformance.rigs import load

MODULES: tuple[ModuleType, ...] = (
    test_abilities,
    test_access,
    test_limits,
    test_pulling,
    test_recordings,
    test_writes,
)
NAMES = {
    name for module in MODULES for name, _ in inspect.getmembers(module, inspect.isfunction) if name[:5] == "test_"
}


def test_the_rig_is_for_this_kind(kind: Kind) -> None:
    assert load(kind).entry.kind is kind


def test_every_ability_that_is_missing_has_its_reason(kind: Kind) -> None:
    rig = load(kind)
    missing = set(Ability) - rig.entry.abilities
    assert set(rig.without) == missing
    assert all(len(reason) > 15 for reason in rig.without.values())


def test_exempt_tests_exist_and_have_their_reason(kind: Kind) -> None:
    """That they are really not to be had is seen by running them: a test that passes is exempt no more."""
    rig = load(kind)
    assert set(rig.exempt) <= NAMES
    assert all(len(reason) > 15 for reason in rig.exempt.values())


def test_the_contract_states_its_limits(kind: Kind) -> None:
    rig = load(kind)
    assert rig.limits
    assert rig.portion >= rig.page >= 1
