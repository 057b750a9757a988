"""Whoever left while something waited to be sent does not get it, and neither does a chat that went elsewhere."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.speaking.flood import FloodControl
from bot.speaking.notifier import TelegramNotifier
from sandbox.clock import Clock as SandboxClock
from sandbox.telegram import TelegramServer
from services.cards.show import ShowCards
from services.db.models import CardRow, ChatRow, MemberRow, WorkspaceRow
from services.digests.due import put_digests
from services.digests.show import ShowDigest
from services.domain.listening import Form
from services.domain.workspace import Member, Role
from services.errors import Refused
from services.jobs.queues import Job
from services.listening.chats import ChatService
from services.listening.closed import ClosedChats
from services.notices import Notices
from services.ports import ChatBusy
from services.workspace.members import MemberService
from services.workspace.presence import DELETED
from tests.alerts.conftest import Watch
from tests.alerts.conftest import watch as watch
from tests.cards.conftest import Desk
from tests.cards.conftest import desk as desk
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import MemoryNotifier
from tests.fakes.rows import OWNER
from tests.harness.telegram import bot_at, languages

GROUP = -500
LEAVER = 1002


class Leaving:
    """A second person with a private chat, and the ways in which a chat stops being the company's."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.number = 0
        company = desk.company
        self.owner = Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, None)
        self.chats = ChatService(desk.database, desk.clock)

    async def begin(self, chat_id: int) -> None:
        """Only the chat in question listens."""
        await self.desk.set_chat(subscribed=False)
        self.number = await self.desk.add_chat(chat_id)
        async with self.desk.database.write() as session:
            session.add(
                MemberRow(
                    workspace_id=self.owner.workspace_id,
                    user_id=LEAVER,
                    name="Борис",
                    role=Role.VIEWER,
                    created_at=self.desk.clock.now(),
                )
            )

    async def member_removed(self) -> None:
        members = MemberService(self.desk.database, self.desk.clock)
        (leaver,) = [one for one in await members.of(self.owner.workspace_id) if one.user_id == LEAVER]
        await members.remove(self.owner, leaver.id)

    async def member_gone_chat_left_behind(self) -> None:
        """As a release before this one may have left it, or a press that came in between."""
        await self.member_removed()
        async with self.desk.database.write() as session:
            await session.execute(update(ChatRow).where(ChatRow.id == self.number).values(subscribed=True))

    async def company_deleted(self) -> None:
        async with self.desk.database.write() as session:
            row = await session.get_one(WorkspaceRow, self.owner.workspace_id)
            row.settings = {**row.settings, DELETED: self.desk.clock.now().isoformat()}

    async def chat_went_elsewhere(self) -> None:
        """Unsubscribed here, subscribed by another company."""
        now = self.desk.clock.now()
        await self.chats.settings.set_subscribed(self.owner, self.number, to=False)
        async with self.desk.database.write() as session:
            other = WorkspaceRow(name="Чужая", zone="Europe/Moscow", language="ru", settings={}, created_at=now)
            session.add(other)
            await session.flush()
            values = {"kind": "group", "title": "Отдел", "language": "ru", "created_at": now}
            session.add(ChatRow(workspace_id=other.id, chat_id=GROUP, thread_id=0, subscribed=True, **values))


Leave = Callable[[Leaving], Awaitable[None]]
WAYS = [
    pytest.param(LEAVER, Leaving.member_removed, id="removed"),
    pytest.param(LEAVER, Leaving.member_gone_chat_left_behind, id="left behind"),
    pytest.param(LEAVER, Leaving.company_deleted, id="company deleted"),
    pytest.param(GROUP, Leaving.company_deleted, id="company deleted, group"),
    pytest.param(GROUP, Leaving.chat_went_elsewhere, id="another company's"),
]
ways = pytest.mark.parametrize(("chat_id", "leave"), WAYS)


@ways
async def test_a_card_that_waits_is_not_shown(desk: Desk, chat_id: int, leave: Leave) -> None:
    leaving = Leaving(desk)
    await leaving.begin(chat_id)
    await desk.want()
    assert len(desk.jobs.waiting) == 1
    await leave(leaving)
    await desk.jobs.run_for(3600)
    assert desk.notifier.cards == {}


@ways
async def test_a_card_that_stands_there_is_not_edited(desk: Desk, chat_id: int, leave: Leave) -> None:
    leaving = Leaving(desk)
    await leaving.begin(chat_id)
    await desk.want()
    await desk.jobs.run_due()
    assert desk.shown() == 1
    desk.clock.advance(60)
    await desk.want()
    await leave(leaving)
    await desk.jobs.run_for(3600)
    assert desk.shown() == 1
    async with desk.database.read() as session:
        left = await session.scalars(select(CardRow.id).where(CardRow.shown < CardRow.wanted))
        assert left.all() == []


@ways
async def test_an_alert_that_waits_is_not_told(watch: Watch, chat_id: int, leave: Leave) -> None:
    desk, leaving = watch.desk, Leaving(watch.desk)
    await leaving.begin(chat_id)
    desk.notifier.failures.append(ChatBusy(60.0))
    await watch.judge()
    await leave(leaving)
    await desk.jobs.run_for(3600)
    assert desk.notifier.alerts == []
    assert [row.sent for row in await watch.messages()] == [True]


@ways
async def test_a_digest_that_waits_is_not_sent(desk: Desk, chat_id: int, leave: Leave) -> None:
    leaving = Leaving(desk)
    await leaving.begin(chat_id)
    closed = ClosedChats(Notices(desk.database, desk.jobs, desk.notifier, desk.clock), desk.clock)
    desk.jobs.handlers[Job.DIGEST] = ShowDigest(desk.database, desk.notifier, closed, desk.clock).run
    chat = await leaving.chats.settings.set_form(leaving.owner, leaving.number, Form.DIGEST)
    due = await _due(desk, chat.id)
    desk.clock.moment = due
    await put_digests(desk.database, desk.jobs, due)
    await leave(leaving)
    await desk.jobs.run_due()
    for minutes in (6, 12, 24 * 60 + 6):
        await put_digests(desk.database, desk.jobs, due + timedelta(minutes=minutes))
        await desk.jobs.run_due()
    assert desk.notifier.digests == []


async def _due(desk: Desk, number: int) -> datetime:
    async with desk.database.read() as session:
        due = (await session.get_one(ChatRow, number)).digest_due_at
    assert due is not None
    return due


@pytest.mark.parametrize(
    ("chat_id", "leave"),
    [(LEAVER, Leaving.member_removed), (GROUP, Leaving.chat_went_elsewhere)],
)
async def test_nobody_subscribes_it_again_from_afar(desk: Desk, chat_id: int, leave: Leave) -> None:
    leaving = Leaving(desk)
    await leaving.begin(chat_id)
    assert await leaving.chats.may_hear(leaving.number)
    await leave(leaving)
    with pytest.raises(Refused, match="chat_elsewhere"):
        await leaving.chats.settings.set_subscribed(leaving.owner, leaving.number, to=True)
    await leaving.chats.subscribe_known(leaving.owner, leaving.number)
    assert not (await leaving.chats.get(leaving.owner, leaving.number)).subscribed
    assert not await leaving.chats.may_hear(leaving.number)


async def test_a_message_that_waits_for_its_turn_is_asked_for_as_it_leaves(desk: Desk, clock: FakeClock) -> None:
    """The check of its writing is long ago; the job that comes again gives it up."""
    leaving = Leaving(desk)
    await leaving.begin(LEAVER)
    telegram = TelegramServer(clock=SandboxClock())
    await telegram.start()
    bot = bot_at(telegram.url, telegram.token)
    bot.session.middleware(FloodControl(clock))
    person = telegram.person("Борис", user_id=LEAVER)
    telegram.private(person).started = True
    notifier = TelegramNotifier(bot, languages())

    class Slow(MemoryNotifier):
        """Between the writing and the leaving somebody is removed."""

        async def show_card(self, *card: Any, **how: Any) -> int:
            await leaving.member_removed()
            return await notifier.show_card(*card, **how)

    closed = ClosedChats(Notices(desk.database, desk.jobs, desk.notifier, clock), clock)
    desk.jobs.handlers[Job.CARDS] = ShowCards(desk.database, Slow(), desk.jobs, closed, clock).run
    await desk.want()
    await desk.jobs.run_for(60)
    assert [one.method for one in telegram.journal] == []
    assert all(card.shown == card.wanted for card in await desk.cards())
    await bot.session.close()
    await telegram.stop()
