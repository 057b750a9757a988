"""Tells the owners of a workspace something once, through the durable engine."""

import json
from collections.abc import Mapping
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, may, roles_that_may
from services.db.models import AuditRow, MemberRow
from services.db.unit_of_work import Database
from services.domain.workspace import Language, Role
from services.jobs.queues import Job, chat_lane
from services.ports import ChatBusy, ChatGone, ChatMoved, Clock, Jobs, Notifier, OwnerNotice, TopicGone

log = structlog.get_logger(__name__)

TRIES = 20
PAUSES = (5.0, 3600.0)


class Notices:
    """A notice is an audit row; each owner's copy of it is a job."""

    def __init__(self, database: Database, jobs: Jobs, notifier: Notifier, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._notifier = notifier
        self._clock = clock

    async def put(
        self,
        session: AsyncSession,
        workspace_id: int,
        code: str,
        values: Mapping[str, str],
        *,
        subject: int | str,
    ) -> None:
        """In the caller's transaction. `values` carry no secrets."""
        audit = AuditRow(
            workspace_id=workspace_id,
            user_id=None,
            action=f"notice:{code}",
            subject=str(subject),
            details=dict(values),
            at=self._clock.now(),
        )
        session.add(audit)
        await session.flush()
        owners = await session.scalars(
            select(MemberRow.user_id).where(
                MemberRow.workspace_id == workspace_id, MemberRow.role.in_(roles_that_may(Action.BE_WARNED))
            )
        )
        for user_id in owners:
            key = json.dumps([audit.id, user_id])
            await self._jobs.put(session, Job.NOTICE, key, lane=chat_lane(user_id))

    async def was_put(self, session: AsyncSession, workspace_id: int, code: str, *, subject: str) -> bool:
        found = await session.scalar(
            select(AuditRow.id)
            .where(
                AuditRow.workspace_id == workspace_id,
                AuditRow.action == f"notice:{code}",
                AuditRow.subject == subject,
            )
            .limit(1)
        )
        return found is not None

    async def run(self, key: str, attempt: int) -> None:
        """The job: one owner's copy of one notice."""
        audit_id, user_id = json.loads(key)
        async with self._database.read() as session:
            audit = await session.get(AuditRow, audit_id)
            member = await _owner(session, audit.workspace_id, user_id) if audit is not None else None
        if audit is None or member is None:
            return
        notice = OwnerNotice(audit.action.removeprefix("notice:"), dict(audit.details), audit.workspace_id)
        try:
            await self._notifier.tell(user_id, Language.of(member.language), notice)
        except (ChatGone, ChatMoved, TopicGone):
            return
        except ChatBusy as busy:
            await self._again(key, attempt + 1, user_id, busy.retry_after)
        except Exception as error:  # noqa: BLE001 - said once only: whatever it was, it is tried again
            log.error("notice_not_told", code=notice.code, error=type(error).__name__)
            await self._again(key, attempt + 1, user_id, 0)

    async def _again(self, key: str, attempt: int, user_id: int, at_least: float) -> None:
        """Pauses grow, so that the last try comes half a day later."""
        if attempt > TRIES:
            return
        least, most = PAUSES
        seconds = max(at_least, min(least * 2 ** (attempt - 1), most))
        async with self._database.write() as session:
            await self._jobs.put(
                session,
                Job.NOTICE,
                key,
                lane=chat_lane(user_id),
                attempt=attempt,
                after=timedelta(seconds=seconds),
            )


async def _owner(session: AsyncSession, workspace_id: int, user_id: int) -> MemberRow | None:
    """Whoever was to be told, if they still are: people leave while a notice waits."""
    member = await session.scalar(
        select(MemberRow).where(MemberRow.workspace_id == workspace_id, MemberRow.user_id == user_id)
    )
    return member if member is not None and may(Role(member.role), Action.BE_WARNED) else None
