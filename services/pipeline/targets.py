"""Are the fields that a prompt writes still there? What is gone suspends its question; owners hear it once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog
from sqlalchemy import update

from services.db.models import QuestionRow
from services.db.unit_of_work import Database
from services.domain.call import Reason
from services.domain.field import RemoteField
from services.domain.integration import ObjectKind
from services.domain.prompt import Destination, Place, Question
from services.errors import Gone, NotFound, RemoteError
from services.fieldbook import FieldBook
from services.notices import Notices
from services.pipeline.work import PromptWork

log = structlog.get_logger(__name__)


class Targets:
    def __init__(self, database: Database, book: FieldBook, notices: Notices) -> None:
        self._database = database
        self._book = book
        self._notices = notices

    async def checked(self, workspace_id: int, integration_id: int, work: PromptWork) -> PromptWork:
        """The same work with the fields as they are now; suspended questions carry their problem.

        When the system does not say, what was known of the fields will do: the write will tell.
        """
        if not work.place.is_typed:
            return work
        try:
            present = await self._present(integration_id, work.place)
        except Gone:
            present = None
        except (RemoteError, NotFound) as failure:
            log.info("fields_not_checked", prompt_id=work.prompt_id, failure=failure.code)
            return work
        questions = tuple(_judged(question, present) for question in work.questions)
        await self._store(workspace_id, work, questions)
        left = {question.id for question in work.unanswered}
        return replace(work, questions=questions, unanswered=tuple(one for one in questions if one.id in left))

    async def _present(self, integration_id: int, place: Place) -> dict[str, RemoteField]:
        if place.destination is Destination.LIST and place.list is not None:
            fields = await self._book.columns(integration_id, place.list.id)
        else:
            fields = await self._book.fields(integration_id, place.object_kind or ObjectKind.DEAL)
        return {field.id: field for field in fields}

    async def _store(self, workspace_id: int, work: PromptWork, questions: Sequence[Question]) -> None:
        before = {question.id: question.problem for question in work.questions}
        changed = [question for question in questions if question.problem != before[question.id]]
        if not changed:
            return
        async with self._database.write() as session:
            for question in changed:
                await session.execute(
                    update(QuestionRow).where(QuestionRow.id == question.id).values(problem=question.problem)
                )
            lost = [question.ask.field.name for question in changed if question.problem and question.ask.field]
            if lost:
                values = {"name": work.name, "fields": ", ".join(lost), "prompt": str(work.prompt_id)}
                await self._notices.put(session, workspace_id, "fields_gone", values, subject=work.prompt_id)


def _judged(question: Question, present: Mapping[str, RemoteField] | None) -> Question:
    """Options come and go: the present ones are offered to the model."""
    field = question.ask.field
    if field is None:
        return question
    if present is None:
        return replace(question, problem=Reason.LIST_GONE)
    now = present.get(field.id)
    if now is None or now.type is not field.type:
        return replace(question, problem=Reason.FIELD_GONE)
    return replace(question, ask=replace(question.ask, field=now), problem=None)
