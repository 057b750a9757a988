"""Stores the answers of prompts and plans where they go, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts.raising import keep_alert
from services.cards.wanted import want
from services.db.insert import insert_those_not_there
from services.db.locking import LOCK
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
from services.ports import Clock, Jobs, ModelFailure
from services.workspace.workspaces import workspace_of_row

NOT_YET = (Reason.NO_DEAL, Reason.AMBIGUOUS, Reason.REMOTE_UNREACHABLE)
"""A search that ended so had used up its days, and may find something in others."""

Said = Mapping[int, Sequence[AnswerRow]]
"""All answers of prompts to a call, by the prompt's version, in the order of its questions."""


@dataclass(frozen=True)
class Asked:
    """What came of a prompt's questions. `obstacle` is a failure that may pass."""

    work: PromptWork
    answers: tuple[tuple[Answer, float], ...]
    """With the seconds each one took."""
    obstacle: ModelFailure | None = None
    switched_off: bool = False

    @property
    def done(self) -> bool:
        """Every question has its answer."""
        return self.obstacle is None and not self.switched_off


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
        on_since = await session.scalar(
            select(PromptRow.enabled_at).where(
                PromptRow.id == work.prompt_id, PromptRow.enabled.is_(True), PromptRow.deleted_at.is_(None)
            )
        )
        return on_since is not None and on_since <= work.call_started_at

    async def keep(self, call: Call, connector: Connector, several: Sequence[Asked]) -> None:
        """Saved before anything is written anywhere: a retry never asks the model again.

        Prompts that are ready at the same time are kept together: the call's cards are looked up once for them.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            await stay(session, call.integration_id)
            present = await session.get_one(CallRow, call.id, with_for_update=LOCK)
            if CallState(present.state).final:
                return  # ended meanwhile: its integration has become another account
            await self._keep_answers(session, present, several, now)
            done = [one.work for one in several if one.done]
            said = await _said(session, call.id, done)
            await _set_verdicts(session, done, said)
            off = [one.work for one in several if one.switched_off]
            await _set_verdict(session, off, "skipped", Reason.PROMPT_OFF)
            for work in done:
                await self._pass_on(session, call, connector, work, said[work.version_id])
            if done or off:
                await want(session, self._jobs, call.id, now)

    async def _keep_answers(
        self, session: AsyncSession, present: CallRow, several: Sequence[Asked], now: datetime
    ) -> None:
        rows = [
            _answer_values(present.id, one.work, answer, seconds, now)
            for one in several
            for answer, seconds in one.answers
        ]
        await insert_those_not_there(session, AnswerRow, rows)
        for one in several:
            for answer, _ in one.answers:
                if answer.alert is not None:
                    await keep_alert(session, self._jobs, present, one.work, answer.alert, now)

    async def _pass_on(
        self, session: AsyncSession, call: Call, connector: Connector, work: PromptWork, said: Sequence[AnswerRow]
    ) -> None:
        if work.place.into is not None:
            await self._wake_target(session, call.id, work.place.into)
        else:
            await self._plan(session, call, connector, work, said)

    async def plan(self, session: AsyncSession, call: Call, connector: Connector, work: PromptWork) -> None:
        """Where the answers of a prompt go. Harmless to repeat."""
        said = await _said(session, call.id, [work])
        await self._plan(session, call, connector, work, said[work.version_id])

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
            row = await session.get_one(CallRow, call_id, with_for_update=LOCK)
            failed = await session.scalar(
                select(VerdictRow.id).where(VerdictRow.call_id == call_id, VerdictRow.state == "failed").limit(1)
            )
            state = CallState.FAILED if failed is not None else CallState.DONE
            await self._outcomes.finish(session, row, state, None)
            await want(session, self._jobs, call_id, self._clock.now())


async def _set_verdicts(session: AsyncSession, works: Sequence[PromptWork], said: Said) -> None:
    """One failed question fails its prompt, with its reason."""
    answered = []
    for work in works:
        failed = next((row for row in said[work.version_id] if row.state == AnswerState.FAILED), None)
        if failed is None:
            answered.append(work)
        else:
            await _set_verdict(session, [work], "failed", Reason(failed.reason or Reason.MODEL_FAILED))
    await _set_verdict(session, answered, "answered", None)


async def _set_verdict(
    session: AsyncSession, works: Sequence[PromptWork], state: str, reason: Reason | None
) -> None:
    if works:
        numbers = [work.verdict_id for work in works]
        await session.execute(
            update(VerdictRow).where(VerdictRow.id.in_(numbers)).values(state=state, reason=reason)
        )


async def _said(session: AsyncSession, call_id: int, works: Sequence[PromptWork]) -> Said:
    said: dict[int, list[AnswerRow]] = {work.version_id: [] for work in works}
    if works:
        rows = await session.scalars(
            select(AnswerRow)
            .where(AnswerRow.call_id == call_id, AnswerRow.version_id.in_(said))
            .order_by(AnswerRow.question_id)
        )
        for row in rows:
            said[row.version_id].append(row)
    return said


def _answer_values(
    call_id: int, work: PromptWork, answer: Answer, seconds: float, now: datetime
) -> dict[str, Any]:
    return {
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
    }
