"""Calls per second through the pipeline, and how close it comes to the model's own pace."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import func, select

from bench.worker import KEYS
from sandbox.bitrix24 import Portal
from sandbox.models import ModelServer
from services.clock import SystemClock
from services.db.engine import open_engine
from services.db.migrate import migrate
from services.db.models import (
    AnswerRow,
    CallRow,
    IntegrationRow,
    PromptRow,
    PromptVersionRow,
    QuestionRow,
    WorkspaceRow,
)
from services.db.repositories.calls import add_call
from services.db.unit_of_work import Database
from services.domain.call import Direction, FoundCall
from services.jobs.engine import DurableJobs
from services.pipeline.schedule import Schedule
from services.secrets import Vault

TALK = "\n".join(
    [
        "Здравствуйте, компания «Тёплый дом», меня зовут Ирина.",
        "Добрый день, нам нужен балкон, бюджет до ста десяти тысяч рублей.",
        "Поняла вас, предлагаю бесплатный замер в четверг после шести.",
        "В четверг удобно, но у конкурентов дешевле на пять тысяч.",
    ]
)


async def prepare(database: Database, portal: Portal, *, prompts: int, destination: str) -> int:
    """One company with its portal and prompts, all on since yesterday; the integration's number."""
    now = SystemClock().now()
    yesterday = now - timedelta(days=1)
    async with database.write() as session:
        workspace = WorkspaceRow(name="B", zone="Europe/Moscow", language="ru", settings={}, created_at=now)
        session.add(workspace)
        await session.flush()
        integration = IntegrationRow(
            workspace_id=workspace.id,
            kind="bitrix24",
            name="P",
            account="portal",
            secrets=Vault(KEYS).close({"webhook_url": portal.webhook_url}),
            settings={},
            state="active",
            created_at=now,
        )
        session.add(integration)
        await session.flush()
        for number in range(prompts):
            prompt = PromptRow(
                workspace_id=workspace.id,
                integration_id=integration.id,
                name=f"P{number}",
                position=number,
                enabled=True,
                enabled_at=yesterday,
                created_at=yesterday,
            )
            session.add(prompt)
            await session.flush()
            version = PromptVersionRow(
                prompt_id=prompt.id, number=1, destination=destination, options={}, created_at=yesterday
            )
            session.add(version)
            await session.flush()
            session.add(QuestionRow(version_id=version.id, position=1, text=f"Какой бюджет? {number}", options={}))
        return integration.id


async def put_calls(
    database: Database, jobs: DurableJobs, portal: Portal, integration_id: int, calls: int, lanes: int
) -> None:
    """Rows and jobs as a pull would have left them; transcripts are ready on the portal."""
    clock = SystemClock()
    schedule = Schedule(jobs, clock, lanes)
    async with database.write() as session:
        integration = await session.get_one(IntegrationRow, integration_id)
        for _ in range(calls):
            deal = portal.add_deal("D")
            made = portal.add_call(deal=deal, duration=60)
            made.transcript = TALK
            found = FoundCall(
                external_id=f"stat:{made.statistic_id}",
                started_at=clock.now(),
                duration=60,
                direction=Direction.INCOMING,
                phone="+79000000000",
                answered=True,
                refs={"statistic": str(made.statistic_id), "activity": str(made.activity_id)},
            )
            number = await add_call(session, integration.workspace_id, integration_id, found, clock.now())
            assert number is not None
            await schedule.process(session, await session.get_one(CallRow, number))


@asynccontextmanager
async def workers(address: str, model: ModelServer, concurrency: int, count: int) -> AsyncIterator[None]:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.worker", address, model.base_url, str(concurrency), f"bench-{number}"
        )
        for number in range(count)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            await process.wait()


async def throughput(address: str, *, calls: int, count: int) -> float:
    """Calls per second from the first comment to the last, one prompt each, with a model that answers at once."""
    portal, model = Portal(), ModelServer()
    await portal.start()
    await model.start()
    database = Database(open_engine(address))
    await migrate(database.engine)
    integration = await prepare(database, portal, prompts=1, destination="comment")
    jobs = DurableJobs(address, executor_id="bench-main")
    await jobs.start({})
    await put_calls(database, jobs, portal, integration, calls, 16)
    await jobs.stop(grace_seconds=0)
    async with workers(address, model, 16, count):
        await portal.wait_for(lambda: len(portal.comments_by_id) >= 1, 120)
        begun = time.perf_counter()
        await portal.wait_for(lambda: len(portal.comments_by_id) >= calls, 600)
        seconds = time.perf_counter() - begun
    await database.close()
    await portal.stop()
    await model.stop()
    return (calls - 1) / seconds


async def share_of_ideal(address: str, *, calls: int, prompts: int, concurrency: int) -> tuple[float, float]:
    """(share, seconds) of the ideal time, with a model that takes one second per answer."""
    portal, model = Portal(), ModelServer(delay=1.0)
    await portal.start()
    await model.start()
    database = Database(open_engine(address))
    await migrate(database.engine)
    integration = await prepare(database, portal, prompts=prompts, destination="chat")
    jobs = DurableJobs(address, executor_id="bench-main")
    await jobs.start({})
    await put_calls(database, jobs, portal, integration, calls, concurrency)
    await jobs.stop(grace_seconds=0)
    async with workers(address, model, concurrency, 1):
        await model.wait_for(lambda: len(model.asked("chat")) >= 1, 120)
        begun = time.perf_counter() - 1.0
        await model.wait_for(lambda: len(model.asked("chat")) >= calls * prompts, 600)
        await _stored(database, calls * prompts)
        seconds = time.perf_counter() - begun
    await database.close()
    await portal.stop()
    await model.stop()
    ideal = calls * prompts / concurrency
    return ideal / seconds, seconds


async def _stored(database: Database, count: int) -> None:
    while True:
        async with database.read() as session:
            if (await session.scalar(select(func.count(AnswerRow.id))) or 0) >= count:
                return
        await asyncio.sleep(0.05)
