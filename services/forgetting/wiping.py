"""Takes the words out of calls. Rows of calls stay: without them a call would be found and worked on once more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import (
    AlertRow,
    AnswerRow,
    CallRow,
    CallTargetRow,
    DeliveryRow,
    TranscriptRow,
    VerdictRow,
)
from services.db.repositories.calls import FORGOTTEN
from services.db.repositories.deliveries import OPEN
from services.domain.answer import DeliveryState, UndoState
from services.domain.call import CallState, Reason, TargetState
from services.ports import Clock


async def wipe_talk(session: AsyncSession, calls: Sequence[int]) -> None:
    """What was said, and by whom: the transcript, names of files and folders, the client. The answers stay."""
    await session.execute(delete(TranscriptRow).where(TranscriptRow.call_id.in_(calls)))
    await session.execute(
        update(CallRow).where(CallRow.id.in_(calls)).values(refs=FORGOTTEN, traits={}, client_name="")
    )
    await session.execute(
        update(CallTargetRow)
        .where(CallTargetRow.call_id.in_(calls))
        .values(object_title="", object_url="", client_name="")
    )


async def wipe_answers(session: AsyncSession, calls: Sequence[int]) -> None:
    """Answers stay in the CRM; here it is only known that there were some."""
    await _end_writes(session, calls)
    await session.execute(
        update(AnswerRow).where(AnswerRow.call_id.in_(calls)).values(text="", quote="", value=None)
    )
    await session.execute(
        update(DeliveryRow).where(DeliveryRow.call_id.in_(calls)).values(body="", payload=None, before=None)
    )
    await session.execute(update(AlertRow).where(AlertRow.call_id.in_(calls)).values(quote=""))


async def _end_writes(session: AsyncSession, calls: Sequence[int]) -> None:
    """What has waited for an access for so long is written no more: nothing is left to write, or to put back."""
    own = DeliveryRow.call_id.in_(calls)
    for waiting, end in (
        (own & (DeliveryRow.state == DeliveryState.PLANNED), DeliveryState.FAILED),
        (own & DeliveryRow.state.in_(OPEN), DeliveryState.UNVERIFIABLE),
    ):
        await session.execute(update(DeliveryRow).where(waiting).values(state=end, reason=Reason.FORGOTTEN))
    unwanted = own & (DeliveryRow.undo == UndoState.WANTED)
    await session.execute(update(DeliveryRow).where(unwanted).values(undo=UndoState.FAILED))


async def wipe_person(session: AsyncSession, calls: Sequence[int], clock: Clock) -> None:
    """Nothing left that tells who called; what was still to be done with the calls is done no more."""
    await wipe_talk(session, calls)
    await wipe_answers(session, calls)
    now = clock.now()
    await _end(session, calls, now)
    await session.execute(
        update(CallRow)
        .where(CallRow.id.in_(calls))
        .values(phone="", object_title="", object_url="", object_kind=None, object_id=None)
    )


async def _end(session: AsyncSession, calls: Sequence[int], now: datetime) -> None:
    final = [state for state in CallState if state.final]
    await session.execute(
        update(CallRow)
        .where(CallRow.id.in_(calls), CallRow.state.not_in(final))
        .values(state=CallState.SKIPPED, reason=Reason.FORGOTTEN, finished_at=now)
    )
    await session.execute(
        update(VerdictRow)
        .where(VerdictRow.call_id.in_(calls), VerdictRow.state == "matched")
        .values(state="skipped", reason=Reason.FORGOTTEN)
    )
    await session.execute(
        update(CallTargetRow)
        .where(CallTargetRow.call_id.in_(calls))
        .values(state=TargetState.NONE, reason=Reason.FORGOTTEN, object_id=None, due_at=None)
    )
    await session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.call_id.in_(calls), DeliveryRow.state.in_(("planned", "unknown", "failed")))
        .values(state="failed", reason=Reason.FORGOTTEN)
    )
