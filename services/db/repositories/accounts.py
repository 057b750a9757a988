"""Rows that carry ids of a remote account: calls, funnels and targets of writes are only unique within it.

When an integration becomes another account, what it leaves behind keeps its rows under marked ids: the new
account counts from the beginning, and its call 1001, its funnel 0 or its deal 5 are others. Funnels of our own
are nobody else's: they stay.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.db.models import CallRow, DeliveryRow, FunnelRow, IntegrationRow, StageRow
from services.domain.integration import ObjectKind

SIGN = "@"
"""No id of a remote system begins with it: all of ours name their kind first."""
WIDTH = 128
LONGEST_NAME = 64


IDS: Sequence[tuple[type[CallRow | FunnelRow | DeliveryRow], InstrumentedAttribute[str]]] = (
    (CallRow, CallRow.external_id),
    (FunnelRow, FunnelRow.external_id),
    (DeliveryRow, DeliveryRow.target),
)


def is_left_behind(call: CallRow) -> bool:
    """Of an account that its integration has left: nothing of it can be repeated or taken back."""
    return call.external_id.startswith(SIGN)


def mark_of(account: str) -> str:
    """The mark has room for the id behind it."""
    name = account if len(account) <= LONGEST_NAME else hashlib.sha256(account.encode()).hexdigest()
    return f"{SIGN}{name}|"


async def stay(session: AsyncSession, integration_id: int) -> None:
    """The integration stays what it is until the transaction ends: it becomes another account before, or after.

    To be asked first of all: whoever moves it holds it before anything else, too.
    """
    held = {"read": True, "key_share": True}
    await session.get(IntegrationRow, integration_id, with_for_update=held)


async def leave_behind(session: AsyncSession, integration_id: int, account: str) -> None:
    """Marks calls and funnels; the funnels are missing from now on, so that their prompts are suspended."""
    mark = mark_of(account)
    for row, name in IDS:
        unmarked = func.substr(name, 1, 1) != SIGN
        await session.execute(
            update(row)
            .where(row.integration_id == integration_id, unmarked, *_remote(row))
            .values({name: func.substr(mark + name, 1, WIDTH)})
        )
    await _set_missing(session, integration_id, missing=True)


async def find_again(session: AsyncSession, integration_id: int, account: str) -> None:
    """An integration that comes back to an account has its calls and its funnels again."""
    mark = mark_of(account)
    await _set_missing(session, integration_id, missing=False, mark=mark)
    for row, name in IDS:
        own = func.substr(name, 1, len(mark)) == mark
        await session.execute(
            update(row)
            .where(row.integration_id == integration_id, own)
            .values({name: func.substr(name, len(mark) + 1)})
        )


def _remote(row: type[CallRow | FunnelRow | DeliveryRow]) -> Sequence[ColumnElement[bool]]:
    return (FunnelRow.object_kind != ObjectKind.CALL,) if row is FunnelRow else ()


async def _set_missing(session: AsyncSession, integration_id: int, *, missing: bool, mark: str = "") -> None:
    """Of the funnels whose ids begin with the mark. The next look at the account tells what is there."""
    marked = func.substr(FunnelRow.external_id, 1, len(mark)) == mark
    funnels = select(FunnelRow.id).where(FunnelRow.integration_id == integration_id, marked, *_remote(FunnelRow))
    await session.execute(update(StageRow).where(StageRow.funnel_id.in_(funnels)).values(missing=missing))
    await session.execute(update(FunnelRow).where(FunnelRow.id.in_(funnels)).values(missing=missing))
