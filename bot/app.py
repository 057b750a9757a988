"""A process of the product, from its start to its end: what is opened is closed again, in the other order."""

import asyncio
import contextlib
from typing import Any

import structlog
from aiogram import Bot
from aiogram.utils.deep_linking import create_start_link
from sqlalchemy import make_url

from bot.assembly import Assembly, Ground, build_bot, build_connectors, build_fleet, model_connections
from bot.folder import only_process, prepare_folder
from bot.hearing.desk import Desk
from bot.hearing.dispatcher import build_dispatcher
from bot.hearing.listening import Listener
from bot.hearing.patience import Patience
from bot.i18n import load_languages
from bot.lean import complete_the_usual, settle
from bot.opening import build_vault, check_keys, open_database
from bot.returns import Returns
from bot.scheduler import Timetable
from bot.settings import Settings
from bot.web import OwnServer
from handlers.workspace.entering import CLAIM
from services.clock import SystemClock
from services.db.engine import is_sqlite
from services.db.migrate import migrate
from services.db.repositories.pieces import StoredPieces
from services.db.unit_of_work import Database
from services.inbox import Inbox
from services.jobs.engine import DurableJobs
from services.llm.later import LanguageModelLater, SpeechTranscriberLater
from services.speech.cutter import SeparateCutter
from services.workspace.founding import Founding

log = structlog.get_logger(__name__)


class App:
    """A process of the product. `run()` ends when it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = SystemClock()
        self._stack = contextlib.AsyncExitStack()

    async def run(self, stop: asyncio.Event) -> None:
        async with self._stack:
            await self._open(stop)
            await stop.wait()
            log.info("stopping")
        log.info("stopped")

    async def _open(self, stop: asyncio.Event) -> None:
        settings, clock = self._settings, self._clock
        ground = await self._ground()
        database, fleet = ground.database, ground.fleet
        assembly = Assembly(ground)
        services = assembly.services()
        working = settings.role in ("all", "worker")
        # Left last: as soon as it has left, the others take over what is still running here.
        self._stack.push_async_callback(fleet.leave)
        await ground.jobs.start(assembly.job_handlers() if working else {})
        self._stack.push_async_callback(ground.jobs.stop)
        await fleet.beat()
        founding: Founding = services["founding"]
        await founding.ensure_first(settings.owner_ids)
        timetable = Timetable(database, ground.jobs, clock, settings.pull_seconds)
        timetable.start(beat=fleet.beat, working=working)
        self._stack.callback(timetable.stop)
        server = OwnServer(settings.http_host, settings.http_port, database)
        server.take_knocks(services["knocks"])
        if settings.role in ("all", "bot"):
            self._talk(ground, services, server, stop)
        await server.start()
        self._stack.push_async_callback(server.stop)
        log.info("started", role=settings.role)
        if working:
            await timetable.pull()
        settle()

    async def _ground(self) -> Ground:
        settings, clock = self._settings, self._clock
        prepare_folder(settings)
        vault = build_vault(settings)
        if is_sqlite(make_url(settings.database_address)):
            self._stack.enter_context(only_process(settings.data_dir))
        database = await open_database(settings)
        self._stack.push_async_callback(database.close)
        await migrate(database.engine)
        await check_keys(settings, database, vault)
        jobs = DurableJobs(settings.database_address, executor_id=settings.executor_id)
        fleet = build_fleet(settings, database, jobs, clock)
        i18n = load_languages()
        bot = build_bot(settings, database, clock, fleet)
        self._stack.push_async_callback(bot.session.close)
        connectors = build_connectors(settings, database, vault, fleet, clock)
        self._stack.push_async_callback(connectors.close)
        answerer, transcriber = self._models(database)
        return Ground(settings, clock, database, vault, jobs, fleet, connectors, bot, i18n, answerer, transcriber)

    def _models(self, database: Database) -> tuple[LanguageModelLater, SpeechTranscriberLater]:
        model, speech = model_connections(self._settings)
        answerer = LanguageModelLater(model)
        transcriber = SpeechTranscriberLater(speech, StoredPieces(database, self._clock), SeparateCutter())
        self._stack.push_async_callback(answerer.close)
        self._stack.push_async_callback(transcriber.close)
        return answerer, transcriber

    def _talk(self, ground: Ground, services: dict[str, Any], server: OwnServer, stop: asyncio.Event) -> None:
        """Hears Telegram and answers; whoever signed in to a system in the browser comes back here."""
        settings, clock, bot, i18n = ground.settings, ground.clock, ground.bot, ground.i18n
        complete_the_usual()
        dispatcher = build_dispatcher(
            database=ground.database, clock=clock, i18n=i18n, patience=Patience(clock, i18n), **services
        )
        server.take_returns(Returns(dispatcher, bot, i18n, services["integrations"], services["permits"]))
        desk = Desk(bot, dispatcher, Inbox(ground.database, ground.vault, clock, settings.executor_id), i18n)
        if settings.telegram_mode == "webhook":
            server.take_updates(desk, settings.webhook_secret.get_secret_value())

        async def greet() -> None:
            await _print_claim(bot, services["founding"])

        listener = Listener(settings, bot, dispatcher, desk, i18n, clock, greet)
        listener.start(stop)
        self._stack.push_async_callback(listener.stop)


async def _print_claim(bot: Bot, founding: Founding) -> None:
    """Nobody owns the workspace yet: whoever opens this link first does."""
    token = await founding.make_claim()
    if token is not None:
        link = await create_start_link(bot, f"{CLAIM}{token}")
        print(f"Nobody owns this bot yet. Open this link in Telegram to claim it: {link}", flush=True)  # noqa: T201
