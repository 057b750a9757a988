"""A call with a prompt that has an alert; Telegram is a list."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from services.alerts.raising import keep_alert
from services.alerts.show import ShowAlert
from services.db.models import AlertMessageRow, AlertRow, CallRow, PromptVersionRow
from services.domain.alert import AlertState, AlertVerdict
from services.domain.prompt import Place
from services.domain.workspace import Member, Role
from services.jobs.queues import Job
from services.listening.closed import ClosedChats
from services.notices import Notices
from services.pipeline.work import PromptWork
from tests.cards.conftest import Desk
from tests.cards.conftest import desk as desk
from tests.fakes.rows import OWNER

SAID = AlertVerdict(AlertState.RAISED, "у конкурентов дешевле", 12.5)


@dataclass
class Watch:
    """The desk, and its prompt's alert."""

    desk: Desk
    prompt_id: int

    @property
    def owner(self) -> Member:
        company = self.desk.company
        return Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, None)

    async def version(self) -> PromptVersionRow:
        """The newest wording."""
        async with self.desk.database.read() as session:
            query = select(PromptVersionRow).where(PromptVersionRow.prompt_id == self.prompt_id)
            return (await session.scalars(query.order_by(PromptVersionRow.id.desc()))).first()  # type: ignore[return-value]

    async def judge(self, verdict: AlertVerdict = SAID) -> None:
        """The model has judged; what becomes due runs."""
        version = await self.version()
        async with self.desk.database.write() as session:
            call = await session.get_one(CallRow, self.desk.call_id)
            work = PromptWork(1, self.prompt_id, version.id, "Итог", "", call.started_at, Place(), (), ())
            await keep_alert(session, self.desk.jobs, call, work, verdict, self.desk.clock.now())
        await self.desk.jobs.run_due()

    async def rows(self) -> list[AlertRow]:
        async with self.desk.database.read() as session:
            return list(await session.scalars(select(AlertRow).order_by(AlertRow.id)))

    async def messages(self) -> list[AlertMessageRow]:
        async with self.desk.database.read() as session:
            return list(await session.scalars(select(AlertMessageRow).order_by(AlertMessageRow.id)))


@pytest.fixture
async def watch(desk: Desk) -> Watch:
    closed = ClosedChats(Notices(desk.database, desk.jobs, desk.notifier, desk.clock), desk.clock)
    show = ShowAlert(desk.database, desk.notifier, desk.jobs, closed, desk.clock)
    desk.jobs.handlers[Job.ALERT] = show.run
    await desk.add_verdict("Итог")
    return Watch(desk, desk.prompts["Итог"])
