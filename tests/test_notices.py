"""A notice is said once, and not lost by whatever goes wrong when it is said."""

import pytest

from services.cards.outcomes import CardRefused
from services.db.unit_of_work import Database
from services.jobs.queues import Job
from services.notices import TRIES, Notices
from services.ports import ChatBusy, ChatClosed
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import JobBoard
from tests.fakes.notifier import MemoryNotifier
from tests.fakes.rows import add_company


@pytest.mark.parametrize("failures", [4, TRIES + 1])
async def test_any_failure_is_tried_again_and_not_for_ever(
    database: Database, clock: FakeClock, failures: int
) -> None:
    company = await add_company(database, "https://portal.test/rest/1/secret/", clock.now())
    jobs, notifier = JobBoard(clock), MemoryNotifier()
    notices = Notices(database, jobs, notifier, clock)
    jobs.handlers = {Job.NOTICE: notices.run}
    kinds = [CardRefused("x"), ValueError("x"), ChatBusy(300), ChatClosed("rights")]
    notifier.failures = [kinds[number % len(kinds)] for number in range(failures)]
    async with database.write() as session:
        await notices.put(session, company.workspace_id, "integration_healed", {"name": "x"}, subject="1")
    await jobs.run_for(86_400)
    assert len(notifier.told) == (failures <= TRIES)
    assert notifier.failures == []
    assert jobs.waiting == []
