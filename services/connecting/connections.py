"""Integrations as people handle them: connecting, health, renaming, disconnecting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update

from services.access import Action
from services.audit import note
from services.connecting.accounts import (
    NAME_LIMIT,
    integration_of_row,
    known_account,
    name_apart,
    names_of_accounts,
    own_account,
)
from services.connecting.connectors import Connectors
from services.connecting.knocks import new_hook
from services.db.locking import LOCK
from services.db.models import IntegrationRow, PromptRow
from services.db.repositories.prompts import works_with
from services.db.unit_of_work import Database
from services.domain.integration import Ability, Integration, IntegrationState, Kind
from services.domain.workspace import Member
from services.errors import Refused, RemoteError, Unauthorized
from services.integrations.base import Check
from services.integrations.steps import linked, next_step
from services.pipeline.health import HealthBook
from services.pipeline.moving import Moving
from services.ports import Clock
from services.secrets import SecretsUnreadable, Vault
from services.workspace.limits import Quota
from services.workspace.presence import check_still_may


@dataclass(frozen=True)
class Connected:
    integration: Integration
    renewed: bool
    """The account was known already: its access was renewed, its prompts stay."""
    moved: bool = False
    """Another account has taken its place: prompts of its funnels and fields need a new place."""


class IntegrationService:
    def __init__(
        self,
        database: Database,
        connectors: Connectors,
        vault: Vault,
        health: HealthBook,
        moving: Moving,
        clock: Clock,
        quota: Quota | None = None,
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._vault = vault
        self._health = health
        self._moving = moving
        self._clock = clock
        self._quota = quota or Quota()
        self.catalogue = connectors.catalogue

    async def of(self, workspace_id: int) -> tuple[Integration, ...]:
        """Connected ones; a disconnected one is shown no more."""
        async with self._database.read() as session:
            rows = await session.scalars(
                select(IntegrationRow)
                .where(
                    IntegrationRow.workspace_id == workspace_id,
                    IntegrationRow.state != IntegrationState.DISCONNECTED,
                )
                .order_by(IntegrationRow.id)
            )
            return tuple(integration_of_row(row) for row in rows)

    async def get(self, member: Member, integration_id: int) -> Integration:
        """Raises NotFound."""
        async with self._database.read() as session:
            return integration_of_row(await own_account(session, member, integration_id))

    async def prompts_of(self, integration_id: int) -> int:
        """How many prompts work with it."""
        async with self._database.read() as session:
            count = await session.scalar(
                select(func.count(PromptRow.id)).where(works_with(integration_id), PromptRow.deleted_at.is_(None))
            )
            return count or 0

    def seal(self, values: Mapping[str, str]) -> str:
        """Values of an account that is not connected yet, unreadable for whoever sees them stored."""
        return self._vault.close(values)

    def unseal(self, sealed: str) -> dict[str, str]:
        return self._vault.open(sealed)

    async def known_values(self, member: Member, kind: Kind, renewed: int) -> dict[str, str]:
        """What need not be asked again when this access is renewed: choices, addresses, names, as they are by now.

        Of an access by the system's own page nothing but that page.
        """
        async with self._database.read() as session:
            row = await session.get(IntegrationRow, renewed)
        if row is None or row.workspace_id != member.workspace_id or row.kind != kind:
            return {}
        try:
            stored = self._vault.open(row.secrets)
        except SecretsUnreadable:
            return {}
        entry = self.catalogue[kind]
        by_link = linked(entry, stored) is not None
        kept = {s.field for s in entry.steps if not s.link and (by_link or s.choices or not s.secret)}
        known = {field: row.options.get(field) or value for field, value in stored.items() if field in kept}
        return known if next_step(entry, known) is not None else {}

    async def complete(self, kind: Kind, values: Mapping[str, str]) -> Mapping[str, str]:
        """What was asked, as it is stored. Raises remote failures, Refused."""
        return await self._connectors.complete(kind, values)

    async def moves(self, member: Member, renewed: int, check: Check) -> Integration | None:
        """The integration that was to be renewed, when the checked account is another one, unknown so far."""
        if not renewed:
            return None
        async with self._database.read() as session:
            row = await session.get(IntegrationRow, renewed)
            if row is None or row.workspace_id != member.workspace_id or row.account == check.account:
                return None
            known = await known_account(session, member, Kind(row.kind), check.account)
            return integration_of_row(row) if known is None else None

    async def try_out(self, kind: Kind, secrets: Mapping[str, str]) -> Check:
        """Live, before anything is saved. Raises remote failures."""
        return await self._connectors.try_out(kind, secrets)

    async def connect(
        self, member: Member, kind: Kind, secrets: Mapping[str, str], check: Check, *, into: int = 0
    ) -> Connected:
        """Saves a checked account. The same account again renews its access and keeps its prompts.

        `into` is an integration that becomes this account, prompts and all; it starts from now on.
        The cursor is taken before the user hears "connected": no call after that can be missed.
        Raises remote failures, Refused: `limit_integrations`, NotFound once the right to connect is gone.
        """
        cursor = dict(await self._connectors.first_cursor(kind, secrets, check.settings))
        async with self._database.read() as session:
            known = await known_account(session, member, kind, check.account)
        async with self._connectors.turn(known.id if known is not None else into):
            connected = await self._save(member, kind, secrets, check, cursor, into)
        await self._connectors.forget(connected.integration.id)
        return connected

    async def _save(
        self,
        member: Member,
        kind: Kind,
        secrets: Mapping[str, str],
        check: Check,
        cursor: Mapping[str, object],
        into: int,
    ) -> Connected:
        async with self._database.write() as session:
            await check_still_may(session, member, Action.CONNECT)
            row = await known_account(session, member, kind, check.account)
            moved = row is None and into != 0
            if moved:
                row = await own_account(session, member, into, lock=True)
                await self._moving.move(session, row, check.account)
            renewed = row is not None
            if row is None or row.state == IntegrationState.DISCONNECTED:
                await self._quota.for_integration(session, member.workspace_id)
            if row is None:
                row = self._new(member, kind, check, await names_of_accounts(session, member))
                session.add(row)
            if row.state == IntegrationState.DISCONNECTED:
                row.state, row.cursor = IntegrationState.ACTIVE, None
            row.cursor = row.cursor or dict(cursor)
            row.secrets = self._vault.close(secrets)
            row.settings = dict(check.settings)
            asked = {step.field for step in self.catalogue[kind].steps}
            row.options = {field: value for field, value in (row.options or {}).items() if field not in asked}
            if row.hook is None and self.wakes_up(kind):
                row.hook = new_hook()
            await session.flush()
            await self._health.worked(session, row)
            action = "integration_renewed" if renewed else "integration_connected"
            told = {"name": row.name, "account": row.account}
            note(session, self._clock, row.workspace_id, member.user_id, action, row.id, **told)
            return Connected(integration_of_row(row), renewed, moved)

    def wakes_up(self, kind: Kind) -> bool:
        """Can systems of this kind tell us at our address that there is something new?"""
        return bool(self._connectors.doors.public_url) and Ability.WAKES_UP in self.catalogue[kind].abilities

    def _new(self, member: Member, kind: Kind, check: Check, taken: Iterable[str]) -> IntegrationRow:
        return IntegrationRow(
            workspace_id=member.workspace_id,
            kind=kind,
            name=name_apart(check.title, taken),
            account=check.account,
            state=IntegrationState.ACTIVE,
            created_by=member.id,
            created_at=self._clock.now(),
        )

    async def check_now(self, member: Member, integration_id: int) -> Check:
        """Tries the stored access and remembers health and facts. Raises remote failures, NotFound."""
        async with self._database.read() as session:
            await own_account(session, member, integration_id)
        connector = await self._connectors.get(integration_id)
        try:
            check = await connector.check()
        except RemoteError as failure:
            await self._health.failed(integration_id, failure)
            raise
        if check.ok:
            async with self._database.write() as session:
                row = await session.get_one(IntegrationRow, integration_id, with_for_update=LOCK)
                row.settings = {**row.settings, **check.settings}
                await self._health.worked(session, row)
        else:
            await self._health.failed(integration_id, Unauthorized("a right is missing"))
        return check

    async def rename(self, member: Member, integration_id: int, name: str) -> Integration:
        """Raises NotFound, Refused(`integration_name_taken`)."""
        async with self._database.write() as session:
            row = await own_account(session, member, integration_id)
            others = await names_of_accounts(session, member, besides=row.id)
            if name_apart(name, others) != name[:NAME_LIMIT]:
                raise Refused("integration_name_taken", name=name)
            note(
                session,
                self._clock,
                row.workspace_id,
                member.user_id,
                "integration_renamed",
                row.id,
                before=row.name,
                after=name,
            )
            row.name = name[:NAME_LIMIT]
            return integration_of_row(row)

    async def disconnect(self, member: Member, integration_id: int) -> None:
        """Forgets the secret and switches its prompts off; they stay for the day it is connected again."""
        async with self._database.write() as session:
            row = await own_account(session, member, integration_id)
            row.state, row.secrets = IntegrationState.DISCONNECTED, ""
            row.problem = row.problem_since = None
            row.problem_told, row.failures = False, 0
            await session.execute(
                update(PromptRow)
                .where(works_with(integration_id))
                .values(enabled=False, enabled_at=None, revision=PromptRow.revision + 1)
            )
            note(
                session,
                self._clock,
                row.workspace_id,
                member.user_id,
                "integration_disconnected",
                row.id,
                name=row.name,
            )
        await self._connectors.forget(integration_id)
