"""Remote systems say at our address that there is something new: a reason to look at once, and nothing more.

Nothing that comes this way is believed: what a call is, is read from the system itself. A lost, repeated or
forged knock changes nothing but the moment of the next look.
"""

import hmac
import re
import secrets
from datetime import timedelta

import structlog
from sqlalchemy import select

from services.connecting.accounts import own_account
from services.connecting.connectors import Connectors
from services.db.locking import LOCK
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import Ability, IntegrationState, Kind
from services.domain.workspace import Member
from services.errors import NotFound, RateLimited, RemoteError
from services.integrations.knocking import Knock, Reply, Waker
from services.jobs.queues import Job, integration_lane
from services.ports import Clock, Jobs, Rate

log = structlog.get_logger(__name__)

PATH = "/hook/"
LOOK_SECONDS = 5
"""An integration is looked at for its knocks at most so often; the last knock is always followed by a look."""
PATIENCE = Rate(per_second=10, burst=100)
"""Knocks at one address. Generous: some systems turn an address off that answered "too many" too often."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_hook() -> str:
    """The unguessable part of an address: 256 bits."""
    return secrets.token_urlsafe(32)


class Patience:
    """How many knocks each integration has left, in this process; idle ones are forgotten."""

    def __init__(self, clock: Clock, rate: Rate = PATIENCE) -> None:
        self._clock = clock
        self._rate = rate
        self._full_at: dict[int, float] = {}
        """When the bucket of an integration would be full again, epoch seconds."""

    def allows(self, integration_id: int) -> bool:
        now = self._clock.now().timestamp()
        self._full_at = {key: full for key, full in self._full_at.items() if full > now}
        full_at = max(self._full_at.get(integration_id, now), now) + 1 / self._rate.per_second
        if full_at - now > self._rate.burst / self._rate.per_second:
            return False
        self._full_at[integration_id] = full_at
        return True


class Knocks:
    def __init__(self, database: Database, connectors: Connectors, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._connectors = connectors
        self._jobs = jobs
        self._clock = clock
        self._patience = Patience(clock)

    async def answer(self, token: str, knock: Knock) -> Reply:
        """Raises NotFound for an address nobody has been given, RateLimited for too many knocks at one."""
        row = await self._find(token)
        if not self._patience.allows(row.id):
            raise RateLimited(retry_after=1)
        try:
            connector = await self._connectors.get(row.id)
        except RemoteError:
            return Reply(wakes=False)
        if not isinstance(connector, Waker):
            raise NotFound("no waker")
        try:
            reply = await connector.answer(knock)
        except Exception as failure:  # noqa: BLE001 - whatever came, it is only a hint: a look does no harm
            log.warning("knock_not_understood", integration_id=row.id, error=type(failure).__name__)
            reply = Reply()
        if reply.wakes and row.state == IntegrationState.ACTIVE:
            await self._wake(row)
        return reply

    async def _find(self, token: str) -> IntegrationRow:
        if not _TOKEN.fullmatch(token):
            raise NotFound("hook")
        async with self._database.read() as session:
            row = await session.scalar(select(IntegrationRow).where(IntegrationRow.hook == token))
        is_known = hmac.compare_digest((row.hook or "").encode() if row is not None else b"", token.encode())
        if row is None or not is_known or row.state == IntegrationState.DISCONNECTED:
            raise NotFound("hook")
        return row

    async def _wake(self, row: IntegrationRow) -> None:
        """At once, or when the last look is long enough ago: jobs of one moment have one key."""
        now = self._clock.now()
        tick, after = int(now.timestamp() // LOOK_SECONDS), timedelta(0)
        if row.last_pull_at is not None and now - row.last_pull_at < timedelta(seconds=LOOK_SECONDS):
            tick += 1
            after = timedelta(seconds=tick * LOOK_SECONDS - now.timestamp())
        async with self._database.write() as session:
            lane = integration_lane(row.id)
            await self._jobs.put(session, Job.PULL, f"{row.id}@knock{tick}", lane=lane, after=after)
        log.info("knock", integration_id=row.id)

    async def address(self, member: Member, integration_id: int) -> str:
        """What to paste into the system's own cabinet; empty where nobody can reach us, or it does not knock.

        Raises NotFound.
        """
        async with self._database.write() as session:
            row = await own_account(session, member, integration_id, lock=LOCK)
            public_url = self._connectors.doors.public_url
            wakes_up = Ability.WAKES_UP in self._connectors.catalogue[Kind(row.kind)].abilities
            if not public_url or not wakes_up:
                return ""
            row.hook = row.hook or new_hook()
            return f"{public_url}{PATH}{row.hook}"
