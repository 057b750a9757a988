"""The whole bot over real HTTP: people who type and press, the real dispatcher, a real database."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from aiogram import Dispatcher

from bot.commands import TelegramMenu
from bot.hearing.dispatcher import build_dispatcher
from bot.speaking.eraser import Eraser
from bot.speaking.flood import FloodControl
from bot.speaking.notifier import TelegramNotifier
from sandbox.bitrix24 import Portal
from sandbox.clock import Clock as SandboxClock
from sandbox.telegram import Chat, Person, ShownMessage, TelegramServer
from services.cards.comeback import Comeback
from services.connecting.connections import IntegrationService
from services.connecting.connectors import Connectors
from services.connecting.expiry import ExpiryWatch
from services.connecting.knocks import Knocks
from services.connecting.options import OptionService
from services.connecting.permits import Permits
from services.db.unit_of_work import Database
from services.domain.integration import Kind
from services.domain.workspace import Member, Role
from services.forgetting.company import CompanyForgetting
from services.forgetting.phone import PhoneForgetting
from services.forgetting.posted import Posted
from services.funnels import FunnelBook
from services.integrations.catalogue import CATALOGUE
from services.integrations.doors import Doors
from services.integrations.entry import CatalogueEntry
from services.jobs.queues import Job
from services.listening.chats import ChatService
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.rulebook import RuleBook
from services.pipeline.assembly import Outside, Pipeline, build_pipeline
from services.ports import AnswerRequest, ModelAnswer, Speech
from services.prompts.service import PromptService
from services.secrets import Vault
from services.status.service import StatusService
from services.throttle import LocalThrottle
from services.workspace.companies import CompanyService
from services.workspace.founding import Founding
from services.workspace.history import HistoryService
from services.workspace.invitations import InvitationService
from services.workspace.limits import Limits, Quota
from services.workspace.members import MemberService
from services.workspace.workspaces import WorkspaceService
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import JobBoard
from tests.fakes.rows import TEST_KEYS
from tests.harness.telegram import bot_at, languages


class TestTime(SandboxClock):
    """The stand-ins live in the test's time."""

    __test__ = False

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> float:
        return self._clock.now().timestamp()


class NoModel:
    """The face needs no model: a test that asks one is wrong."""

    async def answer(self, request: AnswerRequest) -> ModelAnswer:
        raise AssertionError("the model was asked")

    async def transcribe(self, audio: object, *, language: str = "ru") -> Speech:
        raise AssertionError("the recording was sent")


class World:
    """Open it with `async with`. Everything a test of the face touches hangs here."""

    def __init__(
        self,
        database: Database,
        clock: FakeClock,
        catalogue: Mapping[Kind, CatalogueEntry] = CATALOGUE,
        public_url: str = "",
    ) -> None:
        self.catalogue = catalogue
        self.public_url = public_url
        self.origins: dict[str, str] = {}
        """Where the stand-ins of systems with a fixed address are found: usual origin -> this one."""
        self.database = database
        self.clock = clock
        time = TestTime(clock)
        self.telegram = TelegramServer(clock=time)
        self.portal = Portal(clock=time)
        self.jobs = JobBoard(clock)
        self._stack = AsyncExitStack()
        self.users: dict[int, User] = {}
        self.signup = False
        self.limits = Limits()
        """Of companies that strangers open; set before it is entered."""

    async def __aenter__(self) -> "World":
        for server in (self.telegram, self.portal):
            await server.start()
            self._stack.push_async_callback(server.stop)
        self.i18n = languages()
        self.bot = bot_at(self.telegram.url, self.telegram.token)
        self.bot.session.middleware(FloodControl(self.clock))
        self._stack.push_async_callback(self.bot.session.close)
        vault = Vault(TEST_KEYS)
        doors = Doors(
            clock=self.clock,
            throttle=LocalThrottle(self.clock),
            guard=lambda: None,
            allow_private_hosts=True,
            write_timeout=1.0,
            public_url=self.public_url,
            origins=self.origins,
        )
        self.connectors = Connectors(self.database, vault, doors, self.catalogue)
        self._stack.push_async_callback(self.connectors.close)
        self.pipeline: Pipeline = build_pipeline(
            Outside(
                database=self.database,
                connectors=self.connectors,
                answerer=NoModel(),
                transcriber=NoModel(),
                notifier=TelegramNotifier(self.bot, self.i18n, posted=Posted(self.database)),
                jobs=self.jobs,
                clock=self.clock,
                guard=lambda: None,
                limits=self.limits,
            )
        )
        quota = Quota(self.limits)
        expiry = ExpiryWatch(self.database, self.pipeline.notices, self.clock)
        eraser = Eraser(self.bot, self.i18n)
        self.phone_forgetting = PhoneForgetting(self.database, self.jobs, eraser, self.clock)
        self.company_forgetting = CompanyForgetting(self.database, self.jobs, eraser, self.clock)
        self.jobs.handlers = {
            **self.pipeline.handlers,
            Job.EXPIRY: expiry.run,
            Job.FORGET: self.phone_forgetting.run,
            Job.DELETE_COMPANY: self.company_forgetting.run,
        }
        self.workspaces = WorkspaceService(self.database, self.clock)
        self.founding = Founding(self.database, self.clock)
        self.prompts = PromptService(self.database, self.clock, quota)
        self.integrations = IntegrationService(
            self.database, self.connectors, vault, self.pipeline.health, self.pipeline.moving, self.clock, quota
        )
        self.members = MemberService(self.database, self.clock)
        self.invitations = InvitationService(self.database, self.clock, quota)
        self.companies = CompanyService(self.database, self.clock, quota)
        self.permits = Permits(self.database, self.connectors, vault, self.clock)
        self.options = OptionService(self.database, self.connectors, self.clock)
        self.knocks = Knocks(self.database, self.connectors, self.jobs, self.clock)
        self.restart()
        await self.founding.ensure_first([])
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._stack.aclose()

    def restart(self) -> None:
        """A new process over the same database."""
        self.dispatcher: Dispatcher = build_dispatcher(
            database=self.database,
            clock=self.clock,
            i18n=self.i18n,
            workspaces=self.workspaces,
            founding=self.founding,
            chats=ChatService(self.database, self.clock),
            integrations=self.integrations,
            permits=self.permits,
            options=self.options,
            knocks=self.knocks,
            prompts=self.prompts,
            funnels=FunnelBook(self.database, self.connectors, self.clock),
            own_funnels=OwnFunnels(self.database, self.catalogue, self.clock),
            rulebook=RuleBook(self.database, self.catalogue, self.clock),
            calls=self.pipeline.calls,
            comeback=Comeback(self.database, self.jobs, self.clock),
            members=self.members,
            phone_forgetting=self.phone_forgetting,
            company_forgetting=self.company_forgetting,
            invitations=self.invitations,
            companies=self.companies,
            history=HistoryService(self.database),
            signup=self.signup,
            status=StatusService(self.database, self.clock),
            undoing=self.pipeline.undo,
            fields=self.pipeline.fields,
            menu=TelegramMenu(self.bot, self.i18n),
        )

    async def settle(self) -> None:
        """Everything people did reaches the dispatcher, in order."""
        while updates := self.telegram.take_updates():
            for update in updates:
                await self.dispatcher.feed_raw_update(self.bot, update)

    def stranger(self, name: str = "Чужой", language: str = "ru") -> "User":
        person = self.telegram.person(name, language_code=language)
        user = User(self, person, self.telegram.private(person))
        self.users[person.id] = user
        return user

    async def member(self, role: Role, name: str = "Анна", language: str = "ru") -> "User":
        user = self.stranger(name, language)
        self.telegram.private(user.person).started = True
        user.member = await self.workspaces.add_member(1, user.person.id, name, role)
        return user


class User:
    """A person in a chat: by default in the private one."""

    def __init__(self, world: World, person: Person, chat: Chat, thread_id: int = 0) -> None:
        self.world = world
        self.person = person
        self.chat = chat
        self.thread_id = thread_id
        self.member: Member | None = None
        self.alert = ""

    def within(self, chat: Chat, thread_id: int = 0) -> "User":
        """The same person in a group or topic."""
        other = User(self.world, self.person, chat, thread_id)
        other.member = self.member
        return other

    async def types(self, text: str, *, reply_to: int | None = None) -> None:
        """In a group a command is taken from the menu: it names the bot, or privacy mode would keep it back."""
        command, space, rest = text.partition(" ")
        if self.chat.kind != "private" and command.startswith("/") and "@" not in command:
            text = f"{command}@{self.world.telegram.username}{space}{rest}"
        self.world.telegram.send_text(self.chat, self.person, text, reply_to=reply_to, thread_id=self.thread_id)
        await self.world.settle()

    async def sends_file(self, name: str, content: bytes) -> None:
        self.world.telegram.send_document(self.chat, self.person, name, content)
        await self.world.settle()

    async def press(self, text: str, *, message: ShownMessage | None = None) -> None:
        """The latest button whose text contains this."""
        shown, button = self._button(text, message)
        await self._press(shown, button["callback_data"])

    def _button(self, text: str, message: ShownMessage | None) -> tuple[ShownMessage, dict[str, Any]]:
        for shown in [message] if message else reversed(self.messages):
            for row in shown.keyboard:
                for button in row:
                    if text in button["text"]:
                        return shown, button
        seen = [shown.buttons for shown in self.messages]
        raise AssertionError(f"no button {text!r} among {seen}")

    async def forges(self, data: str) -> None:
        """Presses a button that was never drawn."""
        shown = self.messages[-1] if self.messages else None
        if shown is None:
            shown = self.world.telegram.new_message(self.chat, self.world.telegram.bot, 0)
            shown.text = "old"
        await self._press(shown, data)

    async def _press(self, shown: ShownMessage, data: str) -> None:
        number = self.world.telegram.press(self.chat, shown.message_id, self.person, data=data)
        await self.world.settle()
        answer = self.world.telegram.callbacks[number]["answer"]
        self.alert = answer["text"] if answer else ""

    @property
    def messages(self) -> list[ShownMessage]:
        """What the bot wrote in this chat."""
        return [one for one in self.world.telegram.messages(self.chat) if one.from_bot]

    @property
    def last(self) -> ShownMessage:
        return self.messages[-1]

    def sees(self, text: str) -> bool:
        return any(text in shown.text for shown in self.messages)
