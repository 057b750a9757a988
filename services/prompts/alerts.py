"""The alert of a prompt: a condition in words, and whom its message calls."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit import note
from services.db.models import MemberRow, PromptRow
from services.db.repositories.prompts import load_prompt, prompt_row
from services.db.unit_of_work import Database
from services.domain.alert import CONDITION_LIMIT
from services.domain.prompt import Prompt
from services.domain.workspace import Member
from services.errors import Conflict, NotFound, Refused
from services.ports import Clock
from services.prompts.versions import add_version

MOST_PEOPLE = 10


def clean_condition(words: str) -> str:
    """Raises Refused: `condition_empty`, `condition_long`."""
    cleaned = " ".join(words.split())
    if not cleaned:
        raise Refused("condition_empty")
    if len(cleaned) > CONDITION_LIMIT:
        raise Refused("condition_long", limit=CONDITION_LIMIT, length=len(cleaned))
    return cleaned


class AlertConditions:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def set(self, member: Member, prompt_id: int, condition: str, revision: int) -> Prompt:
        """A new version of the prompt; empty words take the alert away.

        Raises NotFound, Conflict, Refused: `condition_long`.
        """
        cleaned = clean_condition(condition) if condition else ""
        async with self._database.write() as session:
            row = await prompt_row(session, member.workspace_id, prompt_id)
            prompt = await load_prompt(session, member.workspace_id, prompt_id)
            if prompt.version.condition == cleaned:
                return prompt
            if row.revision != revision:
                raise Conflict(f"prompt {prompt_id}")
            await self._put(session, row, member, prompt, cleaned)
            return await load_prompt(session, member.workspace_id, prompt_id)

    async def _put(
        self, session: AsyncSession, row: PromptRow, member: Member, prompt: Prompt, condition: str
    ) -> None:
        version = prompt.version
        row.version_number = version.number + 1
        asks = [question.ask for question in version.questions]
        await add_version(
            session,
            row,
            member,
            version.place,
            asks,
            number=row.version_number,
            condition=condition,
            now=self._clock.now(),
        )
        said = {"name": row.name, "before": version.condition, "after": condition}
        note(session, self._clock, row.workspace_id, member.user_id, "prompt_alert_changed", row.id, **said)
        await session.flush()

    async def call(self, member: Member, prompt_id: int, number: int, to: bool) -> Prompt:
        """Whether its alerts mention this member. Raises NotFound, Refused: `too_many_people`."""
        async with self._database.write() as session:
            row = await prompt_row(session, member.workspace_id, prompt_id)
            present = set(
                await session.scalars(select(MemberRow.id).where(MemberRow.workspace_id == row.workspace_id))
            )
            if number not in present:
                raise NotFound(f"member {number}")
            people = [one for one in row.tell if one in present and one != number]
            people = [*people, number] if to else people
            if len(people) > MOST_PEOPLE:
                raise Refused("too_many_people", limit=MOST_PEOPLE)
            if people != row.tell:
                row.tell = people
                said = {"name": row.name, "member": str(number), "to": "yes" if to else "no"}
                note(session, self._clock, row.workspace_id, member.user_id, "prompt_alert_people", row.id, **said)
            await session.flush()
            return await load_prompt(session, member.workspace_id, prompt_id)
