"""The rules of an integration as people change them: previewed, then saved, each time as a whole."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.models import FunnelRow, IntegrationRow, RouteRow, StageRow
from services.db.unit_of_work import Database
from services.domain.integration import Kind
from services.domain.workspace import Member
from services.errors import Conflict, NotFound, Refused
from services.integrations.entry import CatalogueEntry
from services.ownfunnels.changes import Change
from services.ownfunnels.conditions import to_json
from services.ownfunnels.latest import calls_of_a_day, latest_calls
from services.ownfunnels.owned import Owned
from services.ownfunnels.preview import Preview, compare
from services.ownfunnels.routing import load_rules, rule_of_row
from services.ownfunnels.rules import NEW, Rule, stamp_of
from services.ownfunnels.seen import Seen, seen_in
from services.ports import Clock

MOST_RULES = 80
"""A window of Telegram holds 100 buttons."""


@dataclass(frozen=True)
class Book:
    """`stamp` names this very state: a change is made against it."""

    rules: tuple[Rule, ...]
    stamp: int


class RuleBook:
    def __init__(self, database: Database, catalogue: Mapping[Kind, CatalogueEntry], clock: Clock) -> None:
        self._database = database
        self._owned = Owned(catalogue)
        self._clock = clock

    async def of(self, member: Member, integration_id: int) -> Book:
        """Raises NotFound."""
        async with self._database.read() as session:
            await self._owned.integration(session, member, integration_id)
            rules = await load_rules(session, integration_id)
        return Book(rules, stamp_of(rules))

    async def seen(self, member: Member, integration_id: int) -> Seen:
        """Raises NotFound."""
        async with self._database.read() as session:
            row = await self._owned.integration(session, member, integration_id)
            calls = await latest_calls(session, integration_id, most=500)
            return seen_in(calls, self._owned.traits(Kind(row.kind)))

    async def preview(self, member: Member, integration_id: int, change: Change | None = None) -> Preview:
        """What the change would do to the latest calls; None: how it is now. Raises NotFound."""
        async with self._database.read() as session:
            await self._owned.integration(session, member, integration_id)
            rules = await load_rules(session, integration_id)
            calls, of_a_day = await calls_of_a_day(session, integration_id, self._clock)
        after = change(rules) if change is not None else rules
        # Many calls against many rules take a while: others must not wait for it.
        return await asyncio.to_thread(compare, calls, rules, after, of_a_day=of_a_day)

    async def change(self, member: Member, integration_id: int, change: Change, stamp: int) -> Book:
        """Saves all rules as the change makes them. New calls go by them at once.

        Raises NotFound, Conflict when the rules are not those of the stamp, Refused: `too_many_rules`.
        """
        async with self._database.write() as session:
            integration = await self._owned.integration(session, member, integration_id, lock=True)
            before = await load_rules(session, integration_id)
            if stamp_of(before) != stamp:
                raise Conflict(f"rules of integration {integration_id}")
            after = change(before)
            if len(after) > MOST_RULES:
                raise Refused("too_many_rules", limit=MOST_RULES)
            await self._check_goals(session, integration_id, after)
            await self._store(session, integration, member, after)
            rules = await load_rules(session, integration_id)
        return Book(rules, stamp_of(rules))

    async def _check_goals(self, session: AsyncSession, integration_id: int, rules: Sequence[Rule]) -> None:
        """A funnel or stage may be gone since it was chosen. Raises NotFound."""
        for goal in {rule.goal for rule in rules}:
            funnel = await session.get(FunnelRow, goal.funnel_id)
            if funnel is None or funnel.missing or funnel.integration_id != integration_id:
                raise NotFound(f"funnel {goal.funnel_id}")
            if goal.stage_id is not None:
                stage = await session.get(StageRow, goal.stage_id)
                if stage is None or stage.missing or stage.funnel_id != funnel.id:
                    raise NotFound(f"stage {goal.stage_id}")

    async def _store(
        self, session: AsyncSession, integration: IntegrationRow, member: Member, rules: Sequence[Rule]
    ) -> None:
        rows = {
            row.id: row
            for row in await session.scalars(select(RouteRow).where(RouteRow.integration_id == integration.id))
        }
        kept = {rule.id for rule in rules}
        gone = [number for number in rows if number not in kept]
        if gone:
            await session.execute(delete(RouteRow).where(RouteRow.id.in_(gone)))
            self._note(session, integration, member, "route_deleted", gone)
        for position, rule in enumerate(rules, start=1):
            row = rows.get(rule.id)
            if row is None:
                row = RouteRow(integration_id=integration.id, created_by=member.id, created_at=self._clock.now())
                session.add(row)
            changed = rule.id == NEW or rule_of_row(row) != rule or row.position != position
            row.position, row.conditions = position, to_json(rule.conditions)
            row.funnel_id, row.stage_id = rule.goal.funnel_id, rule.goal.stage_id
            if changed:
                await session.flush()
                self._note(session, integration, member, "route_saved", [row.id])

    def _note(
        self, session: AsyncSession, integration: IntegrationRow, member: Member, action: str, ids: Sequence[int]
    ) -> None:
        for number in ids:
            note(
                session,
                self._clock,
                integration.workspace_id,
                member.user_id,
                action,
                number,
                integration=str(integration.id),
            )
