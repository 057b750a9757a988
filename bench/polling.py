"""What looking for calls costs: many idle accounts, and one account after a long gap."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

import psutil
from sqlalchemy import func, select, update

from bench.accounts import STANDS
from bench.rig import Rig
from services.clock import SystemClock
from services.db.engine import open_engine
from services.db.models import CallRow, IntegrationRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState, Kind
from services.integrations.catalogue import CATALOGUE
from services.integrations.doors import Doors
from services.secrets import Vault, keys_from_file
from services.throttle import LocalThrottle

ACCOUNTS = 200
ROUND_SECONDS = 15
"""The rounds of the measurement; the share is told for the usual 60."""
ROUNDS = 3
USUAL_SECONDS = 60
LINE = 4 * 1024 * 1024
"""Bytes of the stand-ins' first line: what is stored of all accounts."""


class Street:
    """The stand-ins' process: so many accounts of each kind."""

    def __init__(self, count: int, kinds: Sequence[str]) -> None:
        self._count = count
        self._kinds = kinds
        self.accounts: Mapping[str, Sequence[Mapping[str, str]]] = {}
        """What is stored of each, by kind."""
        self.origins: Mapping[str, str] = {}

    async def __aenter__(self) -> "Street":
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.accounts",
            str(self._count),
            *self._kinds,
            stdin=pipe,
            stdout=pipe,
            limit=LINE,
        )
        told = json.loads(await self._line())
        self.accounts, self.origins = told["accounts"], told["origins"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        await self._process.wait()

    async def order(self, text: str) -> int:
        """How many requests there were until now."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{text}\n".encode())
        return int(await self._line())

    async def facts(self, kind: str) -> dict[str, Any]:
        """What a check tells of an account."""
        entry, clock = CATALOGUE[Kind(kind)], SystemClock()
        doors = Doors(clock=clock, throttle=LocalThrottle(clock), guard=lambda: None, allow_private_hosts=True)
        connector = entry.open(self.accounts[kind][0], {}, replace(doors, origins=self.origins))
        try:
            return dict((await connector.check()).settings)
        finally:
            await entry.close(connector)

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        return await self._process.stdout.readline()


def rig_for(street: Street, seconds: int) -> Rig:
    origins = ",".join(f"{usual}={here}" for usual, here in street.origins.items())
    return Rig(PULL_SECONDS=str(seconds), REMOTE_ORIGINS=origins)


def kinds() -> list[str]:
    """Every kind of the catalogue that has a stand-in here."""
    return [kind.value for kind in CATALOGUE if kind.value in STANDS]


@dataclass(frozen=True)
class Idle:
    """`share` is of one core, `milliseconds` of it go into one round; `requests` of one account and round."""

    accounts: int
    kinds: int
    share: float
    milliseconds: float
    requests: float

    def __str__(self) -> str:
        return (
            f"{self.share:.2%} of a core, {self.milliseconds:.0f} ms of work, "
            f"{self.requests:.1f} requests for an account, {self.kinds} kind(s)"
        )


async def idle_rounds(*, accounts: int = ACCOUNTS) -> Idle:
    """The real bot with so many connected accounts that have nothing new, beyond what it costs with none."""
    async with Street(accounts, kinds()) as street, rig_for(street, ROUND_SECONDS) as rig:
        await rig.start()
        await _settled(rig, starts=1)
        await rig.stop()
        async with _database(rig) as database:
            await _connect(database, rig, street, accounts)
            await _set_state(database, IntegrationState.DISCONNECTED)
            process = psutil.Process((await rig.start()).pid)
            await _settled(rig, starts=2)
            alone = await _rate(process, ROUND_SECONDS * 2)
            await _set_state(database, IntegrationState.ACTIVE)
            await _looked_at_all(database)
            await asyncio.sleep(ROUND_SECONDS)
            before = await street.order("asked")
            rate = await _rate(process, ROUND_SECONDS * ROUNDS)
            asked = await street.order("asked") - before
    work = max(0.0, rate - alone) * ROUND_SECONDS
    return Idle(accounts, len(kinds()), work / USUAL_SECONDS, work * 1000, asked / ROUNDS / accounts)


@asynccontextmanager
async def _database(rig: Rig) -> AsyncIterator[Database]:
    database = Database(open_engine(rig.database_address))
    yield database
    await database.close()


async def _connect(database: Database, rig: Rig, street: Street, accounts: int) -> None:
    """Rows as the connect dialogue leaves them, the kinds in turn."""
    vault, now = Vault(keys_from_file(rig.data_folder / "secret.key")), SystemClock().now()
    shown = list(street.accounts)
    facts = {kind: await street.facts(kind) for kind in shown}
    async with database.write() as session:
        workspace = (await session.scalars(select(WorkspaceRow.id))).first()
        for number in range(accounts):
            kind = shown[number % len(shown)]
            session.add(
                IntegrationRow(
                    workspace_id=workspace,
                    kind=Kind(kind),
                    name=f"A{number}",
                    account=f"account-{number}",
                    secrets=vault.close(street.accounts[kind][number]),
                    settings=facts[kind],
                    state=IntegrationState.ACTIVE,
                    created_at=now,
                )
            )


async def _set_state(database: Database, state: IntegrationState) -> None:
    async with database.write() as session:
        await session.execute(update(IntegrationRow).values(state=state))


async def _settled(rig: Rig, *, starts: int) -> None:
    async with asyncio.timeout(60):
        while rig.log.count("started") < starts:  # noqa: ASYNC110 - the log is a file
            await asyncio.sleep(0.2)
    await asyncio.sleep(3)


async def _looked_at_all(database: Database) -> None:
    async with asyncio.timeout(240):
        while True:
            async with database.read() as session:
                query = select(func.count(IntegrationRow.id)).where(IntegrationRow.last_pull_at.is_(None))
                if not await session.scalar(query):
                    return
            await asyncio.sleep(0.5)


async def _rate(process: psutil.Process, seconds: float) -> float:
    """Processor seconds a second."""
    before = sum(process.cpu_times()[:2])
    await asyncio.sleep(seconds)
    return (sum(process.cpu_times()[:2]) - before) / seconds


@dataclass(frozen=True)
class CaughtUp:
    """`before`, `peak` and `after` are of resident memory, in MB."""

    calls: int
    per_second: float
    before: float
    peak: float
    after: float

    def __str__(self) -> str:
        return (
            f"{self.per_second:.0f} calls/s, memory {self.before:.0f} MB before, "
            f"{self.peak:.0f} MB at most, {self.after:.0f} MB after"
        )


async def catch_up(*, calls: int = 10_000) -> CaughtUp:
    """The real bot finds so many calls at once, none of which any prompt is for."""
    async with Street(1, ["bitrix24"]) as street, rig_for(street, 2) as rig:
        await rig.start()
        await _settled(rig, starts=1)
        await rig.stop()
        async with _database(rig) as database:
            await _connect(database, rig, street, 1)
            process = psutil.Process((await rig.start()).pid)
            await _looked_at_all(database)
            await asyncio.sleep(5)
            before = peak = _memory(process)
            await street.order(f"call {calls}")
            begun = time.perf_counter()
            while await _found(database) < calls:
                peak = max(peak, _memory(process))
                await asyncio.sleep(0.1)
            seconds = time.perf_counter() - begun
            await asyncio.sleep(5)
            return CaughtUp(calls, calls / seconds, before, max(peak, _memory(process)), _memory(process))


async def _found(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count(CallRow.id))) or 0


def _memory(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1_000_000
