"""Joins everybody: settings in, a running bot out."""

import asyncio
import contextlib
import fcntl
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.utils.deep_linking import create_start_link
from aiogram.utils.i18n import I18n
from sqlalchemy import make_url

from bot.commands import TelegramMenu
from bot.desk import Desk
from bot.dispatcher import build_dispatcher
from bot.eraser import Eraser
from bot.flood import FloodControl
from bot.i18n import load_languages
from bot.lean import complete_the_usual, give_back_memory
from bot.ledger import Ledger
from bot.listening import Listener
from bot.notifier import TelegramNotifier
from bot.opening import build_vault, check_keys, open_database, prepare_folder
from bot.patience import Patience
from bot.returns import Returns
from bot.scheduler import Timetable
from bot.settings import Settings, SettingsError
from bot.web import OwnServer
from handlers.workspace.entering import CLAIM
from services.cards.comeback import Comeback
from services.chats import ChatService
from services.clock import SystemClock
from services.companies import CompanyService
from services.connections import IntegrationService
from services.connectors import Connectors
from services.db.engine import is_sqlite
from services.db.migrate import migrate
from services.db.repositories.pieces import StoredPieces
from services.db.unit_of_work import Database
from services.expiry import ExpiryWatch
from services.fleet import Alone, Fleet
from services.forgetting.company import CompanyForgetting
from services.forgetting.phone import PhoneForgetting
from services.forgetting.posted import Posted
from services.founding import Founding
from services.funnels import FunnelBook
from services.history import HistoryService
from services.inbox import Inbox
from services.integrations.catalogue import CATALOGUE
from services.integrations.doors import Doors
from services.invitations import InvitationService
from services.jobs.engine import DurableJobs
from services.jobs.queues import Job
from services.knocks import Knocks
from services.limits import Quota
from services.llm.connection import Connection
from services.llm.later import LanguageModelLater, SpeechTranscriberLater
from services.members import MemberService
from services.options import OptionService
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.permits import Permits
from services.pipeline.assembly import Outside, build_pipeline
from services.pipeline.refresh import RefreshFunnels
from services.ports import Guard, JobHandler
from services.prompts.service import PromptService
from services.purge import Purge
from services.retention import Retention
from services.secrets import Vault
from services.speech.cutter import SeparateCutter
from services.status import StatusService
from services.throttle import LocalThrottle, SharedThrottle
from services.timing import Timing
from services.workspaces import WorkspaceService

log = structlog.get_logger(__name__)

SCRATCH_SECONDS = 3600


def build_bot(settings: Settings, clock: SystemClock, ledger: Ledger | None, guard: Guard) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api_base))
    bot = Bot(settings.bot_token.get_secret_value(), session=session)
    bot.session.middleware(FloodControl(clock, ledger, guard))
    return bot


def model_connections(settings: Settings) -> tuple[Connection, Connection]:
    """(language model, speech); speech is where the model is unless said otherwise."""
    model = Connection(settings.llm_base_url, settings.llm_api_key, settings.llm_model, settings.llm_concurrency)
    speech = Connection(
        settings.stt_base_url or settings.llm_base_url,
        settings.stt_api_key if settings.stt_api_key.get_secret_value() else settings.llm_api_key,
        settings.stt_model,
        settings.llm_concurrency,
    )
    return model, speech


def build_timing(settings: Settings) -> Timing:
    return Timing(
        ladder=tuple(timedelta(seconds=step) for step in settings.retry_ladder),
        reconcile=timedelta(seconds=settings.reconcile_seconds),
    )


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
        prepare_folder(settings)
        vault = build_vault(settings)
        if is_sqlite(make_url(settings.database_address)):
            self._stack.enter_context(only_process(settings.data_dir))
        database = await open_database(settings)
        self._stack.push_async_callback(database.close)
        await migrate(database.engine)
        await check_keys(settings, database, vault)
        jobs = DurableJobs(settings.database_address, executor_id=settings.executor_id)
        fleet = self._fleet(database, jobs)
        i18n = load_languages()
        ledger = None if isinstance(fleet, Alone) else Ledger(database, clock)
        bot = build_bot(settings, clock, ledger, fleet.guard)
        self._stack.push_async_callback(bot.session.close)
        connectors = self._connectors(database, vault, fleet)
        self._stack.push_async_callback(connectors.close)
        handlers, services = self._services(database, jobs, connectors, vault, fleet, bot, i18n)
        working = settings.role in ("all", "worker")
        # Left last: as soon as it has left, the others take over what is still running here.
        self._stack.push_async_callback(fleet.leave)
        await jobs.start(handlers if working else {})
        self._stack.push_async_callback(jobs.stop)
        await fleet.beat()
        founding: Founding = services["founding"]
        await founding.ensure_first(settings.owner_ids)
        timetable = Timetable(database, jobs, clock, settings.pull_seconds)
        timetable.start(beat=fleet.beat, working=working)
        self._stack.callback(timetable.stop)
        server = OwnServer(settings.http_host, settings.http_port, database)
        server.take_knocks(services["knocks"])
        if settings.role in ("all", "bot"):
            complete_the_usual()
            patience = Patience(clock, i18n)
            dispatcher = build_dispatcher(database=database, clock=clock, i18n=i18n, patience=patience, **services)
            server.take_returns(Returns(dispatcher, bot, i18n, services["integrations"], services["permits"]))
            desk = Desk(bot, dispatcher, Inbox(database, vault, clock, settings.executor_id), i18n)
            self._listen(bot, dispatcher, desk, server, i18n, founding, stop)
        await server.start()
        self._stack.push_async_callback(server.stop)
        log.info("started", role=settings.role)
        if working:
            await timetable.pull()
        give_back_memory()

    def _fleet(self, database: Database, jobs: DurableJobs) -> Fleet | Alone:
        if is_sqlite(make_url(self._settings.database_address)):
            return Alone()
        return Fleet(database, jobs, self._settings.executor_id, self._clock)

    def _connectors(self, database: Database, vault: Vault, fleet: Fleet | Alone) -> Connectors:
        alone = isinstance(fleet, Alone)
        doors = Doors(
            clock=self._clock,
            throttle=LocalThrottle(self._clock) if alone else SharedThrottle(database, self._clock),
            guard=fleet.guard,
            allow_private_hosts=self._settings.allow_private_hosts,
            scratch=empty_scratch(self._settings.data_dir / "tmp"),
            public_url=self._settings.public_url,
            origins=self._settings.remote_origins,
        )
        return Connectors(database, vault, doors, CATALOGUE)

    def _services(
        self,
        database: Database,
        jobs: DurableJobs,
        connectors: Connectors,
        vault: Vault,
        fleet: Fleet | Alone,
        bot: Bot,
        i18n: I18n,
    ) -> tuple[dict[str, JobHandler], dict[str, Any]]:
        clock = self._clock
        model, speech = model_connections(self._settings)
        language_model = LanguageModelLater(model)
        transcriber = SpeechTranscriberLater(speech, StoredPieces(database, clock), SeparateCutter())
        self._stack.push_async_callback(language_model.close)
        self._stack.push_async_callback(transcriber.close)
        pipeline = build_pipeline(
            Outside(
                database=database,
                connectors=connectors,
                answerer=language_model,
                transcriber=transcriber,
                notifier=TelegramNotifier(bot, i18n, posted=Posted(database)),
                jobs=jobs,
                clock=clock,
                guard=fleet.guard,
                timing=build_timing(self._settings),
                lanes=self._settings.llm_concurrency,
                limits=self._settings.limits,
            )
        )
        quota = Quota(self._settings.limits)
        funnels = FunnelBook(database, connectors, clock)
        eraser = Eraser(bot, i18n)
        phone_forgetting = PhoneForgetting(database, jobs, eraser, clock)
        company_forgetting = CompanyForgetting(database, jobs, eraser, clock)
        handlers = {
            **pipeline.handlers,
            Job.FUNNELS: RefreshFunnels(database, funnels, dict(CATALOGUE)).run,
            Job.PURGE: Purge(jobs, Retention(database, clock), company_forgetting).run,
            Job.FORGET: phone_forgetting.run,
            Job.DELETE_COMPANY: company_forgetting.run,
            Job.EXPIRY: ExpiryWatch(database, pipeline.notices, clock).run,
        }
        services: dict[str, Any] = {
            "workspaces": WorkspaceService(database, clock),
            "founding": Founding(database, clock),
            "chats": ChatService(database, clock),
            "integrations": IntegrationService(
                database, connectors, vault, pipeline.health, pipeline.moving, clock, quota
            ),
            "permits": Permits(database, connectors, vault, clock),
            "options": OptionService(database, connectors, clock),
            "knocks": Knocks(database, connectors, jobs, clock),
            "prompts": PromptService(database, clock, quota),
            "funnels": funnels,
            "own_funnels": OwnFunnels(database, CATALOGUE, clock),
            "rulebook": RuleBook(database, CATALOGUE, clock),
            "calls": pipeline.calls,
            "comeback": Comeback(database, jobs, clock),
            "phone_forgetting": phone_forgetting,
            "company_forgetting": company_forgetting,
            "members": MemberService(database, clock),
            "invitations": InvitationService(database, clock, quota),
            "companies": CompanyService(database, clock, quota),
            "history": HistoryService(database),
            "signup": self._settings.signup == "open",
            "status": StatusService(database, clock),
            "undoing": pipeline.undo,
            "fields": pipeline.fields,
            "menu": TelegramMenu(bot, i18n),
        }
        return {str(name): work for name, work in handlers.items()}, services

    def _listen(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        desk: Desk,
        server: OwnServer,
        i18n: I18n,
        founding: Founding,
        stop: asyncio.Event,
    ) -> None:
        async def greet() -> None:
            await self._print_claim(bot, founding)

        if self._settings.telegram_mode == "webhook":
            server.take_updates(desk, self._settings.webhook_secret.get_secret_value())
        listener = Listener(self._settings, bot, dispatcher, desk, i18n, self._clock, greet)
        listener.start(stop)
        self._stack.push_async_callback(listener.stop)

    async def _print_claim(self, bot: Bot, founding: Founding) -> None:
        """Nobody owns the workspace yet: whoever opens this link first does."""
        token = await founding.make_claim()
        if token is not None:
            link = await create_start_link(bot, f"{CLAIM}{token}")
            print(f"Nobody owns this bot yet. Open this link in Telegram to claim it: {link}", flush=True)  # noqa: T201


def empty_scratch(folder: Path) -> Path:
    """A killed process leaves the recording it worked on behind: what is an hour old is removed.

    Younger ones may belong to another process that shares the folder.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in folder.glob("recording-*"):
        if time.time() - left.stat().st_mtime > SCRATCH_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    return folder


@contextlib.contextmanager
def only_process(folder: Path) -> Iterator[None]:
    """Keeps a second process off the same SQLite file: it would steal jobs that are being worked on."""
    file: IO[str]
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError("another process already works in DATA_DIR") from None
        yield
