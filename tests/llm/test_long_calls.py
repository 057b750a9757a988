"""A quote is looked for in hours of talk, answer by answer: that must be quick."""

import random
import time

import pytest

from services.domain.call import Segment
from services.llm.quotes import find_quote

SYLLABLES = "ко ра ло ми те на во за при пере сто вать ние тель ный ска до по бе ле гра".split()
HOUR = 9_000
"""Words."""
QUICK = 0.5
"""Seconds of computing on a slow machine; comparing every word with every word took two."""


def talk(words: int) -> list[str]:
    chance = random.Random(1)
    known = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 5))) for _ in range(4000)]
    return chance.choices([*known, *["и", "не", "в", "да", "ну"] * 200], k=words)


SAID = talk(2 * HOUR)
SEGMENTS = [Segment(at, at + 1, "client", " ".join(SAID[at * 15 : at * 15 + 15])) for at in range(len(SAID) // 15)]
REAL = SAID[9000:9080]


@pytest.mark.parametrize(
    ("quote", "found"),
    [(REAL, True), ([*REAL[:-1], "абракадабра"], False), (random.Random(2).sample(SAID, 80), False)],
)
def test_a_long_quote_in_a_long_call_is_judged_quickly(quote: list[str], found: bool) -> None:
    begun = time.process_time()
    assert (find_quote(" ".join(quote), SEGMENTS) is not None) is found
    assert time.process_time() - begun < QUICK
