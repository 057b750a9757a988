"""Which of the latest calls would go where: the rules as they are against the rules as they would be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.call import FoundCall
from services.ownfunnels.rules import Goal, Rule, decide

EXAMPLES = 4


@dataclass(frozen=True)
class Example:
    """A call, where it stands now and where it would stand; None: in no funnel."""

    started_at: datetime
    phone: str
    manager: str
    before: Goal | None
    after: Goal | None


@dataclass(frozen=True)
class Preview:
    """`counts` are by the new rules, the fullest first; `examples` are of those that move, if any do."""

    calls: int
    of_a_day: bool
    """They are all of the last 24 hours; else there were none, and these are the latest ones."""
    counts: tuple[tuple[Goal | None, int], ...]
    moves: tuple[tuple[Goal | None, Goal | None, int], ...]
    examples: tuple[Example, ...]

    @property
    def moved(self) -> int:
        return sum(count for _, _, count in self.moves)


def compare(
    calls: Sequence[FoundCall], before: Sequence[Rule], after: Sequence[Rule], *, of_a_day: bool
) -> Preview:
    told = [_example(one, before, after) for one in calls]
    changed = [one for one in told if one.before != one.after]
    moves = Counter((one.before, one.after) for one in changed)
    return Preview(
        calls=len(told),
        of_a_day=of_a_day,
        counts=tuple(Counter(one.after for one in told).most_common()),
        moves=tuple((was, to, count) for (was, to), count in moves.most_common()),
        examples=tuple((changed or told)[:EXAMPLES]),
    )


def _example(call: FoundCall, before: Sequence[Rule], after: Sequence[Rule]) -> Example:
    was, to = decide(before, call), decide(after, call)
    return Example(
        call.started_at,
        call.phone,
        call.manager_name,
        was.goal if was is not None else None,
        to.goal if to is not None else None,
    )
