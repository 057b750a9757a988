"""The third step of a call: every prompt is put to the model and its answer stored before it is written.

The first question goes alone: it warms the provider's cache of the transcript. The others follow a few at
a time, but are stored, written and shown in the order of the prompts.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

import structlog

from services.connecting.connectors import Connectors
from services.db.repositories.calls import transcript_of
from services.db.unit_of_work import Database
from services.domain.call import Call, CallState, Reason
from services.domain.field import FieldType, Option
from services.domain.workspace import Workspace
from services.errors import NotFound, RemoteError
from services.fieldbook import FieldBook
from services.integrations.base import Connector
from services.pipeline.daily_cap import DailyCap
from services.pipeline.inquiry import Inquiry, broke
from services.pipeline.keep import Asked, Keeper
from services.pipeline.model_wait import ModelWait
from services.pipeline.outcome import Outcomes
from services.pipeline.targets import Targets
from services.pipeline.work import PromptWork, open_work
from services.ports import Answerer, ModelFailure
from services.wording import call_line

log = structlog.get_logger(__name__)

TOGETHER = 4
"""So many questions of one call at a time, once the first has been answered."""


class AskStep:
    """Runs for calls in TRANSCRIBED."""

    def __init__(
        self,
        database: Database,
        connectors: Connectors,
        answerer: Answerer,
        keeper: Keeper,
        outcomes: Outcomes,
        wait: ModelWait,
        cap: DailyCap,
        targets: Targets,
        book: FieldBook,
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._answerer = answerer
        self._keeper = keeper
        self._outcomes = outcomes
        self._cap = cap
        self._targets = targets
        self._book = book
        self._wait = wait

    async def run(self, call: Call) -> bool:
        connector = await self._connectors.get(call.integration_id)
        async with self._database.read() as session:
            transcript = await transcript_of(session, call.id)
            works = await open_work(session, call.id)
            place = await self._keeper.place(session, call.workspace_id)
        if transcript is None:
            await self._outcomes.fail(call.id, Reason.INTERNAL)
            return False
        if await self._must_wait(call, place, works):
            return False
        card = call_line(
            call.found.started_at, place.zone, call.found.direction, call.found.duration, place.language
        )
        works = tuple(
            [
                await self._targets.checked(call.workspace_id, work.place.into or call.integration_id, work)
                for work in works
            ]
        )
        people = {work.verdict_id: await self._people(call, work) for work in works}
        inquiry = Inquiry(self._answerer, call, card, transcript, place, people)
        obstacles = await self._ask_in_order(call, connector, inquiry, works)
        await self._end(call, obstacles)
        return False

    async def _must_wait(self, call: Call, place: Workspace, works: tuple[PromptWork, ...]) -> bool:
        """Parked until the owner's limit of the day allows more questions."""
        wait = await self._cap.wait(place) if any(work.unanswered for work in works) else None
        if wait is not None:
            await self._outcomes.park(call.id, wait)
        return wait is not None

    async def _people(self, call: Call, work: PromptWork) -> Sequence[Option]:
        """Employees, when a field is about them; without them its answers are refused, the others go on."""
        fields = [question.ask.field for question in work.unanswered]
        if not any(field is not None and field.type is FieldType.EMPLOYEE for field in fields):
            return ()
        try:
            return await self._book.people(work.place.into or call.integration_id)
        except (RemoteError, NotFound) as failure:
            log.info("people_not_known", failure=failure.code)
            return ()

    async def _ask_in_order(
        self, call: Call, connector: Connector, inquiry: Inquiry, works: tuple[PromptWork, ...]
    ) -> list[ModelFailure]:
        obstacles: list[ModelFailure] = []
        first, rest = works[:1], works[1:]
        for work in first:
            obstacles += await self._keep(call, connector, [await inquiry.put(work, self._is_on)])
        if any(one.pauses or one.kind == "busy" for one in obstacles):
            return obstacles
        places = asyncio.Semaphore(TOGETHER)
        async with asyncio.TaskGroup() as group:
            tasks = deque(group.create_task(inquiry.put(work, self._is_on, places)) for work in rest)
            while tasks:
                ready = [await tasks.popleft()]
                while tasks and tasks[0].done():
                    ready.append(tasks.popleft().result())
                obstacles += await self._keep(call, connector, ready)
        return obstacles

    async def _is_on(self, work: PromptWork) -> bool:
        """Looked up at the last moment: a prompt switched off while the call waited is not run."""
        async with self._database.read() as session:
            return await self._keeper.is_on(session, work)

    async def _keep(self, call: Call, connector: Connector, several: Sequence[Asked]) -> list[ModelFailure]:
        try:
            await self._keeper.keep(call, connector, several)
        except Exception as error:  # noqa: BLE001 - one prompt never stops the others
            if len(several) == 1:
                return [broke(several[0].work, error)]
            return [failure for one in several for failure in await self._keep(call, connector, [one])]
        return [one.obstacle for one in several if one.obstacle]

    async def _end(self, call: Call, obstacles: list[ModelFailure]) -> None:
        if obstacles:
            await self._wait.begin(call, "model", obstacles, Reason.MODEL_FAILED, CallState.TRANSCRIBED)
        else:
            await self._keeper.close(call.id)
