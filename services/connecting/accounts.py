"""Rows of connected accounts: what they say, what they are called, and whose they are."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.connecting.troubles import code_of, remote_code_of
from services.db.models import IntegrationRow
from services.domain.integration import Health, Integration, IntegrationState, Kind
from services.domain.workspace import Member
from services.errors import NotFound

NAME_LIMIT = 60


def integration_of_row(row: IntegrationRow) -> Integration:
    problem = code_of(row.problem) if row.problem is not None else None
    remote_code = remote_code_of(row.problem or "")
    return Integration(
        id=row.id,
        workspace_id=row.workspace_id,
        kind=Kind(row.kind),
        name=row.name,
        account=row.account,
        state=IntegrationState(row.state),
        health=Health(row.last_pull_at, row.last_call_at, problem, row.problem_since, remote_code),
        expires_at=expiry_of(row.settings),
        options={name: str(value) for name, value in row.options.items()},
    )


def expiry_of(settings: Mapping[str, object]) -> datetime | None:
    """When the access ends, as the check read it: a moment in ISO 8601, of UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(str(settings.get("expires_at") or ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def name_apart(wanted: str, taken: Iterable[str]) -> str:
    """Two accounts of one system are told apart by their names: `Портал`, `Портал 2`."""
    known = {name.casefold() for name in taken}
    name, number = wanted[:NAME_LIMIT], 1
    while name.casefold() in known:
        number += 1
        suffix = f" {number}"
        name = wanted[: NAME_LIMIT - len(suffix)] + suffix
    return name


async def names_of_accounts(session: AsyncSession, member: Member, *, besides: int = 0) -> list[str]:
    """Of connected ones and of those that may come back."""
    names = await session.scalars(
        select(IntegrationRow.name).where(
            IntegrationRow.workspace_id == member.workspace_id, IntegrationRow.id != besides
        )
    )
    return list(names)


async def known_account(session: AsyncSession, member: Member, kind: Kind, account: str) -> IntegrationRow | None:
    return await session.scalar(
        select(IntegrationRow).where(
            IntegrationRow.workspace_id == member.workspace_id,
            IntegrationRow.kind == kind,
            IntegrationRow.account == account,
        )
    )


async def own_account(
    session: AsyncSession, member: Member, integration_id: int, *, lock: bool | dict[str, Any] = False
) -> IntegrationRow:
    """Connected, and of the member's company. `lock`: LOCK, or True: nobody adds to it. Raises NotFound."""
    row = await session.get(IntegrationRow, integration_id, with_for_update=lock)
    if row is None or row.workspace_id != member.workspace_id or row.state == IntegrationState.DISCONNECTED:
        raise NotFound(f"integration {integration_id}")
    return row
