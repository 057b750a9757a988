"""The whole pipeline on a real database, real HTTP to the stand-ins, and a clock that tests move."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from sandbox.bitrix24 import Column, Portal
from sandbox.models import ModelServer
from sandbox.recordings import Phrasebook
from services.connecting.connections import IntegrationService
from services.connecting.connectors import Connectors
from services.db.repositories.pieces import StoredPieces
from services.db.unit_of_work import Database
from services.domain.integration import Kind
from services.integrations.catalogue import CATALOGUE
from services.integrations.doors import Doors
from services.llm.client import LanguageModel
from services.llm.connection import Connection
from services.pipeline.assembly import Outside, build_pipeline
from services.secrets import Vault
from services.speech.client import SpeechClient
from services.speech.transcriber import SpeechTranscriber
from services.throttle import LocalThrottle
from services.workspace.limits import Limits
from tests.fakes.clock import FakeClock
from tests.fakes.cutter import HereCutter
from tests.fakes.jobs import JobBoard
from tests.fakes.notifier import MemoryNotifier
from tests.fakes.rows import TEST_KEYS, add_company
from tests.fakes.telephony import Exchange
from tests.pipeline.desk import Desk
from tests.pipeline.world import PortalClock, World


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    return Exchange(tmp_path)


@pytest.fixture
def limits() -> Limits:
    """Of companies that came through the open door; a module may have its own."""
    return Limits()


@pytest.fixture
async def world(database: Database, clock: FakeClock, exchange: Exchange, limits: Limits) -> AsyncIterator[World]:
    stand_in_clock, phrasebook = PortalClock(clock), Phrasebook()
    portal = Portal(clock=stand_in_clock)
    model = ModelServer(phrasebook=phrasebook, clock=stand_in_clock)
    await portal.start()
    await model.start()
    origins: dict[str, str] = {}
    doors = Doors(
        clock=clock,
        throttle=LocalThrottle(clock),
        guard=lambda: None,
        allow_private_hosts=True,
        write_timeout=1.0,
        origins=origins,
    )
    vault = Vault(TEST_KEYS)
    connectors = Connectors(database, vault, doors, {**CATALOGUE, Kind.NOVOFON: exchange.entry()})
    connection = Connection(model.base_url, SecretStr("test-key"), "sandbox-chat", timeout=5)
    listener = Connection(model.base_url, SecretStr("test-key"), "gpt-transcribe")
    language_model = LanguageModel(connection)
    transcriber = SpeechTranscriber(SpeechClient(listener), StoredPieces(database, clock), HereCutter())
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
            limits=limits,
        )
    )
    jobs.handlers = dict(pipeline.handlers)
    company = await add_company(database, portal.webhook_url, clock.now())
    integrations = IntegrationService(database, connectors, vault, pipeline.health, pipeline.moving, clock)
    yield World(
        database, clock, portal, model, jobs, notifier, pipeline, company, phrasebook, integrations, origins
    )
    await connectors.close()
    await language_model.close()
    await transcriber.close()
    await portal.stop()
    await model.stop()


@pytest.fixture
async def desk(world: World) -> Desk:
    portal = world.portal
    await world.pull()
    return Desk(
        world,
        portal.add_deal("Балкон"),
        portal.add_field("deal", "Бюджет", "money"),
        portal.add_field("deal", "Интерес", "enumeration", options=["Дорого", "Дёшево"]),
        portal.add_list(
            "Отзывы",
            [
                Column("", "Бюджет", "S:Money"),
                Column("", "Возражения", "S:HTML"),
                Column("", "Сделка", "S:ECrm"),
                Column("", "Менеджер", "S:employee"),
                Column("", "Пометка", "S"),
            ],
        ),
    )
