"""Durable jobs on DBOS: one workflow with one step per job, on an SQLite file or on PostgreSQL.

A job says only "this is due". What to do is read from our rows, so running a job twice is harmless and a
deploy may change the code of jobs under way.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, Serializer
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.old_sqlite import teach_sqlite
from services.jobs.attention import CALM_SECONDS, EAGER_SECONDS, Attention
from services.jobs.queues import BY_THE_CLOCK, QUEUE
from services.ports import Fenced, JobHandler

log = structlog.get_logger(__name__)

APPLICATION = "callprompt"
WORKFLOW = "job"
PURGE_BATCH = 1000
UNUSED_SECONDS = 60.0
UNDER_WAY = ["ENQUEUED", "DELAYED", "PENDING"]


class JsonSerializer(Serializer):
    """Readable rows, and nothing executable in the database."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=repr)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "callprompt_json"


def engine_address(address: str) -> str:
    """The engine's own drivers are synchronous."""
    url = make_url(address)
    driver = "sqlite" if url.get_backend_name() == "sqlite" else "postgresql"
    return url.set(drivername=driver).render_as_string(hide_password=False)


class DurableJobs:
    """Implements `services.ports.Jobs`. One per process: the engine is a singleton."""

    def __init__(
        self, address: str, *, executor_id: str, eager: float = EAGER_SECONDS, calm: float = CALM_SECONDS
    ) -> None:
        teach_sqlite()
        self._address = engine_address(address)
        self._eager = eager
        self._attention = Attention(_look_every, eager=eager, calm=calm)
        self._config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._address,
            "application_version": "1",
            "executor_id": "local" if self._address.startswith("sqlite") else executor_id,
            "serializer": JsonSerializer(),
            "use_listen_notify": False,
            "max_executor_threads": 4,
            "sys_db_pool_size": 4,
            "enable_otlp": False,
            "log_level": "WARNING",
            "console_log_level": "WARNING",
        }
        self._handlers: dict[str, JobHandler] = {}
        self._client: DBOSClient | None = None

    async def start(self, handlers: Mapping[str, JobHandler]) -> None:
        """Opens the engine inside the running loop; with no handlers this process only puts jobs."""
        self._handlers = dict(handlers)
        queues = [QUEUE] if handlers else []
        _calm_its_own_queue(DBOS(config=self._config))
        _share_the_log()
        _register(self._run)
        DBOS.listen_queues(queues)
        DBOS.launch()
        await DBOS.register_queue_async(
            QUEUE, partition_concurrency=1, polling_interval_sec=self._eager, on_conflict="always_update"
        )
        self._client = await asyncio.to_thread(
            DBOSClient,
            system_database_url=self._address,
            serializer=JsonSerializer(),
            application_name=APPLICATION,
            system_database_pool_size=2,
        )
        if handlers:  # whoever only puts jobs leaves it to those that run them when to calm down
            self._attention.start()
            self._attention.stir()  # what the process before has left is waiting

    async def stop(self, *, grace_seconds: int = 2) -> None:
        """Lets running jobs finish for a moment; the others are resumed at the next start."""
        await self._attention.stop()
        if self._client is not None:
            await asyncio.to_thread(self._client.destroy)
            self._client = None
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=grace_seconds)
        log.info("jobs_stopped")
        # The engine made its own threads the loop's, and has just closed them.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())

    async def put(
        self,
        session: AsyncSession,
        name: str,
        key: str,
        *,
        lane: str,
        attempt: int = 0,
        after: timedelta | None = None,
    ) -> None:
        client = self._client
        if client is None:
            raise RuntimeError("the engine is not started")
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": _id(name, key, attempt),
            "queue_partition_key": lane,
            "app_version": "1",
        }
        if after is not None and after.total_seconds() > 0:
            options["delay_seconds"] = after.total_seconds()
        await session.run_sync(
            lambda sync: client.enqueue_in_transaction(sync.connection(), options, name, key, attempt)
        )
        if name not in BY_THE_CLOCK:
            self._attention.stir()

    async def under_way(self, name: str, attempts: Mapping[str, int]) -> set[str]:
        """Which of these keys have a job waiting or running for the given attempt."""
        ids = {_id(name, key, attempt): key for key, attempt in attempts.items()}
        if not ids:
            return set()
        found = await self.client.list_workflows_async(
            workflow_ids=list(ids), status=UNDER_WAY, load_input=False, load_output=False
        )
        return {ids[workflow.workflow_id] for workflow in found}

    async def resume_work_of(self, executor_id: str) -> int:
        """Gives the running jobs of a dead process back to the queue; how many there were."""
        found = await self.client.list_workflows_async(
            executor_id=executor_id, status="PENDING", queue_name=QUEUE, load_input=False, load_output=False
        )
        if found:
            ids = [workflow.workflow_id for workflow in found]
            await self.client.resume_workflows_async(ids, queue_name=QUEUE)
        return len(found)

    async def delete_finished(self, *, older_than: timedelta = timedelta(days=1)) -> int:
        """Removes finished jobs from the engine's tables; how many there were."""
        before = (datetime.now(UTC) - older_than).isoformat()
        deleted = 0
        while True:
            found = await self.client.list_workflows_async(
                completed_before=before,
                status=["SUCCESS", "ERROR", "CANCELLED"],
                limit=PURGE_BATCH,
                load_input=False,
                load_output=False,
            )
            if not found:
                return deleted
            await self.client.delete_workflows_async([workflow.workflow_id for workflow in found])
            deleted += len(found)

    @property
    def client(self) -> DBOSClient:
        if self._client is None:
            raise RuntimeError("the engine is not started")
        return self._client

    async def _run(self, name: str, key: str, attempt: int) -> None:
        handler = self._handlers.get(name)
        attention = nullcontext() if name in BY_THE_CLOCK else self._attention.working()
        with attention, structlog.contextvars.bound_contextvars(job=name, key=key, attempt=attempt):
            if handler is None:
                log.error("job_unknown")
                return
            try:
                await handler(key, attempt)
            except Fenced:
                log.warning("job_left_to_others")
            except Exception:
                # An exception that leaves a workflow is final for the engine. The row still says what is
                # missing: the sweep puts the job again.
                log.exception("job_broke")


def _id(name: str, key: str, attempt: int) -> str:
    """Of jobs put in one second or one transaction the engine takes the one whose id sorts first: padded, 99
    stands before 100."""
    return f"{name}:{key:0>12}:{attempt}"


async def _look_every(seconds: float) -> None:
    queue = await DBOS.retrieve_queue_async(QUEUE)
    if queue is not None:
        await queue.set_polling_interval_sec_async(seconds)


def _calm_its_own_queue(engine: DBOS) -> None:
    """The engine looks each second into a queue of its own, for things not used here: a quarter of what an idle
    process costs. There is no public name for it."""
    engine._registry.get_internal_queue()._polling_interval_sec = UNUSED_SECONDS


def _share_the_log() -> None:
    """The engine's lines go where all lines go, masked like them, not to a stream of its own."""
    logger = logging.getLogger("dbos")
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(logging.WARNING)


def _register(run: Callable[[str, str, int], Awaitable[None]]) -> None:
    @DBOS.step(name="run", preemptible=True)
    async def step(name: str, key: str, attempt: int) -> None:
        await run(name, key, attempt)

    @DBOS.workflow(name=WORKFLOW)
    async def job(name: str, key: str, attempt: int) -> None:
        await step(name, key, attempt)
