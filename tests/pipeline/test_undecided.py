"""Writes that nobody but a person can look up: written again, or taken for written."""

import pytest
from sqlalchemy import select

from sandbox.faults import Fault
from services.db.models import AuditRow
from services.domain.answer import DeliveryState
from services.domain.card import Written
from services.errors import Refused
from tests.pipeline.scenes import ADD, delivery, owner, prepared
from tests.pipeline.world import World


async def undecided(world: World) -> tuple[int, int]:
    """(deal, call) with a comment that stands there, and a portal that does not let us look."""
    deal = await prepared(world)
    world.portal.faults.add(Fault("reset", ADD, "after"))
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    world.portal.items["deal", deal].readable = False
    await world.jobs.run_for(600)
    row = await delivery(world)
    assert row.state == DeliveryState.UNVERIFIABLE
    return deal, row.call_id


async def test_what_a_person_has_seen_there_counts_as_written(world: World) -> None:
    deal, call_id = await undecided(world)
    await world.pipeline.calls.consider_done(await owner(world), call_id)
    await world.jobs.run_for(600)
    row = await delivery(world)
    assert (row.state, row.reason) == (DeliveryState.CONFIRMED, None)
    card = world.notifier.latest()
    assert (card.lines[0].written, card.undecided, card.retryable) == (Written.WRITTEN, False, False)
    assert len(world.portal.comments("deal", deal)) == 1
    async with world.database.read() as session:
        assert "call_considered_done" in set(await session.scalars(select(AuditRow.action)))


async def test_two_people_decide_once(world: World) -> None:
    deal, call_id = await undecided(world)
    await world.pipeline.calls.consider_done(await owner(world), call_id)
    with pytest.raises(Refused):
        await world.pipeline.calls.write_again(await owner(world), call_id)
    await world.jobs.run_for(600)
    assert len(world.portal.comments("deal", deal)) == 1
