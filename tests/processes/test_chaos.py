"""The short form of `make chaos`: nothing lost, nothing doubled, whatever is killed."""

import pytest

from bench.chaos.run import measure


@pytest.mark.timeout(300)  # where a bot starts slowly, many kills come before it gets anywhere
async def test_kill_minus_nine_loses_and_doubles_nothing() -> None:
    outcome = await measure(calls=4, prompts=1, seed=3, faulty=True)
    assert (outcome.lost, outcome.doubled, outcome.overwritten) == (0, 0, 0), str(outcome)
