"""Stores the answers of a prompt and plans where they go, in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts.raising import keep_alert
from services.cards.wanted import want
from services.db.insert import insert_unless_there
from services.db.models import AnswerRow, CallRow, PromptRow, VerdictRow, WorkspaceRow
from services.db.repositories.accounts import stay
from services.db.repositories.targets import target_in
from services.db.unit_of_work import Database
from services.domain.answer import Answer, AnswerState
from services.domain.call import Call, CallState, Reason, TargetState
from services.domain.workspace import Workspace
from services.integrations.base import Connector
from services.pipeline.outcome import Outcomes
from services.pipeline.planning import Planner
from services.pipeline.schedule import Schedule
from services.pipeline.work import PromptWork
from services.ports import Clock, Jobs
from services.workspace.workspaces import workspace_of_row

NOT_YET = (Reason.NO_DEAL, Reason.AMBIGUOUS, Reason.REMOTE_UNREACHABLE)
"""A search that ended so had used up its days, and may find something in others."""


class Keeper:
    def __init__(
        self, database: Database, jobs: Jobs, schedule: Schedule, outcomes: Outcomes, clock: Clock
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._schedule = schedule
        self._outcomes = outcomes
        self._clock = clock
        self._planner = Planner(schedule, clock)

    async def place(self, session: AsyncSession, workspace_id: int) -> Workspace:
        return workspace_of_row(await session.get_one(WorkspaceRow, workspace_id))

    async def is_on(self, session: AsyncSession, work: PromptWork) -> bool:
        """Still on, and not switched on anew since the call began."""
        row = await session.get_one(PromptRow, work.prompt_id)
        on_since = row.enabled_at if row.enabled and row.deleted_at is None else None
        return on_since is not None and on_since <= work.call_started_at

    async def leave_out(self, call_id: int, work: PromptWork) -> None:
        """The prompt was switched off while the call waited."""
        async with self._database.write() as session:
            await _set_verdict(session, work, "skipped", Reason.PROMPT_OFF)
            await want(session, self._jobs, call_id, self._clock.now())

    async def keep(
        self,
        call: Call,
        connector: Connector,
        work: PromptWork,
        answers: Sequence[tuple[Answer, float]],
        *,
        done: bool,
    ) -> None:
        """Saved before anything is written anywhere: a retry never asks the model again."""
        now = self._clock.now()
        async with self._database.write() as session:
            await stay(session, call.integration_id)
            present = await session.get_one(CallRow, call.id, with_for_update=True)
            if CallState(present.state).final:
                return  # ended meanwhile: its integration has become another account
            for answer, seconds in answers:
                await _add_answer(session, call.id, work, answer, seconds, now)
                if answer.alert is not None:
                    await keep_alert(session, self._jobs, present, work, answer.alert, now)
            if not done:
                return
            said = await _answers_of(session, call.id, work)
            failed = [row for row in said if row.state == AnswerState.FAILED]
            if failed:
                await _set_verdict(session, work, "failed", Reason(failed[0].reason or Reason.MODEL_FAILED))
            else:
                await _set_verdict(session, work, "answered", None)
            if work.place.into is not None:
                await self._wake_target(session, call.id, work.place.into)
            else:
                await self._plan(session, call, connector, work, said)
            await want(session, self._jobs, call.id, now)

    async def plan(self, session: AsyncSession, call: Call, connector: Connector, work: PromptWork) -> None:
        """Where the answers of a prompt go. Harmless to repeat."""
        await self._plan(session, call, connector, work, await _answers_of(session, call.id, work))

    async def _plan(
        self,
        session: AsyncSession,
        call: Call,
        connector: Connector,
        work: PromptWork,
        said: Sequence[AnswerRow],
    ) -> None:
        if call.binding is not None and said:
            place = await self.place(session, call.workspace_id)
            await self._planner.plan(session, call, call.binding, connector, work, said, place)

    async def _wake_target(self, session: AsyncSession, call_id: int, into: int) -> None:
        """The answers go into another CRM: planned there once the deal is known.

        Where the search for it ended long before there was an answer, as with a recording of the fifth day, it
        begins anew: people may have made the deal since.
        """
        target = await target_in(session, call_id, into)
        if target is None:
            return
        if target.state == TargetState.NONE and target.due_at is None and target.reason in NOT_YET:
            target.state, target.reason, target.tries = TargetState.LOOKING, None, 0
            target.since = self._clock.now()
            await self._schedule.target(session, target)
        elif target.state == TargetState.FOUND:
            await self._schedule.target(session, target)

    async def close(self, call_id: int) -> None:
        """Every prompt has its verdict."""
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call_id, with_for_update=True)
            failed = await session.scalar(
                select(VerdictRow.id).where(VerdictRow.call_id == call_id, VerdictRow.state == "failed").limit(1)
            )
            state = CallState.FAILED if failed is not None else CallState.DONE
            await self._outcomes.finish(session, row, state, None)
            await want(session, self._jobs, call_id, self._clock.now())


async def _set_verdict(session: AsyncSession, work: PromptWork, state: str, reason: Reason | None) -> None:
    await session.execute(
        update(VerdictRow).where(VerdictRow.id == work.verdict_id).values(state=state, reason=reason)
    )


async def _answers_of(session: AsyncSession, call_id: int, work: PromptWork) -> Sequence[AnswerRow]:
    rows = await session.scalars(
        select(AnswerRow)
        .where(AnswerRow.call_id == call_id, AnswerRow.version_id == work.version_id)
        .order_by(AnswerRow.question_id)
    )
    return rows.all()


async def _add_answer(
    session: AsyncSession, call_id: int, work: PromptWork, answer: Answer, seconds: float, now: datetime
) -> None:
    await insert_unless_there(
        session,
        AnswerRow,
        {
            "call_id": call_id,
            "version_id": work.version_id,
            "question_id": answer.question_id,
            "state": answer.state,
            "text": answer.text,
            "value": answer.value,
            "quote": answer.quote,
            "quote_at": answer.quote_at,
            "reason": answer.reason,
            "free_form": answer.free_form,
            "model": answer.model,
            "request_id": answer.request_id,
            "prompt_tokens": answer.usage.prompt_tokens,
            "cached_tokens": answer.usage.cached_tokens,
            "completion_tokens": answer.usage.completion_tokens,
            "seconds": seconds,
            "created_at": now,
        },
    )
