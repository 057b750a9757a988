"""Everything about a telephone number: found, shown to the owner, and deleted as a job.

The number itself is kept nowhere: neither in the job nor in the history. What is to be forgotten is told by the
numbers of our calls, which say nothing to anybody.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, may
from services.audit import note
from services.db.models import AlertMessageRow, AlertRow, AuditRow, CallRow, CardRow, DeliveryRow, MemberRow
from services.db.unit_of_work import Database
from services.domain.workspace import ChatAddress, Language, Member
from services.errors import NotFound, Refused
from services.forgetting.messages import Chats, messages_about
from services.forgetting.wiping import wipe_person
from services.jobs.queues import Job
from services.phones import e164
from services.ports import ChatBusy, Clock, Jobs

log = structlog.get_logger(__name__)

BATCH = 50
TAIL = 10
"""Digits that tell a Russian number, however it begins."""
ACTION = "phone_forgotten"
TRIES = 20
AGAIN = timedelta(minutes=2)


@dataclass(frozen=True)
class Traces:
    """What there is about a number; `written` counts answers that stand in a CRM and stay there."""

    calls: int
    messages: int
    written: int


class PhoneForgetting:
    def __init__(self, database: Database, jobs: Jobs, chats: Chats, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._chats = chats
        self._clock = clock

    async def look(self, member: Member, words: str) -> tuple[str, Traces]:
        """The number and what there is about it. Raises Refused: `not_a_phone`, NotFound without the right."""
        _check(member)
        number = e164(words)
        if not number:
            raise Refused("not_a_phone")
        async with self._database.read() as session:
            calls = await _calls_of(session, member.workspace_id, number)
            messages = await messages_about(session, calls)
            written = await session.scalars(
                select(DeliveryRow.id).where(
                    DeliveryRow.call_id.in_(calls), DeliveryRow.state.in_(("confirmed", "sending", "unverifiable"))
                )
            )
            return number, Traces(len(calls), len(messages), len(written.all()))

    async def forget(self, member: Member, number: str) -> int:
        """Begins; how many calls there are. The report comes when it is done."""
        _check(member)
        async with self._database.write() as session:
            calls = await _calls_of(session, member.workspace_id, number)
            if not calls:
                return 0
            note(
                session,
                self._clock,
                member.workspace_id,
                member.user_id,
                ACTION,
                len(calls),
                calls=" ".join(map(str, calls)),
            )
            await session.flush()
            row = await session.scalar(
                select(AuditRow.id)
                .where(AuditRow.workspace_id == member.workspace_id, AuditRow.action == ACTION)
                .order_by(AuditRow.id.desc())
                .limit(1)
            )
            await self._jobs.put(session, Job.FORGET, str(row), lane=f"forget:{member.workspace_id}")
        return len(calls)

    async def run(self, key: str, attempt: int) -> None:
        """The job. Harmless to repeat: what is wiped has no messages and no words any more."""
        async with self._database.read() as session:
            row = await session.get(AuditRow, int(key))
        if row is None or row.action != ACTION:
            return
        calls = [int(number) for number in row.details["calls"].split()]
        left = int(row.details.get("left", 0))
        try:
            for start in range(0, len(calls), BATCH):
                left += await self._wipe(row.id, calls[start : start + BATCH], left)
            await self._report(row, len(calls), left)
        except ChatBusy as busy:
            if attempt < TRIES:
                await self._again(row, attempt + 1, max(AGAIN, timedelta(seconds=busy.retry_after)))

    async def _wipe(self, audit_id: int, calls: list[int], left_before: int) -> int:
        """How many messages Telegram did not let us take back."""
        async with self._database.read() as session:
            messages = await messages_about(session, calls)
        left = 0
        for written in messages:
            left += not await self._chats.erase(written)
        async with self._database.write() as session:
            await wipe_person(session, calls, self._clock)
            alerts = select(AlertRow.id).where(AlertRow.call_id.in_(calls))
            await session.execute(delete(AlertMessageRow).where(AlertMessageRow.alert_id.in_(alerts)))
            await session.execute(delete(CardRow).where(CardRow.call_id.in_(calls)))
            audit = await session.get_one(AuditRow, audit_id)
            audit.details = {**audit.details, "left": str(left_before + left)}
        return left

    async def _report(self, row: AuditRow, calls: int, left: int) -> None:
        async with self._database.read() as session:
            member = await session.scalar(
                select(MemberRow).where(
                    MemberRow.workspace_id == row.workspace_id, MemberRow.user_id == row.user_id
                )
            )
        log.info("phone_forgotten", workspace_id=row.workspace_id, calls=calls, messages_left=left)
        if member is None or row.user_id is None:
            return
        values = {"calls": str(calls), "left": str(left)}
        language = Language(member.language) if member.language else Language.RU
        await self._chats.tell(ChatAddress(row.user_id), language, ACTION, values)

    async def _again(self, row: AuditRow, attempt: int, after: timedelta) -> None:
        async with self._database.write() as session:
            lane = f"forget:{row.workspace_id}"
            await self._jobs.put(session, Job.FORGET, str(row.id), lane=lane, attempt=attempt, after=after)


def _check(member: Member) -> None:
    if not may(member.role, Action.SETTINGS):
        raise NotFound("forgetting")


async def _calls_of(session: AsyncSession, workspace_id: int, number: str) -> list[int]:
    """By the last ten digits: older rows may have a number as the system wrote it."""
    digits = number.removeprefix("+")
    same = CallRow.phone.like(f"%{digits[-TAIL:]}") if len(digits) > TAIL else CallRow.phone == number
    rows = await session.scalars(
        select(CallRow.id).where(CallRow.workspace_id == workspace_id, same).order_by(CallRow.id)
    )
    return list(rows)
