"""A digest that waits for its turn holds up nothing else that is said in its chat."""

from services.digests.due import put_digests
from services.jobs.queues import Job
from tests.alerts.conftest import Watch
from tests.alerts.conftest import watch as watch
from tests.cards.conftest import desk as desk


async def _waits(key: str, attempt: int) -> None:
    """For its turn among cards, for as long as it takes."""


async def test_no_alert_stands_behind_a_digest(watch: Watch) -> None:
    """A lane runs one job at a time."""
    desk = watch.desk
    desk.jobs.handlers[Job.DIGEST] = _waits
    await desk.set_chat(digest_due_at=desk.clock.now())
    await put_digests(desk.database, desk.jobs, desk.clock.now())
    await watch.judge()
    lanes = {job.name: job.lane for job in desk.jobs.done}
    assert {Job.ALERT, Job.DIGEST} <= lanes.keys()
    assert lanes[Job.ALERT] != lanes[Job.DIGEST]
