"""What was decided of each prompt for a call."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.db.insert import insert_those_not_there
from services.db.models import VerdictRow
from services.domain.call import Reason
from services.prompts.matching import ScopedPrompt


def verdict_values(call_id: int, prompt: ScopedPrompt, reason: Reason | None) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "prompt_id": prompt.id,
        "version_id": prompt.version_id,
        "position": prompt.position,
        "state": "matched" if reason is None else "skipped",
        "reason": reason,
    }


async def add_verdicts(
    session: AsyncSession, call_id: int, verdicts: Sequence[tuple[ScopedPrompt, Reason | None]]
) -> None:
    """The first decision of each prompt stays."""
    values = [verdict_values(call_id, prompt, reason) for prompt, reason in verdicts]
    await insert_those_not_there(session, VerdictRow, values)
