"""As many rules as there may be, made to be slow: neither a call nor anybody else waits for them."""

import time
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as some

from services.domain.call import Direction, FoundCall
from services.ownfunnels.conditions import Condition, Wanted, What
from services.ownfunnels.patterns import fits
from services.ownfunnels.rulebook import MOST_RULES
from services.ownfunnels.rules import Goal, Rule, decide

VALUES, LONGEST, NAME = 40, 120, 255
MOMENT = datetime(2026, 3, 10, tzinfo=UTC)


def hostile(number: int) -> Rule:
    """Each pattern nearly fits everywhere."""
    head = [f"*{'a' * (LONGEST - 12)}?{number}x{one}*b" for one in range(VALUES)]
    return Rule(number, (Condition(What.FILE_NAME, tuple(Wanted(one) for one in head)),), Goal(1))


def test_a_call_against_the_slowest_rules_takes_a_moment() -> None:
    rules = [hostile(number) for number in range(1, MOST_RULES + 1)]
    call = FoundCall("1", MOMENT, 60, Direction.UNKNOWN, "", True, traits={"file_name": "a" * NAME})
    assert decide(rules, call) is None
    begun = time.process_time()
    assert decide(rules, call) is None
    assert time.process_time() - begun < 3


def slowly(pattern: str, text: str) -> bool:
    """What the signs mean, word for word."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(slowly(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and slowly(pattern[1:], text[1:])


@given(some.text("ab*?", min_size=1, max_size=7), some.text("abc", max_size=8))
def test_a_pattern_means_what_its_signs_mean(pattern: str, text: str) -> None:
    expected = slowly(pattern, text) if set(pattern) & {"*", "?"} else pattern in text
    assert fits(pattern, text) is expected
