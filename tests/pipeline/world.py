"""Everything a pipeline test touches: a real database, stand-ins over HTTP, a clock that tests move."""

from dataclasses import dataclass

from sandbox.bitrix24 import Portal
from sandbox.clock import Clock as SandboxClock
from sandbox.models import ModelServer
from sandbox.recordings import Line, Phrasebook, synthesize
from services.connecting.connections import IntegrationService
from services.db.unit_of_work import Database
from services.jobs.queues import Job
from services.pipeline.assembly import Pipeline
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import JobBoard
from tests.fakes.notifier import MemoryNotifier
from tests.fakes.rows import Company

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
    integrations: IntegrationService
    origins: dict[str, str]
    """Where the stand-ins of systems with a fixed address are found: usual origin -> this one."""

    def sound(self, lines: list[Line] | None = None) -> bytes:
        return synthesize(lines or TALK, self.phrasebook)

    async def pull(self) -> None:
        """One tick of the scheduler, and everything it makes due."""
        await self.pipeline.handlers[Job.PULL](f"{self.company.integration_id}@{self.clock.now()}", 0)
        await self.jobs.run_due()

    async def tick(self, seconds: float = 60) -> None:
        await self.jobs.run_for(seconds)
        await self.pull()
