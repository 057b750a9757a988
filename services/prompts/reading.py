"""The prompts of a company as they are: all, one, and those that are meant by words."""

from sqlalchemy import select

from services.db.models import PromptRow
from services.db.repositories.prompts import load_prompt, load_prompts
from services.db.unit_of_work import Database
from services.domain.prompt import Prompt, Scope
from services.domain.workspace import Member
from services.prompts.clashes import Clash, clashes_of
from services.prompts.naming import Candidate, find_by_words


class PromptBook:
    """Only reads; whoever changes prompts has a `PromptService`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(
        self,
        workspace_id: int,
        *,
        integration_id: int | None = None,
        funnel_id: int | None = None,
        words: str = "",
    ) -> tuple[Prompt, ...]:
        """In their order; `words` must be in the name."""
        async with self._database.read() as session:
            return await load_prompts(
                session, workspace_id, integration_id=integration_id, funnel_id=funnel_id, words=words
            )

    async def get(self, member: Member, prompt_id: int) -> Prompt:
        """Raises NotFound."""
        async with self._database.read() as session:
            return await load_prompt(session, member.workspace_id, prompt_id)

    async def same_name(self, member: Member, name: str, scope: Scope, *, besides: int = 0) -> bool:
        """Is there another one of this name in the same place? `besides` is the one that gets the name.

        Names are compared here: SQLite knows upper and lower case of Latin letters only.
        """
        async with self._database.read() as session:
            query = select(PromptRow.name).where(
                PromptRow.workspace_id == member.workspace_id,
                PromptRow.integration_id == scope.integration_id,
                PromptRow.funnel_id.is_not_distinct_from(scope.funnel_id),
                PromptRow.stage_id.is_not_distinct_from(scope.stage_id),
                PromptRow.deleted_at.is_(None),
                PromptRow.id != besides,
            )
            names = await session.scalars(query)
            wanted = " ".join(name.split()).casefold()
            return any(one.casefold() == wanted for one in names)

    async def clashes(self, prompt: Prompt) -> tuple[Clash, ...]:
        """With other prompts that are on, while this one is."""
        async with self._database.read() as session:
            return await clashes_of(session, prompt)

    async def find(self, member: Member, words: str) -> tuple[Candidate, ...]:
        """By number in the list, exact name, or a name like it; the best first."""
        return find_by_words(await self.all(member.workspace_id), words)
