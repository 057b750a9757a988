"""Are the fields that a prompt writes still there? What is gone is suspended; owners hear it once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from services.db.unit_of_work import Database
from services.domain.call import Reason
from services.domain.field import RemoteField
from services.domain.integration import ObjectKind
from services.domain.prompt import Destination, Filled, Place, Question
from services.errors import Gone, NotFound, RemoteError
from services.fieldbook import FieldBook
from services.notices import Notices
from services.pipeline.suspending import suspend
from services.pipeline.work import PromptWork

log = structlog.get_logger(__name__)


class Targets:
    def __init__(self, database: Database, book: FieldBook, notices: Notices) -> None:
        self._database = database
        self._book = book
        self._notices = notices

    async def checked(self, workspace_id: int, integration_id: int, work: PromptWork) -> PromptWork:
        """The same work with the fields as they are now.

        Suspended questions carry their problem, filled columns that are gone are left out. When the system
        does not say, what was known of the fields will do: the write will tell.
        """
        if not work.place.is_typed:
            return work
        try:
            judged = _judged(work, await self._present(integration_id, work.place))
            if _loses(work, judged):
                # Another process may have made the prompt over a field that is newer than what is known here.
                judged = _judged(work, await self._present(integration_id, work.place, anew=True))
        except Gone:
            judged = _judged(work, None)
        except (RemoteError, NotFound) as failure:
            log.info("fields_not_checked", prompt_id=work.prompt_id, failure=failure.code)
            return work
        await self._store(workspace_id, work, judged)
        place = replace(judged.place, filled=tuple(one for one in judged.place.filled if one.problem is None))
        return replace(judged, place=place)

    async def _present(
        self, integration_id: int, place: Place, *, anew: bool = False
    ) -> Mapping[str, RemoteField]:
        if place.destination is Destination.LIST and place.list is not None:
            fields = await self._book.columns(integration_id, place.list.id, anew=anew)
        else:
            fields = await self._book.fields(integration_id, place.object_kind or ObjectKind.DEAL, anew=anew)
        return {field.id: field for field in fields}

    async def _store(self, workspace_id: int, before: PromptWork, after: PromptWork) -> None:
        """The change of the rows decides who tells the owners: calls are checked at the same time."""
        if _problems(before) == _problems(after):
            return
        async with self._database.write() as session:
            lost = await suspend(session, after)
            if not lost:
                return
            values = {"name": before.name, "prompt": str(before.prompt_id)}
            listed = after.place.list
            if listed is not None and Reason.LIST_GONE in _problems(after):
                code, values = "list_gone", {**values, "list": listed.name}
            else:
                code, values = "fields_gone", {**values, "fields": ", ".join(lost)}
            await self._notices.put(session, workspace_id, code, values, subject=before.prompt_id)


def _problems(work: PromptWork) -> Sequence[str | None]:
    return [*(one.problem for one in work.questions), *(one.problem for one in work.place.filled)]


def _loses(before: PromptWork, after: PromptWork) -> bool:
    """Is something suspended that was not?"""
    pairs = zip(_problems(before), _problems(after), strict=True)
    return any(new is not None and old is None for old, new in pairs)


def _judged(work: PromptWork, present: Mapping[str, RemoteField] | None) -> PromptWork:
    """`present` None: the list itself is gone."""
    questions = tuple(_question(one, present) for one in work.questions)
    filled = tuple(_filled(one, present) for one in work.place.filled)
    left = {question.id for question in work.unanswered}
    return replace(
        work,
        place=replace(work.place, filled=filled),
        questions=questions,
        unanswered=tuple(one for one in questions if one.id in left),
    )


def _question(question: Question, present: Mapping[str, RemoteField] | None) -> Question:
    """Options come and go: the present ones are offered to the model."""
    field = question.ask.field
    if field is None:
        return question
    now, problem = _found(field, present)
    return replace(question, ask=replace(question.ask, field=now), problem=problem)


def _filled(filled: Filled, present: Mapping[str, RemoteField] | None) -> Filled:
    now, problem = _found(filled.field, present)
    return replace(filled, field=now, problem=problem)


def _found(field: RemoteField, present: Mapping[str, RemoteField] | None) -> tuple[RemoteField, Reason | None]:
    """The field as it is now, or what is wrong: one of another type is another field."""
    if present is None:
        return field, Reason.LIST_GONE
    now = present.get(field.id)
    if now is None or now.type is not field.type:
        return field, Reason.FIELD_GONE
    return now, None
