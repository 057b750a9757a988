"""Finds the prompt somebody means by a few words."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from services.domain.prompt import Prompt

SURE = 90.0
POSSIBLE = 60.0
MOST = 6


@dataclass(frozen=True)
class Candidate:
    prompt: Prompt
    sure: bool
    """It can only be this one."""


def find_by_words(prompts: Sequence[Prompt], words: str) -> tuple[Candidate, ...]:
    """A number is the place in the list; else the exact name, then names like it, the best first."""
    wanted = " ".join(words.split())
    if wanted.isdigit() and 1 <= int(wanted) <= len(prompts):
        return (Candidate(prompts[int(wanted) - 1], True),)
    exact = [prompt for prompt in prompts if prompt.name.lower() == wanted.lower()]
    if exact:
        return tuple(Candidate(prompt, len(exact) == 1) for prompt in exact[:MOST])
    scored = process.extract(
        wanted,
        [prompt.name for prompt in prompts],
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=MOST,
        score_cutoff=POSSIBLE,
    )
    certain = [score for _, score, _ in scored if score >= SURE]
    return tuple(Candidate(prompts[index], len(certain) == 1 and score >= SURE) for _, score, index in scored)
