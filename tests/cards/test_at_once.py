"""Several at once say that something is to be shown: nobody is in the way of another, and nothing is lost."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.cards.comeback import Comeback
from services.cards.outbox import call_for
from services.db.locking import LOCK
from services.db.models import AuditRow, CallRow, CardRow, ChatRow, OutboxRow
from services.domain.workspace import ChatAddress, Language, Member, Role
from services.jobs.queues import Job
from services.listening.chats import ChatService
from services.listening.closed import TOLD, ClosedChats
from services.listening.setbacks import Setbacks
from services.notices import Notices
from services.ports import ChatClosed, ChatMoved
from tests.cards.conftest import Desk
from tests.fakes.rows import OWNER

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


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
async def test_a_card_is_remembered_while_its_call_is_being_changed(desk: Desk) -> None:
    """Whoever changes the call may be waiting for the card: each would have what the other one wants."""
    await desk.want()
    async with desk.database.write() as session, asyncio.timeout(10):
        await session.get_one(CallRow, desk.call_id, with_for_update=LOCK)
        await desk.jobs.run_due()
    (card,) = await desk.cards()
    assert (card.message_id, card.shown) == (1, card.wanted)


async def meet(desk: Desk, failure: Exception) -> None:
    """A card, an alert and a digest of a topic, each in a job of its own."""
    topic = await desk.add_chat(-2, 5)
    setbacks = Setbacks(
        ClosedChats(Notices(desk.database, desk.jobs, desk.notifier, desk.clock), desk.clock), desk.clock
    )

    async def one() -> None:
        async with desk.database.write() as session:
            await setbacks.meet(session, topic, ChatAddress(-2, 5), failure)

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))


async def test_owners_hear_once_of_a_chat_that_several_messages_find_closed(desk: Desk) -> None:
    await meet(desk, ChatClosed("topic"))
    async with desk.database.read() as session:
        assert len((await session.scalars(select(AuditRow).where(AuditRow.action == TOLD))).all()) == 1


async def test_several_messages_find_that_their_chat_has_moved(desk: Desk) -> None:
    """Into one that listens already: the former row is merged once, and nobody stumbles over it."""
    await desk.add_chat(-100777, 5)
    await meet(desk, ChatMoved(-100777))
    assert [chat.chat_id for chat in await desk.chats()] == [OWNER, -100777]


async def test_a_chat_is_subscribed_by_several_at_once(desk: Desk) -> None:
    chats = ChatService(desk.database, desk.clock)
    company = desk.company
    owner = Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, None)
    made = await asyncio.gather(
        *(chats.subscribe(owner, ChatAddress(-9), "group", "Отдел", Language.RU) for _ in range(AT_ONCE))
    )
    assert len({chat.id for chat in made}) == 1
    async with desk.database.read() as session:
        assert len((await session.scalars(select(ChatRow).where(ChatRow.chat_id == -9))).all()) == 1
