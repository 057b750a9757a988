"""Every service of a process, built once, and who is given what."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.utils.i18n import I18n
from sqlalchemy import make_url

from bot.commands import TelegramMenu
from bot.folder import empty_scratch
from bot.settings import Settings
from bot.speaking.eraser import Eraser
from bot.speaking.flood import FloodControl
from bot.speaking.ledger import Ledger
from bot.speaking.notifier import TelegramNotifier
from services.cards.comeback import Comeback
from services.connecting.connections import IntegrationService
from services.connecting.connectors import Connectors
from services.connecting.expiry import ExpiryWatch
from services.connecting.knocks import Knocks
from services.connecting.options import OptionService
from services.connecting.permits import Permits
from services.db.engine import is_sqlite
from services.db.unit_of_work import Database
from services.fleet import Alone, Fleet
from services.forgetting.company import CompanyForgetting
from services.forgetting.phone import PhoneForgetting
from services.forgetting.posted import Posted
from services.funnels import FunnelBook
from services.integrations.catalogue import CATALOGUE
from services.integrations.doors import Doors
from services.jobs.engine import DurableJobs
from services.jobs.queues import Job
from services.listening.chats import ChatService
from services.llm.connection import Connection
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.pipeline.assembly import Outside, Pipeline, build_pipeline
from services.pipeline.refresh import RefreshFunnels
from services.ports import Answerer, Clock, JobHandler, Transcriber
from services.prompts.service import PromptService
from services.purge import Purge
from services.retention import Retention
from services.secrets import Vault
from services.status.service import StatusService
from services.throttle import LocalThrottle, SharedThrottle
from services.timing import Timing
from services.workspace.companies import CompanyService
from services.workspace.founding import Founding
from services.workspace.history import HistoryService
from services.workspace.invitations import InvitationService
from services.workspace.limits import Quota
from services.workspace.members import MemberService
from services.workspace.workspaces import WorkspaceService


def build_bot(settings: Settings, database: Database, clock: Clock, fleet: Fleet | Alone) -> Bot:
    ledger = None if isinstance(fleet, Alone) else Ledger(database, clock)
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api_base))
    bot = Bot(settings.bot_token.get_secret_value(), session=session)
    bot.session.middleware(FloodControl(clock, ledger, fleet.guard))
    return bot


def build_fleet(settings: Settings, database: Database, jobs: DurableJobs, clock: Clock) -> Fleet | Alone:
    if is_sqlite(make_url(settings.database_address)):
        return Alone()
    return Fleet(database, jobs, settings.executor_id, clock)


def build_connectors(
    settings: Settings, database: Database, vault: Vault, fleet: Fleet | Alone, clock: Clock
) -> Connectors:
    alone = isinstance(fleet, Alone)
    doors = Doors(
        clock=clock,
        throttle=LocalThrottle(clock) if alone else SharedThrottle(database, clock),
        guard=fleet.guard,
        allow_private_hosts=settings.allow_private_hosts,
        scratch=empty_scratch(settings.data_dir / "tmp"),
        public_url=settings.public_url,
        origins=settings.remote_origins,
    )
    return Connectors(database, vault, doors, CATALOGUE)


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


@dataclass(frozen=True)
class Ground:
    """What everything else stands on."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    jobs: DurableJobs
    fleet: Fleet | Alone
    connectors: Connectors
    bot: Bot
    i18n: I18n
    answerer: Answerer
    transcriber: Transcriber

    def pipeline(self) -> Pipeline:
        return build_pipeline(
            Outside(
                database=self.database,
                connectors=self.connectors,
                answerer=self.answerer,
                transcriber=self.transcriber,
                notifier=TelegramNotifier(self.bot, self.i18n, posted=Posted(self.database)),
                jobs=self.jobs,
                clock=self.clock,
                guard=self.fleet.guard,
                timing=build_timing(self.settings),
                lanes=self.settings.llm_concurrency,
                limits=self.settings.limits,
            )
        )


class Assembly:
    """What both people and jobs ask for is built here once; the rest belongs to one of the two."""

    def __init__(self, ground: Ground) -> None:
        database, jobs, clock = ground.database, ground.jobs, ground.clock
        eraser = Eraser(ground.bot, ground.i18n)
        self._ground = ground
        self._pipeline = ground.pipeline()
        self._funnels = FunnelBook(database, ground.connectors, clock)
        self._phone_forgetting = PhoneForgetting(database, jobs, eraser, clock)
        self._company_forgetting = CompanyForgetting(database, jobs, eraser, clock)

    def job_handlers(self) -> dict[str, JobHandler]:
        database, clock = self._ground.database, self._ground.clock
        retention = Retention(database, clock)
        handlers = {
            **self._pipeline.handlers,
            Job.FUNNELS: RefreshFunnels(database, self._funnels, dict(CATALOGUE)).run,
            Job.PURGE: Purge(self._ground.jobs, retention, self._company_forgetting).run,
            Job.FORGET: self._phone_forgetting.run,
            Job.DELETE_COMPANY: self._company_forgetting.run,
            Job.EXPIRY: ExpiryWatch(database, self._pipeline.notices, clock).run,
        }
        return {str(name): work for name, work in handlers.items()}

    def services(self) -> dict[str, Any]:
        """By the names under which handlers receive them."""
        ground, pipeline = self._ground, self._pipeline
        database, connectors, jobs = ground.database, ground.connectors, ground.jobs
        vault, clock, settings = ground.vault, ground.clock, ground.settings
        quota = Quota(settings.limits)
        return {
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
            "funnels": self._funnels,
            "own_funnels": OwnFunnels(database, CATALOGUE, clock),
            "rulebook": RuleBook(database, CATALOGUE, clock),
            "calls": pipeline.calls,
            "comeback": Comeback(database, jobs, clock),
            "phone_forgetting": self._phone_forgetting,
            "company_forgetting": self._company_forgetting,
            "members": MemberService(database, clock),
            "invitations": InvitationService(database, clock, quota),
            "companies": CompanyService(database, clock, quota),
            "history": HistoryService(database),
            "signup": settings.signup == "open",
            "status": StatusService(database, clock),
            "undoing": pipeline.undo,
            "fields": pipeline.fields,
            "menu": TelegramMenu(ground.bot, ground.i18n),
        }
