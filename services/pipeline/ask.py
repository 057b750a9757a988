"""The third step of a call: every prompt is put to the model and its answer stored before it is written.

The first question goes alone: it warms the provider's cache of the transcript. The others follow a few at
a time, but are stored, written and shown in the order of the prompts.
"""

import asyncio
import time
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

import structlog

from services.connecting.connectors import Connectors
from services.db.repositories.calls import transcript_of
from services.db.unit_of_work import Database
from services.domain.alert import AlertState, AlertVerdict
from services.domain.answer import Answer, AnswerState
from services.domain.call import Call, CallState, Reason, Transcript
from services.domain.field import FieldType, Option
from services.domain.prompt import Question
from services.domain.workspace import Workspace
from services.errors import NotFound, RemoteError
from services.fieldbook import FieldBook
from services.integrations.base import Connector
from services.pipeline.daily_cap import DailyCap
from services.pipeline.expect import expectation
from services.pipeline.keep import Asked, Keeper
from services.pipeline.model_wait import ModelWait
from services.pipeline.outcome import Outcomes
from services.pipeline.targets import Targets
from services.pipeline.work import PromptWork, open_work
from services.ports import Answerer, AnswerRequest, ModelAnswer, ModelFailure
from services.wording import call_line

log = structlog.get_logger(__name__)

TOGETHER = 4
"""So many questions of one call at a time, once the first has been answered."""

FINAL_FAILURES = {
    "too_long": Reason.TEXT_TOO_LONG,
    "refused": Reason.MODEL_REFUSED,
    "rejected": Reason.MODEL_FAILED,
}


IsOn = Callable[[PromptWork], Awaitable[bool]]


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
        inquiry = _Inquiry(self._answerer, call, card, transcript, place, people)
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
        self, call: Call, connector: Connector, inquiry: "_Inquiry", works: tuple[PromptWork, ...]
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
                return [_broke(several[0].work, error)]
            return [failure for one in several for failure in await self._keep(call, connector, [one])]
        return [one.obstacle for one in several if one.obstacle]

    async def _end(self, call: Call, obstacles: list[ModelFailure]) -> None:
        if obstacles:
            await self._wait.begin(call, "model", obstacles, Reason.MODEL_FAILED, CallState.TRANSCRIBED)
        else:
            await self._keeper.close(call.id)


class _Inquiry:
    """Puts the prompts of one call to the model."""

    def __init__(
        self,
        answerer: Answerer,
        call: Call,
        card: str,
        transcript: Transcript,
        place: Workspace,
        people: Mapping[int, Sequence[Option]],
    ) -> None:
        """`people` are the employees that fields may name, by the prompt's verdict."""
        self._answerer = answerer
        self._call = call
        self._card = card
        self._segments = transcript.segments
        self._place = place
        self._people = people

    async def put(self, work: PromptWork, is_on: IsOn, places: asyncio.Semaphore | None = None) -> Asked:
        """Whatever happens to this prompt, the others go on: nothing is raised."""
        answers: list[tuple[Answer, float]] = []
        async with places or asyncio.Semaphore(1):
            try:
                if not await is_on(work):
                    return Asked(work, (), switched_off=True)
                condition = work.condition
                for question in work.unanswered:
                    started = time.monotonic()
                    answer = await self._answer(question, self._people[work.verdict_id], condition)
                    answers.append((answer, time.monotonic() - started))
                    condition = "" if answer.alert is not None else condition
            except ModelFailure as failure:
                log.warning("question_failed", prompt_id=work.prompt_id, kind=failure.kind)
                return Asked(work, tuple(answers), failure)
            except Exception as error:  # noqa: BLE001 - one prompt never stops the others
                return Asked(work, tuple(answers), _broke(work, error))
            return Asked(work, tuple(answers))

    async def _answer(self, question: Question, people: Sequence[Option], condition: str) -> Answer:
        """With what came of the prompt's condition: it is judged along with the first question that is answered.

        Raises ModelFailure when asking again later may help.
        """
        if question.problem is not None:
            return _suspended(question)
        try:
            said = await self._ask(question, people, condition)
            answer = _answer(question, said, strict=self._place.strict_quotes)
            unclear = AlertVerdict(AlertState.NO_DATA) if condition else None
            return replace(answer, alert=said.alert or unclear)
        except ModelFailure as failure:
            reason = FINAL_FAILURES.get(failure.kind)
            if reason is None:
                raise
            log.warning("question_failed", question_id=question.id, kind=failure.kind)
            return Answer(question.id, AnswerState.FAILED, "", reason=reason)

    async def _ask(self, question: Question, people: Sequence[Option], condition: str) -> ModelAnswer:
        field = question.ask.field
        return await self._answerer.answer(
            AnswerRequest(
                call_key=f"call-{self._call.id}",
                card=self._card,
                segments=self._segments,
                question=question.text,
                language=self._place.language,
                expects=None if field is None else expectation(field, self._call, self._place, people),
                masked=self._place.mask_personal,
                condition=condition,
                turn=self._call.id,
            )
        )


def _broke(work: PromptWork, error: Exception) -> ModelFailure:
    """The text of an error may quote the call: its kind and its place are enough to find it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{PurePath(last.filename).name}:{last.lineno}"
    log.error("prompt_broke", prompt_id=work.prompt_id, cause=type(error).__name__, where=where)
    return ModelFailure("transient", type(error).__name__)


def _suspended(question: Question) -> Answer:
    """Its field is gone: nothing is asked and nothing paid, the other questions go on."""
    reason = Reason(question.problem) if question.problem else None
    return Answer(question.id, AnswerState.REFUSED, "", reason=reason)


def _state(said: ModelAnswer, *, strict: bool) -> AnswerState:
    if not said.found or not said.text:
        return AnswerState.NO_DATA
    without_quote = said.problem is Reason.QUOTE_NOT_FOUND and not strict and said.value is not None
    return AnswerState.ANSWERED if said.problem is None or without_quote else AnswerState.REFUSED


def _answer(question: Question, said: ModelAnswer, *, strict: bool) -> Answer:
    return Answer(
        question_id=question.id,
        state=_state(said, strict=strict),
        text=said.text if said.found else "",
        value=said.value if said.found else None,
        reason=said.problem if said.found else None,
        quote=said.quote if said.found else "",
        quote_at=said.quote_at if said.found else None,
        model=said.model,
        request_id=said.request_id,
        usage=said.usage,
        free_form=said.free_form,
    )
