"""Everything about a telephone number: found, shown to the owner, and deleted as a job.

The number itself is kept nowhere: neither in the job nor in the history.
"""

from dataclasses import dataclass

from sqlalchemy import select

from services.access import Action, may
from services.audit import note
from services.db.models import DeliveryRow, ForgetOrderRow
from services.db.unit_of_work import Database
from services.domain.workspace import Member
from services.errors import NotFound, Refused
from services.forgetting.finding import calls_about
from services.forgetting.messages import Chats, messages_about
from services.forgetting.orders import FORGOTTEN, ForgetOrders, put_order
from services.phones import e164
from services.ports import Clock, Jobs
from services.workspace.presence import lock_to_change

IN_THE_CRM = ("confirmed", "sending", "unverifiable")


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
        self._clock = clock
        self._orders = ForgetOrders(database, jobs, chats, clock)

    async def look(self, member: Member, words: str) -> tuple[str, Traces]:
        """The number and what there is about it. Raises Refused: `not_a_phone`, NotFound without the right."""
        if not may(member.role, Action.SETTINGS):
            raise NotFound("forgetting")
        number = e164(words)
        if not number:
            raise Refused("not_a_phone")
        async with self._database.read() as session:
            calls = await calls_about(session, member.workspace_id, number)
            messages = await messages_about(session, calls)
            written = await session.scalars(
                select(DeliveryRow.id).where(DeliveryRow.call_id.in_(calls), DeliveryRow.state.in_(IN_THE_CRM))
            )
            return number, Traces(len(calls), len(messages), len(written.all()))

    async def forget(self, member: Member, number: str) -> int:
        """Begins; how many calls there are. The report comes when it is done. Raises NotFound."""
        now = self._clock.now()
        async with self._database.write() as session:
            await lock_to_change(session, member, Action.SETTINGS)
            calls = await calls_about(session, member.workspace_id, number)
            if not calls:
                return 0
            note(session, self._clock, member.workspace_id, member.user_id, FORGOTTEN, len(calls))
            order = ForgetOrderRow(
                workspace_id=member.workspace_id,
                user_id=member.user_id,
                calls=calls,
                left={},
                attempt=0,
                due_at=now,
                created_at=now,
            )
            session.add(order)
            await session.flush()
            await put_order(session, self._jobs, order, now)
        return len(calls)

    async def run(self, key: str, attempt: int) -> None:
        """The job."""
        await self._orders.run(key, attempt)
