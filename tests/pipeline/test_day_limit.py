"""Calls above a company's daily limit are skipped, each with its reason, and its owners hear of it once a day."""

import pytest
from sqlalchemy import select

from services.db.models import CallRow, VerdictRow, WorkspaceRow
from services.domain.call import CallState, Reason
from services.workspace.limits import Limits
from tests.pipeline.scenes import prepared
from tests.pipeline.world import World

DAY = 86_400.0


@pytest.fixture
def limits() -> Limits:
    return Limits(calls_a_day=2)


async def limit(world: World) -> None:
    async with world.database.write() as session:
        row = await session.get_one(WorkspaceRow, world.company.workspace_id)
        row.settings = {**row.settings, "limited": True}


async def ring(world: World, deal: int, count: int, *, answered: bool = True) -> None:
    for _ in range(count):
        if answered:
            world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
        else:
            world.portal.add_call(deal=deal, duration=0, failed_code="304")
        await world.pull()
        world.clock.advance(5)


async def ends(world: World) -> list[tuple[str, str | None]]:
    async with world.database.read() as session:
        rows = await session.execute(select(CallRow.state, CallRow.reason).order_by(CallRow.id))
        return [(state, reason) for state, reason in rows]


DONE = (CallState.DONE, None)
OVER = (CallState.SKIPPED, Reason.DAY_LIMIT)


async def test_the_third_call_of_a_day_is_skipped_and_the_next_day_begins_anew(world: World) -> None:
    await limit(world)
    deal = await prepared(world)
    await ring(world, deal, 1, answered=False)
    await ring(world, deal, 4)
    assert await ends(world) == [(CallState.SKIPPED, Reason.NOT_ANSWERED), DONE, DONE, OVER, OVER]
    async with world.database.read() as session:
        reasons = await session.scalars(select(VerdictRow.reason).where(VerdictRow.state == "skipped"))
        assert reasons.all().count(Reason.DAY_LIMIT) == 2
    told = [(notice.code, dict(notice.values)) for _, notice in world.notifier.told]
    assert told == [("day_limit", {"limit": "2"})]
    world.clock.advance(DAY)
    await ring(world, deal, 1)
    assert (await ends(world))[-1] == DONE


async def test_many_at_once_are_counted_too(world: World) -> None:
    await limit(world)
    deal = await prepared(world)
    for _ in range(5):
        world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    assert sorted(await ends(world), key=str) == sorted([DONE, DONE, OVER, OVER, OVER], key=str)


async def test_the_installations_own_company_has_no_limit(world: World) -> None:
    deal = await prepared(world)
    await ring(world, deal, 3)
    assert await ends(world) == [DONE] * 3
