"""The short form of `make chaos`: nothing lost, nothing doubled, whatever is killed."""

from bench.chaos.run import measure


async def test_kill_minus_nine_loses_and_doubles_nothing() -> None:
    outcome = await measure(calls=6, prompts=1, seed=3, faulty=True)
    assert (outcome.lost, outcome.doubled, outcome.overwritten) == (0, 0, 0), str(outcome)
