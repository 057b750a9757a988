"""Prompts: what is asked, of which calls, and where the answer goes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TEXT_LIMIT = 4000
NAME_LIMIT = 60


class Destination(StrEnum):
    COMMENT = "comment"
    LIST = "list"
    FIELDS = "fields"
    CHAT = "chat"


@dataclass(frozen=True)
class Scope:
    """Which calls. None means any."""

    integration_id: int
    funnel_id: int | None = None
    stage_id: int | None = None


@dataclass(frozen=True)
class Question:
    id: int
    position: int
    text: str
    target: str = ""
    """The field that receives the answer; empty for a comment."""


@dataclass(frozen=True)
class PromptVersion:
    """An immutable wording. An answer always points at the version that gave it."""

    id: int
    number: int
    destination: Destination
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Prompt:
    id: int
    workspace_id: int
    name: str
    scope: Scope
    enabled: bool
    enabled_at: datetime | None
    position: int
    """Order within the workspace: prompts run and are shown by it."""
    revision: int
    """Grows with each change; a change made against an old one is refused."""
    version: PromptVersion

    @property
    def text(self) -> str:
        """The wording of a prompt with a single question."""
        return self.version.questions[0].text
