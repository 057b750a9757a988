"""Stores what came of an alert's condition, and puts the messages that tell of a raised one."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.insert import insert_unless_there
from services.db.models import AlertMessageRow, AlertRow, CallRow, ChatRow
from services.domain.alert import AlertState, AlertVerdict
from services.jobs.queues import Job, chat_lane
from services.listening.audience import chats_for_alert
from services.pipeline.work import PromptWork
from services.ports import Jobs

NOW = timedelta(0)


async def keep_alert(
    session: AsyncSession, jobs: Jobs, call: CallRow, work: PromptWork, verdict: AlertVerdict, now: datetime
) -> None:
    """In the transaction of the answer it came with. A second time nothing happens."""
    values = {
        "call_id": call.id,
        "prompt_id": work.prompt_id,
        "version_id": work.version_id,
        "state": verdict.state,
        "quote": verdict.quote,
        "quote_at": verdict.quote_at,
        "created_at": now,
    }
    alert_id = await insert_unless_there(session, AlertRow, values)
    if alert_id is None or verdict.state is not AlertState.RAISED:
        return
    for chat in await chats_for_alert(session, call, work.prompt_id, now):
        if await _was_told(session, call.id, work.prompt_id, chat):
            continue
        row = AlertMessageRow(
            alert_id=alert_id, chat_id=chat.id, sent=False, attempt=0, due_at=now, created_at=now
        )
        session.add(row)
        await session.flush()
        await put_alert(session, jobs, row, now)


async def _was_told(session: AsyncSession, call_id: int, prompt_id: int, chat: ChatRow) -> bool:
    """By an earlier wording of the same prompt."""
    told = (
        select(AlertMessageRow.id)
        .join(AlertRow, AlertRow.id == AlertMessageRow.alert_id)
        .where(AlertRow.call_id == call_id, AlertRow.prompt_id == prompt_id, AlertMessageRow.chat_id == chat.id)
        .limit(1)
    )
    return await session.scalar(told) is not None


async def put_alert(
    session: AsyncSession, jobs: Jobs, row: AlertMessageRow, now: datetime, after: timedelta = NOW
) -> None:
    """The next job of a message; an earlier one finds itself replaced."""
    chat = await session.get_one(ChatRow, row.chat_id)
    row.attempt += 1
    row.due_at = now + after
    await jobs.put(session, Job.ALERT, str(row.id), lane=chat_lane(chat.chat_id), attempt=row.attempt, after=after)
