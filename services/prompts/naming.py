"""Finds the prompt somebody means by a few words."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.domain.prompt import Prompt

SURE = 90.0
POSSIBLE = 60.0
MOST = 6
TELLING = 3
"""Fewer letters than this are in every second name: they only make a picker."""
NUMBER_DIGITS = 6


@dataclass(frozen=True)
class Candidate:
    prompt: Prompt
    sure: bool
    """It can only be this one."""


def find_by_words(prompts: Sequence[Prompt], words: str) -> tuple[Candidate, ...]:
    """The exact name; else a number is the place in the list; else names like it, the best first."""
    wanted = " ".join(words.split()).casefold()
    exact = [prompt for prompt in prompts if prompt.name.casefold() == wanted]
    if exact:
        return tuple(Candidate(prompt, len(exact) == 1) for prompt in exact[:MOST])
    number = wanted.isdecimal()
    if number and len(wanted) < NUMBER_DIGITS and 1 <= int(wanted) <= len(prompts):
        return (Candidate(prompts[int(wanted) - 1], True),)
    # Loaded with the first search: a process that waits for calls does without.
    from rapidfuzz import fuzz, process, utils

    scored = process.extract(
        wanted,
        [prompt.name for prompt in prompts],
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=MOST,
        score_cutoff=POSSIBLE,
    )
    certain = [score for _, score, _ in scored if score >= SURE]
    telling = len(certain) == 1 and len(wanted) >= TELLING and not number
    return tuple(Candidate(prompts[index], telling and score >= SURE) for _, score, index in scored)
