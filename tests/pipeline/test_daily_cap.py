"""The owner's limit of roubles a day: at the limit calls wait for the company's midnight, said once a day."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.db.models import WorkspaceRow
from services.spending import day_around
from tests.pipeline.scenes import prepared
from tests.pipeline.world import World

ROUBLE_A_TOKEN = {"input": 1_000_000.0, "output": 1_000_000.0}
UNTIL_MIDNIGHT = timedelta(hours=12)
"""The tests begin at noon in Moscow."""


async def settle(world: World, **settings: object) -> None:
    async with world.database.write() as session:
        row = await session.get_one(WorkspaceRow, world.company.workspace_id)
        row.settings = {**row.settings, **settings}


async def ring(world: World, deal: int, count: int = 1) -> None:
    for _ in range(count):
        world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
        await world.pull()
        world.clock.advance(5)


def asked(world: World) -> int:
    return len(world.model.asked("chat"))


def told(world: World) -> list[tuple[str, str]]:
    return [(notice.code, notice.values["cap"]) for _, notice in world.notifier.told]


async def test_at_the_limit_calls_wait_for_the_next_day_and_it_is_said_once_a_day(world: World) -> None:
    await settle(world, tariff=ROUBLE_A_TOKEN, daily_cap=10.0)
    deal = await prepared(world)
    await ring(world, deal, 3)
    await world.jobs.run_for(UNTIL_MIDNIGHT.total_seconds() - 120)
    assert asked(world) == 1
    assert told(world) == [("daily_cap", "10")]
    await world.jobs.run_for(180)
    assert asked(world) == 2
    await world.jobs.run_for(3600)
    assert told(world) == [("daily_cap", "10")] * 2
    await world.jobs.run_for(timedelta(days=1).total_seconds())
    assert len(world.portal.comments("deal", deal)) == 3


async def test_a_limit_that_was_raised_is_noticed_within_the_hour(world: World) -> None:
    await settle(world, tariff=ROUBLE_A_TOKEN, daily_cap=10.0)
    deal = await prepared(world)
    await ring(world, deal, 2)
    assert asked(world) == 1
    await settle(world, daily_cap=None)
    await world.jobs.run_for(3600)
    assert len(world.portal.comments("deal", deal)) == 2


@pytest.mark.parametrize("settings", [{"daily_cap": 10.0}, {"tariff": ROUBLE_A_TOKEN, "daily_cap": 1e6}])
async def test_without_a_price_or_below_the_limit_nothing_waits(world: World, settings: dict[str, object]) -> None:
    await settle(world, **settings)
    deal = await prepared(world)
    await ring(world, deal, 2)
    assert asked(world) == 2
    assert told(world) == []


@pytest.mark.parametrize(("moment", "hours"), [("2026-03-28T12:00", 24), ("2026-03-29T12:00", 23)])
def test_a_day_is_as_long_as_its_place_has_it(moment: str, hours: int) -> None:
    begin, end = day_around(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("UTC")), "Europe/Berlin")
    assert end.astimezone(ZoneInfo("UTC")) - begin.astimezone(ZoneInfo("UTC")) == timedelta(hours=hours)
