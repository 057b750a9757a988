"""Several at once say that something is to be shown: nobody is in the way of another, and nothing is lost."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from services.cards.comeback import Comeback
from services.cards.outbox import call_for
from services.db.models import CardRow, OutboxRow
from services.jobs.queues import Job
from tests.cards.conftest import Desk

AT_ONCE = 4


async def test_the_first_calls_of_a_chat_come_at_the_same_moment(desk: Desk) -> None:
    now = desk.clock.now()

    async def one() -> None:
        async with desk.database.write() as session:
            await call_for(session, desk.jobs, desk.company.chat_id, now, now)

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    assert [job.name for job in desk.jobs.waiting] == [Job.CARDS]
    async with desk.database.read() as session:
        assert len((await session.scalars(select(OutboxRow))).all()) == 1


async def test_whoever_calls_for_several_chats_goes_by_their_numbers(desk: Desk) -> None:
    """As everybody does: two that lock the same chats must not wait for each other."""
    first, now = desk.company.chat_id, desk.clock.now()
    second = await desk.add_chat(-2)
    for chat in (second, first):
        call = await desk.add_call(external_id=f"held in {chat}")
        morning = now + timedelta(hours=8)
        async with desk.database.write() as session:
            session.add(CardRow(call_id=call, chat_id=chat, due_at=morning, created_at=now))
            await call_for(session, desk.jobs, chat, morning, now)
    desk.jobs.waiting.clear()
    await Comeback(desk.database, desk.jobs, desk.clock).of_company(desk.company.workspace_id)
    assert [int(job.key) for job in desk.jobs.waiting] == [first, second]
