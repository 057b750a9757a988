"""Which chats are due for their digest, and which day it covers."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select

from services.db.models import ChatRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.listening import next_moment
from services.jobs.queues import Job, digest_lane
from services.listening.silence import silence_of
from services.listening.stored import wants_of
from services.ports import Jobs

log = structlog.get_logger(__name__)

AGAIN = timedelta(minutes=5)
"""A digest that could not be sent is tried again after so long, with what the day has become."""
LONGEST = timedelta(days=2)
"""After a long pause no digest reaches further back."""


async def put_digests(database: Database, jobs: Jobs, now: datetime) -> None:
    """A job for each digest that is due. A chat that is held gets it when its quiet hours are over."""
    async with database.read() as session:
        rows = await session.execute(
            select(ChatRow, WorkspaceRow.zone)
            .join(WorkspaceRow, WorkspaceRow.id == ChatRow.workspace_id)
            .where(ChatRow.digest_due_at <= now, ChatRow.subscribed.is_(True), ChatRow.gone_at.is_(None))
        )
        ready = [chat for chat, zone in rows.all() if _may_come(chat, zone, now)]
    if not ready:
        return
    async with database.write() as session:
        for chat in ready:
            due = chat.digest_due_at or now
            attempt, key = int((now - due) / AGAIN), digest_key(chat.id, due)
            await jobs.put(session, Job.DIGEST, key, lane=digest_lane(chat.id), attempt=attempt)


def _may_come(chat: ChatRow, zone: str, now: datetime) -> bool:
    """A company whose zone is not known by that name any more must not keep all others from theirs."""
    try:
        return silence_of(chat, zone, now).held_until is None
    except Exception:
        log.exception("digest_not_put", chat_id=chat.id)
        return False


def digest_key(chat_number: int, due: datetime) -> str:
    return f"{chat_number}@{int(due.timestamp())}"


def following(chat: ChatRow, zone: str, now: datetime) -> datetime:
    """When the next digest is due, once this one is done with."""
    return next_moment(wants_of(chat.wants).digest_at, now, zone)


def span(
    due: datetime, at: time, zone: str, now: datetime, told: datetime | None = None
) -> tuple[datetime, datetime]:
    """From the digest before until the latest moment one was due: missed days are told of in one message.

    `told` is where the one before ended; without it a day is told of.
    """
    place = ZoneInfo(zone)
    latest = datetime.combine(next_moment(at, now, zone).date() - timedelta(days=1), at, place)
    end = max(due, latest)
    local = due.astimezone(place)
    begin = told or datetime.combine(local.date() - timedelta(days=1), local.time(), place)
    return max(begin, end - LONGEST), end
