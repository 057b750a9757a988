"""Funnels and stages as people make them. What is deleted stays as missing: its prompts are never widened."""

import uuid
from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.models import FunnelRow, IntegrationRow, RouteRow, StageRow
from services.db.unit_of_work import Database
from services.domain.integration import Funnel, Integration, Kind, ObjectKind
from services.domain.workspace import Member
from services.errors import Refused
from services.integrations.entry import CatalogueEntry
from services.ownfunnels.owned import Owned, funnel_rows, stage_rows
from services.ownfunnels.places import Place, place_of_row, present, prompts_at
from services.ports import Clock
from services.prompts.drafts import clean_name

MOST_FUNNELS = 30
MOST_STAGES = 30

Ordered = TypeVar("Ordered", FunnelRow, StageRow)


class OwnFunnels:
    """One public method is one thing a person wants, and one transaction. All raise NotFound."""

    def __init__(self, database: Database, catalogue: Mapping[Kind, CatalogueEntry], clock: Clock) -> None:
        self._database = database
        self._owned = Owned(catalogue)
        self._clock = clock

    def among(self, integrations: Sequence[Integration]) -> tuple[Integration, ...]:
        """Those whose funnels are made here."""
        return tuple(one for one in integrations if self._owned.fits(one.kind))

    async def of(self, member: Member, integration_id: int) -> tuple[Funnel, ...]:
        """Those that are there, each with the stages that are there."""
        async with self._database.read() as session:
            await self._owned.integration(session, member, integration_id)
            return await present(session, integration_id)

    async def funnel(self, member: Member, funnel_id: int) -> Place:
        async with self._database.read() as session:
            row = await self._owned.funnel(session, member, funnel_id)
            return await place_of_row(session, row)

    async def stage(self, member: Member, stage_id: int) -> Place:
        """The funnel that a stage belongs to."""
        async with self._database.read() as session:
            row = await self._owned.stage(session, member, stage_id)
            return await place_of_row(session, await session.get_one(FunnelRow, row.funnel_id))

    async def make_funnel(self, member: Member, integration_id: int, name: str) -> Place:
        """Behind the others. Raises Refused: `name_*`, `same_funnel`, `too_many_funnels`."""
        cleaned = clean_name(name)
        async with self._database.write() as session:
            integration = await self._owned.integration(session, member, integration_id, lock=True)
            others = await funnel_rows(session, integration_id)
            _check_free(cleaned, others, "same_funnel")
            if len(others) >= MOST_FUNNELS:
                raise Refused("too_many_funnels", limit=MOST_FUNNELS)
            row = FunnelRow(
                integration_id=integration_id,
                object_kind=ObjectKind.CALL,
                external_id=uuid.uuid4().hex,
                name=cleaned,
                sort=_behind(others),
            )
            session.add(row)
            await session.flush()
            self._note(session, integration, member, "own_funnel_made", row.id, cleaned)
            return await place_of_row(session, row)

    async def rename_funnel(self, member: Member, funnel_id: int, name: str) -> Place:
        """Raises Refused: `name_*`, `same_funnel`."""
        cleaned = clean_name(name)
        async with self._database.write() as session:
            row = await self._owned.funnel(session, member, funnel_id, lock=True)
            others = [one for one in await funnel_rows(session, row.integration_id) if one.id != row.id]
            _check_free(cleaned, others, "same_funnel")
            row.name = cleaned
            await self._noted(session, member, "own_funnel_renamed", row, row.id, cleaned)
            return await place_of_row(session, row)

    async def put_funnel(self, member: Member, funnel_id: int, to: int) -> Place:
        """To that place among the funnels, counted from 0."""
        async with self._database.write() as session:
            row = await self._owned.funnel(session, member, funnel_id, lock=True)
            _put(await funnel_rows(session, row.integration_id), row, to)
            return await place_of_row(session, row)

    async def prompts_on(self, member: Member, funnel_id: int, stage_id: int | None = None) -> tuple[str, ...]:
        """Names of the prompts that would be suspended with it."""
        async with self._database.read() as session:
            await self._owned.funnel(session, member, funnel_id)
            return await prompts_at(session, funnel_id, stage_id)

    async def delete_funnel(self, member: Member, funnel_id: int) -> tuple[str, ...]:
        """With its rules. The names of its prompts are returned: they are suspended."""
        async with self._database.write() as session:
            row = await self._owned.funnel(session, member, funnel_id, lock=True)
            row.missing = True
            await session.execute(delete(RouteRow).where(RouteRow.funnel_id == row.id))
            await self._noted(session, member, "own_funnel_deleted", row, row.id, row.name)
            return await prompts_at(session, row.id, None)

    async def make_stage(self, member: Member, funnel_id: int, name: str) -> Place:
        """Behind the others. Raises Refused: `name_*`, `same_stage`, `too_many_stages`."""
        cleaned = clean_name(name)
        async with self._database.write() as session:
            funnel = await self._owned.funnel(session, member, funnel_id, lock=True)
            others = await stage_rows(session, funnel_id)
            _check_free(cleaned, others, "same_stage")
            if len(others) >= MOST_STAGES:
                raise Refused("too_many_stages", limit=MOST_STAGES)
            row = StageRow(funnel_id=funnel_id, external_id=uuid.uuid4().hex, name=cleaned, sort=_behind(others))
            session.add(row)
            await session.flush()
            await self._noted(session, member, "own_stage_made", funnel, row.id, cleaned)
            return await place_of_row(session, funnel)

    async def rename_stage(self, member: Member, stage_id: int, name: str) -> Place:
        """Raises Refused: `name_*`, `same_stage`."""
        cleaned = clean_name(name)
        async with self._database.write() as session:
            row = await self._owned.stage(session, member, stage_id, lock=True)
            others = [one for one in await stage_rows(session, row.funnel_id) if one.id != row.id]
            _check_free(cleaned, others, "same_stage")
            row.name = cleaned
            funnel = await session.get_one(FunnelRow, row.funnel_id)
            await self._noted(session, member, "own_stage_renamed", funnel, row.id, cleaned)
            await session.flush()
            return await place_of_row(session, funnel)

    async def put_stage(self, member: Member, stage_id: int, to: int) -> Place:
        """To that place among the stages of its funnel, counted from 0."""
        async with self._database.write() as session:
            row = await self._owned.stage(session, member, stage_id, lock=True)
            _put(await stage_rows(session, row.funnel_id), row, to)
            await session.flush()
            return await place_of_row(session, await session.get_one(FunnelRow, row.funnel_id))

    async def delete_stage(self, member: Member, stage_id: int) -> tuple[str, ...]:
        """Its rules lead into the funnel without a stage from now on: no other prompt gets more calls."""
        async with self._database.write() as session:
            row = await self._owned.stage(session, member, stage_id, lock=True)
            row.missing = True
            await session.execute(update(RouteRow).where(RouteRow.stage_id == row.id).values(stage_id=None))
            funnel = await session.get_one(FunnelRow, row.funnel_id)
            await self._noted(session, member, "own_stage_deleted", funnel, row.id, row.name)
            return await prompts_at(session, funnel.id, row.id)

    async def _noted(
        self, session: AsyncSession, member: Member, action: str, funnel: FunnelRow, number: int, name: str
    ) -> None:
        integration = await session.get_one(IntegrationRow, funnel.integration_id)
        self._note(session, integration, member, action, number, name)

    def _note(
        self,
        session: AsyncSession,
        integration: IntegrationRow,
        member: Member,
        action: str,
        number: int,
        name: str,
    ) -> None:
        note(session, self._clock, integration.workspace_id, member.user_id, action, number, name=name)


def _check_free(name: str, others: Sequence[FunnelRow] | Sequence[StageRow], why: str) -> None:
    if any(one.name.casefold() == name.casefold() for one in others):
        raise Refused(why, name=name)


def _behind(others: Sequence[FunnelRow] | Sequence[StageRow]) -> int:
    return max((one.sort for one in others), default=-1) + 1


def _put(rows: list[Ordered], row: Ordered, to: int) -> None:
    """The place wanted, so asking twice does no harm."""
    others = [one for one in rows if one.id != row.id]
    others.insert(max(0, to), row)
    for sort, one in enumerate(others):
        one.sort = sort
