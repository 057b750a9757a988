"""The whole pipeline on a real database, real HTTP to the stand-ins, and a clock that tests move."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from sandbox.bitrix24 import Portal
from sandbox.clock import Clock as SandboxClock
from sandbox.models import ModelServer
from sandbox.recordings import Line, Phrasebook, synthesize
from services.connectors import Connectors
from services.db.repositories.pieces import StoredPieces
from services.db.unit_of_work import Database
from services.integrations.base import Doors
from services.integrations.catalogue import CATALOGUE
from services.jobs.queues import Job
from services.llm.client import LanguageModel
from services.llm.connection import Connection
from services.pipeline.assembly import Outside, Pipeline, build_pipeline
from services.secrets import Vault
from services.speech.client import SpeechClient
from services.speech.transcriber import SpeechTranscriber
from services.throttle import LocalThrottle
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import JobBoard
from tests.fakes.notifier import MemoryNotifier
from tests.fakes.rows import TEST_KEYS, Company, add_company

TALK = [
    Line("manager", "Компания «Тёплый дом», здравствуйте, меня зовут Ирина."),
    Line("client", "Добрый день, хочу застеклить балкон, бюджет до ста десяти тысяч рублей."),
    Line("manager", "Поняла вас, предлагаю бесплатный замер в четверг после шести."),
    Line("client", "В четверг удобно, но у конкурентов дешевле, для меня это дорого."),
]


class PortalClock(SandboxClock):
    """The stand-ins live in the test's time."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


@dataclass
class World:
    """Everything a pipeline test touches."""

    database: Database
    clock: FakeClock
    portal: Portal
    model: ModelServer
    jobs: JobBoard
    notifier: MemoryNotifier
    pipeline: Pipeline
    company: Company
    phrasebook: Phrasebook

    def sound(self, lines: list[Line] | None = None) -> bytes:
        return synthesize(lines or TALK, self.phrasebook)

    async def pull(self) -> None:
        """One tick of the scheduler, and everything it makes due."""
        await self.pipeline.handlers[Job.PULL](f"{self.company.integration_id}@{self.clock.now()}", 0)
        await self.jobs.run_due()

    async def tick(self, seconds: float = 60) -> None:
        await self.jobs.run_for(seconds)
        await self.pull()


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    stand_in_clock, phrasebook = PortalClock(clock), Phrasebook()
    portal = Portal(clock=stand_in_clock)
    model = ModelServer(phrasebook=phrasebook, clock=stand_in_clock)
    await portal.start()
    await model.start()
    doors = Doors(
        clock=clock, throttle=LocalThrottle(clock), guard=lambda: None, allow_private_hosts=True, write_timeout=1.0
    )
    connectors = Connectors(database, Vault(TEST_KEYS), doors, CATALOGUE)
    connection = Connection(model.base_url, SecretStr("test-key"), "sandbox-chat", timeout=5)
    listener = Connection(model.base_url, SecretStr("test-key"), "sandbox-speech")
    language_model = LanguageModel(connection)
    transcriber = SpeechTranscriber(SpeechClient(listener), StoredPieces(database, clock))
    jobs, notifier = JobBoard(clock), MemoryNotifier()
    pipeline = build_pipeline(
        Outside(
            database=database,
            connectors=connectors,
            answerer=language_model,
            transcriber=transcriber,
            notifier=notifier,
            jobs=jobs,
            clock=clock,
            guard=lambda: None,
        )
    )
    jobs.handlers = dict(pipeline.handlers)
    company = await add_company(database, portal.webhook_url, clock.now())
    yield World(database, clock, portal, model, jobs, notifier, pipeline, company, phrasebook)
    await connectors.close()
    await language_model.close()
    await transcriber.close()
    await portal.stop()
    await model.stop()
