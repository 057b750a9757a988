"""Автосекретарь 2.0 makes a recording up to a week after its call, which waits, rarely asks, and is no error."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from sandbox.faults import Fault
from sandbox.mts import Ac20
from services.db.models import CallRow, TranscriptRow, WorkspaceRow
from services.domain.call import CallState, Reason
from services.domain.card import CardView, Written
from services.domain.integration import Kind
from services.integrations.mts import ac20
from services.ownfunnels.conditions import Condition, Wanted, What
from services.retention import Retention
from services.status.holds import Hold
from services.status.service import StatusService
from tests.fakes.rows import switch_off
from tests.pipeline.scenes import call_row, owner
from tests.pipeline.sources import Source, connected
from tests.pipeline.world import PortalClock, World

HOUR = 3600.0
DAY = 24 * HOUR
PHONE = "+79161234567"


@dataclass
class Secretary(Source):
    stand: Ac20

    async def call(self, ready_after: float, **more: Any) -> None:
        """A call that is over, with its row; its recording comes so long after it began."""
        await self.ticks(1)
        self.stand.add_call(
            phone=PHONE.removeprefix("+7"), recording=self.world.sound(), ready_after=ready_after, **more
        )
        await self.ticks(7)

    def deal(self) -> int:
        return self.world.portal.add_deal("Балкон", contact=self.world.portal.add_contact("Пётр", PHONE))

    async def days(self, count: float) -> None:
        await self.world.jobs.run_for(count * DAY)

    async def state(self) -> tuple[str, str | None]:
        row = await call_row(self.world)
        return row.state, row.reason

    def looks(self) -> int:
        """How often the recording was asked for, since this was asked last."""
        count = len(self.stand.asked("recording"))
        self.stand.journal.clear()
        return count

    def cards(self) -> list[CardView]:
        return [views[-1] for views in self.world.notifier.cards.values()]


@pytest.fixture
async def secretary(world: World) -> AsyncIterator[Secretary]:
    stand = Ac20(clock=PortalClock(world.clock), limits=True)
    await stand.start()
    world.origins[ac20.PLACE.origin] = stand.url
    company = await connected(world, Kind.MTS, {"cabinet": "ac20", "ac20_token": stand.token})
    line = Condition(What.LINE, (Wanted("+74951234567"),))
    yield Secretary(world, company, line, lambda: None, stand)
    await stand.stop()


async def waiting(secretary: Secretary) -> int:
    """A call that has waited for two days; the prompt that waits for it."""
    prompt = await secretary.ask()
    await secretary.call(ready_after=5 * DAY)
    await secretary.days(2)
    return prompt


async def test_a_recording_of_the_fifth_day_is_heard_written_and_shown(secretary: Secretary) -> None:
    deal = secretary.deal()
    await secretary.ask()
    await secretary.call(ready_after=5 * DAY)
    await secretary.days(4.9)
    assert await secretary.state() == (CallState.WAIT_RECORD, None)
    assert secretary.cards() == []
    await secretary.days(0.5)
    assert await secretary.state() == (CallState.DONE, None)
    (comment,) = secretary.world.portal.comments("deal", deal)
    assert "дорого" in comment.text
    (card,) = secretary.cards()
    assert (card.lines[0].written, card.object_title) == (Written.WRITTEN, "Балкон")


async def test_a_deal_that_was_made_after_its_search_had_ended_gets_the_answer(secretary: Secretary) -> None:
    """Before the recording there is nothing to write, so nobody knows that the search was in vain."""
    await secretary.ask()
    await secretary.call(ready_after=5 * DAY)
    await secretary.days(4)
    deal = secretary.deal()
    await secretary.days(1.5)
    assert len(secretary.world.portal.comments("deal", deal)) == 1
    (card,) = secretary.cards()
    assert card.lines[0].written is Written.WRITTEN


async def test_the_waiting_costs_next_to_nothing(secretary: Secretary) -> None:
    await secretary.ask()
    await secretary.call(ready_after=30 * DAY)
    await secretary.days(1)
    assert secretary.looks() <= 30
    await secretary.days(5)
    assert secretary.looks() <= 5 * 4 + 3
    assert len(secretary.stand.journal) == 0


async def test_after_a_week_it_is_given_up_and_a_person_may_ask_once_more(secretary: Secretary) -> None:
    await secretary.ask()
    await secretary.call(ready_after=9 * DAY)
    await secretary.days(6.9)
    assert await secretary.state() == (CallState.WAIT_RECORD, None)
    await secretary.days(0.2)
    assert await secretary.state() == (CallState.FAILED, Reason.NO_RECORD)
    (card,) = secretary.cards()
    assert (card.reason, card.retryable) == (Reason.NO_RECORD, True)
    await secretary.world.pipeline.calls.retry(await owner(secretary.world), card.call_id)
    await secretary.world.jobs.run_due()
    assert [card.awaits_recording for card in secretary.cards()] == [True]
    await secretary.days(2)
    await secretary.world.pipeline.calls.retry(await owner(secretary.world), card.call_id)
    await secretary.world.jobs.run_due()
    assert await secretary.state() == (CallState.DONE, None)
    (card,) = secretary.cards()
    assert not card.awaits_recording


@pytest.mark.parametrize("status", [404, 410])
async def test_a_recording_that_is_gone_for_good_is_not_waited_for(secretary: Secretary, status: int) -> None:
    await secretary.ask()
    await secretary.call(ready_after=5 * DAY)
    await secretary.days(2)
    secretary.stand.calls[0].recording_status = status
    await secretary.days(0.3)
    assert await secretary.state() == (CallState.FAILED, Reason.NO_RECORD)
    assert [card.retryable for card in secretary.cards()] == [True]


async def test_what_is_not_known_minutes_after_the_call_may_come_yet(secretary: Secretary) -> None:
    await secretary.ask()
    await secretary.call(ready_after=HOUR / 2, recording_status=404)
    await secretary.days(0.1)
    assert await secretary.state() == (CallState.DONE, None)


async def test_a_call_that_was_not_recorded_waits_for_a_day_and_no_longer(secretary: Secretary) -> None:
    """Where nobody records, calls of a whole week would seem to wait."""
    await secretary.ask()
    await secretary.call(ready_after=30 * DAY, recorded=0)
    await secretary.days(1.3)
    assert await secretary.state() == (CallState.FAILED, Reason.NO_RECORD)


async def test_an_outage_meanwhile_costs_nothing_of_the_waiting(secretary: Secretary) -> None:
    await secretary.ask()
    await secretary.call(ready_after=6 * DAY)
    for _ in range(4):
        await secretary.days(1)
        secretary.stand.faults.add(Fault("html", "*", status=502, times=None))
        await secretary.days(0.4)
        secretary.stand.faults.clear()
    await secretary.days(1.5)
    assert await secretary.state() == (CallState.DONE, None)


async def test_an_access_that_ends_meanwhile_is_waited_for_beyond_the_week(secretary: Secretary) -> None:
    await secretary.ask()
    await secretary.call(ready_after=5 * DAY)
    await secretary.days(2)
    good, secretary.stand.token = secretary.stand.token, "another-token"
    await secretary.days(5.5)
    assert await secretary.state() == (CallState.WAIT_RECORD, None)
    secretary.stand.token = good
    await secretary.days(0.5)
    assert await secretary.state() == (CallState.DONE, None)


async def test_a_prompt_that_is_switched_off_meanwhile_ends_the_waiting(secretary: Secretary) -> None:
    prompt = await waiting(secretary)
    await switch_off(secretary.world.database, prompt)
    await secretary.days(0.5)
    assert await secretary.state() == (CallState.SKIPPED, Reason.PROMPT_OFF)
    secretary.looks()
    await secretary.days(6)
    assert (secretary.looks(), secretary.cards()) == (0, [])


async def test_an_integration_that_is_disconnected_meanwhile_ends_the_waiting(secretary: Secretary) -> None:
    await waiting(secretary)
    member = await owner(secretary.world)
    await secretary.world.integrations.disconnect(member, secretary.company.integration_id)
    secretary.looks()
    await secretary.days(6)
    assert await secretary.state() == (CallState.SKIPPED, Reason.PROMPT_OFF)
    assert (secretary.looks(), secretary.cards()) == (0, [])


async def test_a_company_that_is_deleted_meanwhile_is_asked_for_nothing(secretary: Secretary) -> None:
    await waiting(secretary)
    async with secretary.world.database.write() as session:
        await session.execute(delete(CallRow))
    secretary.looks()
    await secretary.days(6)
    assert secretary.looks() == 0


async def test_what_is_kept_for_days_only_is_forgotten_once_the_call_is_over(secretary: Secretary) -> None:
    """Until then it needs its way to the recording."""
    database, clock = secretary.world.database, secretary.world.clock
    await waiting(secretary)
    async with database.write() as session:
        await session.execute(update(WorkspaceRow).values(settings={"keep_days": 1}))
    await Retention(database, clock).run()
    await secretary.days(3.5)
    assert await secretary.state() == (CallState.DONE, None)
    assert "дорого" in secretary.cards()[0].lines[0].text
    await Retention(database, clock).run()
    async with database.read() as session:
        assert (await session.scalars(select(TranscriptRow))).all() == []


async def test_the_status_says_that_it_waits_and_not_that_anything_is_stuck(secretary: Secretary) -> None:
    await secretary.ask()
    await secretary.call(ready_after=5 * DAY)
    status = StatusService(secretary.world.database, secretary.world.clock)
    told = await status.of(secretary.company.workspace_id)
    assert dict(told.waiting) == {Hold.RECORDING: 1}
    await secretary.days(2)
    told = await status.of(secretary.company.workspace_id)
    assert (dict(told.waiting), told.oldest_waiting_at) == ({Hold.LATE_RECORDING: 1}, None)
    assert [one.hold for one in told.recent] == [Hold.LATE_RECORDING]
