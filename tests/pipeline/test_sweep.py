"""The look after what has been forgotten goes on, whatever becomes of a part of it."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, update

from services.db.models import CallRow, ChatRow, ForgetOrderRow, WorkspaceRow
from services.domain.listening import Form
from services.jobs.queues import Job
from services.pipeline.schedule import Schedule
from services.pipeline.sweep import Sweep
from services.timing import Timing
from tests.cards.conftest import Desk
from tests.cards.conftest import desk as desk
from tests.fakes.jobs import JobBoard
from tests.fakes.rows import add_company


def sweep(desk: Desk, jobs: JobBoard) -> Sweep:
    return Sweep(desk.database, jobs, Schedule(jobs, desk.clock, 1), desk.clock, Timing())


async def order(desk: Desk) -> None:
    now = desk.clock.now()
    async with desk.database.write() as session:
        session.add(
            ForgetOrderRow(
                workspace_id=desk.company.workspace_id, calls=[desk.call_id], due_at=now, created_at=now
            )
        )


class Broken(JobBoard):
    """An engine that cannot tell of calls."""

    async def under_way(self, name: str, attempts: Mapping[str, int]) -> set[str]:
        if name == Job.PROCESS:
            raise ConnectionResetError
        return await super().under_way(name, attempts)


async def test_a_part_that_breaks_each_time_keeps_no_other_from_its_work(desk: Desk) -> None:
    await order(desk)
    desk.clock.advance(3600)
    jobs = Broken(desk.clock)
    await sweep(desk, jobs).run("1", 0)
    assert [job.name for job in jobs.waiting] == [Job.FORGET]


async def test_a_zone_that_is_not_known_any_more_keeps_digests_from_nobody_else(desk: Desk) -> None:
    """The tables of a machine lose names with an update."""
    now = desk.clock.now()
    quiet = {"begin": "22:00", "end": "08:00", "hush": "held"}
    await desk.set_chat(form=Form.DIGEST, quiet=quiet, digest_due_at=now)
    async with desk.database.write() as session:
        await session.execute(update(WorkspaceRow).values(zone="Europe/Nowhere"))
    other = await add_company(desk.database, "https://other.test/rest/1/secret/", now)
    async with desk.database.write() as session:
        chat = await session.get_one(ChatRow, other.chat_id)
        chat.form, chat.quiet, chat.digest_due_at = Form.DIGEST, quiet, now
    await sweep(desk, desk.jobs).run("1", 0)
    assert [job.key.partition("@")[0] for job in desk.jobs.waiting] == [str(other.chat_id)]


class GoneMeanwhile(JobBoard):
    """An engine in whose answer a company is deleted."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.clock)
        self._desk = desk

    async def under_way(self, name: str, attempts: Mapping[str, int]) -> set[str]:
        if name == Job.PROCESS:
            async with self._desk.database.write() as session:
                await session.execute(delete(CallRow).where(CallRow.id == self._desk.call_id))
        return await super().under_way(name, attempts)


async def test_what_is_deleted_meanwhile_is_passed_over(desk: Desk) -> None:
    kept = await desk.add_call(external_id="kept", due_at=desk.clock.now() + timedelta(minutes=1))
    desk.clock.advance(3600)
    jobs = GoneMeanwhile(desk)
    await sweep(desk, jobs).run("1", 0)
    assert [(job.name, job.key) for job in jobs.waiting] == [(Job.PROCESS, str(kept))]
