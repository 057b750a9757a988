"""People who were sent to a system's own page to allow us in, and are awaited back at our address.

What goes along in the link is random, is stored as a digest only, and opens one dialogue of one person once.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action, may
from services.connecting.connectors import Connectors
from services.db.models import MemberRow, PendingAccessRow
from services.db.unit_of_work import Database
from services.domain.integration import Kind
from services.domain.workspace import Member
from services.errors import NotFound
from services.integrations.doors import return_address
from services.ports import Clock
from services.secrets import SecretsUnreadable, Vault
from services.workspace.workspaces import member_of_row

LIFETIME = timedelta(minutes=20)


@dataclass(frozen=True)
class Permit:
    """A dialogue that goes on now: everything the page of the other system knows nothing of."""

    member: Member
    kind: Kind
    values: Mapping[str, str] = field(repr=False)
    renew: int
    chat_id: int


class Permits:
    def __init__(self, database: Database, connectors: Connectors, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._connectors = connectors
        self._vault = vault
        self._clock = clock

    @property
    def offered(self) -> bool:
        """Can people be sent back to us at all?"""
        return bool(self._connectors.doors.public_url)

    def return_address(self, kind: Kind) -> str:
        """What a system that has to know it beforehand is told; empty where nobody can be sent back to us."""
        return return_address(kind, self._connectors.doors) if self.offered else ""

    async def ask(self, member: Member, kind: Kind, values: Mapping[str, str], *, renew: int, chat_id: int) -> str:
        """The address to open: works once, for twenty minutes. Former ones of this person work no more."""
        entry, state = self._connectors.catalogue[kind], secrets.token_urlsafe(32)
        assert entry.authorize is not None, "a step with a link comes with an address"
        row = PendingAccessRow(
            state=_digest(state),
            member_id=member.id,
            kind=kind,
            sealed=self._vault.close(values),
            renew=renew,
            chat_id=chat_id,
            expires_at=self._clock.now() + LIFETIME,
        )
        async with self._database.write() as session:
            await _forget(session, member.id)
            session.add(row)
        return entry.authorize(values, state, self._connectors.doors)

    async def take(self, kind: str, state: str) -> Permit:
        """The dialogue that waits for this return; it waits no more.

        Raises NotFound: unknown, used, too old, of another system, or of somebody who may not connect any more.
        """
        digest = _digest(state)
        async with self._database.read() as session:
            row = await session.get(PendingAccessRow, digest)
        if row is None:
            raise NotFound("pending access")
        async with self._database.write() as session:
            taken = await session.scalar(
                delete(PendingAccessRow)
                .where(PendingAccessRow.state == digest, PendingAccessRow.kind == kind)
                .returning(PendingAccessRow.state)
                .execution_options(synchronize_session=False)
            )
            member = await session.get(MemberRow, row.member_id)
        if taken is None or row.expires_at <= self._clock.now():
            raise NotFound("pending access")
        if member is None or not may(member_of_row(member).role, Action.CONNECT):
            raise NotFound("pending access")
        try:
            values = self._vault.open(row.sealed)
        except SecretsUnreadable:
            raise NotFound("pending access") from None
        return Permit(member_of_row(member), Kind(row.kind), values, row.renew, row.chat_id)

    async def forget(self, member: Member) -> None:
        """The dialogue was left: whoever comes back from the page is not awaited."""
        async with self._database.write() as session:
            await _forget(session, member.id)


async def _forget(session: AsyncSession, member_id: int) -> None:
    await session.execute(delete(PendingAccessRow).where(PendingAccessRow.member_id == member_id))


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode(errors="replace")).hexdigest()
