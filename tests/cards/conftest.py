"""A company with prompts and a call in the database, and the cards' own jobs; Telegram is a list."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.cards.show import ShowCards
from services.cards.view import build_view
from services.cards.wanted import want
from services.db.models import (
    AnswerRow,
    CallRow,
    CardRow,
    ChatRow,
    DeliveryRow,
    PromptVersionRow,
    QuestionRow,
    VerdictRow,
)
from services.db.unit_of_work import Database
from services.domain.answer import AnswerState, DeliveryState
from services.domain.call import CallState
from services.domain.card import CardView
from services.domain.prompt import Destination, Place
from services.jobs.queues import Job
from services.listening.closed import ClosedChats
from services.notices import Notices
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import JobBoard
from tests.fakes.notifier import MemoryNotifier
from tests.fakes.rows import Company, add_company, add_prompt


@dataclass
class Desk:
    """Where a test puts answers down and looks at cards."""

    database: Database
    clock: FakeClock
    jobs: JobBoard
    notifier: MemoryNotifier
    company: Company
    call_id: int = 0
    prompts: dict[str, int] = field(default_factory=dict)

    async def add_call(self, **values: Any) -> int:
        now = self.clock.now()
        row = {
            "workspace_id": self.company.workspace_id,
            "integration_id": self.company.integration_id,
            "external_id": f"call-{now.isoformat()}",
            "started_at": now - timedelta(minutes=5),
            "duration": 185,
            "direction": "incoming",
            "state": CallState.TRANSCRIBED,
            "object_kind": "deal",
            "object_id": "7",
            "due_at": now,
            "seen_at": now,
        }
        async with self.database.write() as session:
            call = CallRow(**(row | values))
            session.add(call)
            await session.flush()
            return call.id

    async def add_verdict(
        self, name: str, state: str = "matched", reason: str | None = None, destination: str = "comment"
    ) -> None:
        now = self.clock.now()
        place = Place(Destination(destination))
        prompt_id = await add_prompt(
            self.database, self.company, name, "Что?", enabled_at=now, now=now, place=place
        )
        self.prompts[name] = prompt_id
        async with self.database.write() as session:
            version = (
                await session.scalars(select(PromptVersionRow).where(PromptVersionRow.prompt_id == prompt_id))
            ).one()
            session.add(
                VerdictRow(
                    call_id=self.call_id,
                    prompt_id=prompt_id,
                    version_id=version.id,
                    position=len(self.prompts),
                    state=state,
                    reason=reason,
                )
            )

    async def add_answer(self, name: str, text: str, state: str = AnswerState.ANSWERED, **values: Any) -> None:
        prompt_id = self.prompts[name]
        async with self.database.write() as session:
            question = (
                await session.scalars(
                    select(QuestionRow).join(PromptVersionRow).where(PromptVersionRow.prompt_id == prompt_id)
                )
            ).one()
            session.add(
                AnswerRow(
                    call_id=self.call_id,
                    version_id=question.version_id,
                    question_id=question.id,
                    state=state,
                    text=text,
                    created_at=self.clock.now(),
                    **values,
                )
            )
            await session.execute(
                update(VerdictRow)
                .where(VerdictRow.call_id == self.call_id, VerdictRow.prompt_id == prompt_id)
                .values(state="answered")
            )

    async def add_delivery(self, name: str, state: DeliveryState, reason: str | None = None) -> int:
        now: datetime = self.clock.now()
        async with self.database.write() as session:
            version = (
                await session.scalars(
                    select(PromptVersionRow).where(PromptVersionRow.prompt_id == self.prompts[name])
                )
            ).one()
            row = DeliveryRow(
                call_id=self.call_id,
                prompt_id=self.prompts[name],
                version_id=version.id,
                integration_id=self.company.integration_id,
                destination="comment",
                target="deal:7",
                body="x",
                marker="ai:x",
                state=state,
                reason=reason,
                due_at=now,
                created_at=now,
            )
            session.add(row)
            await session.flush()
            return row.id

    async def set_call(self, **values: Any) -> None:
        async with self.database.write() as session:
            await session.execute(update(CallRow).where(CallRow.id == self.call_id).values(**values))

    async def set_chat(self, **values: Any) -> None:
        async with self.database.write() as session:
            await session.execute(update(ChatRow).where(ChatRow.id == self.company.chat_id).values(**values))

    async def add_chat(self, chat_id: int, thread_id: int = 0, *, subscribed: bool = True) -> int:
        async with self.database.write() as session:
            row = ChatRow(
                workspace_id=self.company.workspace_id,
                chat_id=chat_id,
                thread_id=thread_id,
                kind="group",
                title="Отдел",
                language="ru",
                subscribed=subscribed,
                created_at=self.clock.now(),
            )
            session.add(row)
            await session.flush()
            return row.id

    async def want(self) -> None:
        async with self.database.write() as session:
            await want(session, self.jobs, self.call_id, self.clock.now())

    async def view(self) -> CardView:
        async with self.database.read() as session:
            return await build_view(session, self.call_id, self.clock.now())

    async def cards(self) -> list[CardRow]:
        async with self.database.read() as session:
            return list((await session.scalars(select(CardRow).order_by(CardRow.id))).all())

    async def chats(self) -> list[ChatRow]:
        async with self.database.read() as session:
            return list((await session.scalars(select(ChatRow).order_by(ChatRow.id))).all())

    def shown(self) -> int:
        """How often Telegram was asked to show something."""
        return sum(map(len, self.notifier.cards.values()))


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> Desk:
    company = await add_company(database, "https://portal.test/rest/1/secret/", clock.now())
    jobs, notifier = JobBoard(clock), MemoryNotifier()
    notices = Notices(database, jobs, notifier, clock)
    show = ShowCards(database, notifier, jobs, ClosedChats(notices, clock), clock)
    jobs.handlers = {Job.CARDS: show.run, Job.NOTICE: notices.run}
    made = Desk(database, clock, jobs, notifier, company)
    made.call_id = await made.add_call()
    return made
