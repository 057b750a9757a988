"""Rules in their order: the first that fits decides."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.domain.call import FoundCall
from services.ownfunnels.conditions import Condition, to_json

STAMP_BYTES = 5
"""Short enough for a button."""
NEW = 0
"""Stands for the number of a rule that is not saved yet."""


@dataclass(frozen=True)
class Goal:
    """Where a call is put: our numbers of a funnel and, maybe, a stage of it."""

    funnel_id: int
    stage_id: int | None = None


@dataclass(frozen=True)
class Rule:
    """All conditions must hold. The default has none and stands last: it takes whatever is left."""

    id: int
    conditions: tuple[Condition, ...]
    goal: Goal

    @property
    def is_default(self) -> bool:
        return not self.conditions

    def takes(self, found: FoundCall) -> bool:
        return all(one.holds(found) for one in self.conditions)


def decide(rules: Iterable[Rule], found: FoundCall) -> Rule | None:
    """The first rule that takes the call; None: it stands in no funnel."""
    return next((rule for rule in rules if rule.takes(found)), None)


def stamp_of(rules: Sequence[Rule]) -> int:
    """The same for the same rules in the same order: a change made against others is refused."""
    told = [[rule.id, to_json(rule.conditions), rule.goal.funnel_id, rule.goal.stage_id] for rule in rules]
    return int.from_bytes(hashlib.sha256(json.dumps(told).encode()).digest()[:STAMP_BYTES])
