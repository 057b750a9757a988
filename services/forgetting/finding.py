"""Which calls are about a telephone number, however a system has written it."""

import re

from sqlalchemy import SQLColumnExpression, Text, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import CallRow
from services.domain.call import Trait
from services.phones import e164

TAIL = 10
"""Digits that tell a Russian number, however it begins."""
_SIGNS = " -()._+"
"""What people and systems write between the digits."""
_NAMED = (Trait.FILE_NAME, Trait.FOLDER)


async def calls_about(session: AsyncSession, workspace_id: int, number: str) -> list[int]:
    """Of the company. A call without a number counts too when the name of its file or folder has it."""
    tail = _tail(number)
    rows = await session.execute(
        select(CallRow.id, CallRow.phone, CallRow.traits)
        .where(
            CallRow.workspace_id == workspace_id,
            or_(_bare(CallRow.phone).contains(tail), _bare(cast(CallRow.traits, Text)).contains(tail)),
        )
        .order_by(CallRow.id)
    )
    named = _as_written(number)
    return [
        call_id
        for call_id, phone, traits in rows
        if _is_same(phone, number)
        or (not phone and any(named.search(str(traits.get(name) or "")) for name in _NAMED))
    ]


def _tail(number: str) -> str:
    return number.removeprefix("+")[-TAIL:]


def _bare(column: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    for sign in _SIGNS:
        column = func.replace(column, sign, "")
    return column


def _is_same(phone: str, number: str) -> bool:
    """A number of another country may end in the same digits; what is no whole number is told by them."""
    known = e164(phone)
    return known == number if known else re.sub(r"\D", "", phone).endswith(_tail(number))


def _as_written(number: str) -> re.Pattern[str]:
    """`8 (926) 123-45-67`, and not a part of a longer row of digits."""
    between = rf"[{re.escape(_SIGNS)}]{{0,3}}"
    code = "[78]" if number.startswith("+7") else between.join(number[1:-TAIL])
    return re.compile(rf"(?<!\d)(?:\+?{code}{between})?{between.join(_tail(number))}(?!\d)")
