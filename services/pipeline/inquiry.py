"""Puts the prompts of one call to the model, question by question."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

import structlog

from services.domain.alert import AlertState, AlertVerdict
from services.domain.answer import Answer, AnswerState
from services.domain.call import Call, Reason, Transcript
from services.domain.field import Option
from services.domain.prompt import Question
from services.domain.workspace import Workspace
from services.pipeline.expect import expectation
from services.pipeline.keep import Asked
from services.pipeline.work import PromptWork
from services.ports import Answerer, AnswerRequest, ModelAnswer, ModelFailure

log = structlog.get_logger(__name__)

FINAL_FAILURES = {
    "too_long": Reason.TEXT_TOO_LONG,
    "refused": Reason.MODEL_REFUSED,
    "rejected": Reason.MODEL_FAILED,
}

IsOn = Callable[[PromptWork], Awaitable[bool]]


class Inquiry:
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
        self._begun_at = time.monotonic()

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
                return Asked(work, tuple(answers), broke(work, error))
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
                turn=self._begun_at,
            )
        )


def broke(work: PromptWork, error: Exception) -> ModelFailure:
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
