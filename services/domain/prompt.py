"""Prompts: what is asked, of which calls, and where the answer goes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.field import RemoteField, RemoteList
from services.domain.integration import ObjectKind

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


class Policy(StrEnum):
    """What happens to a value that stands in the field already."""

    IF_EMPTY = "if_empty"
    APPEND = "append"
    OVERWRITE = "overwrite"


class Known(StrEnum):
    """What can be written without asking a model."""

    OBJECT = "object"
    """The deal or lead: as a binding, or as a link in a text."""
    STARTED_AT = "started_at"
    MANAGER = "manager"
    CLIENT = "client"
    PHONE = "phone"
    DURATION = "duration"


@dataclass(frozen=True)
class Ask:
    """What is put to the model, and the field that receives its answer; a comment has none."""

    text: str
    field: RemoteField | None = None
    policy: Policy = Policy.IF_EMPTY


@dataclass(frozen=True)
class Question:
    """An ask as it is stored. `problem` says why it is suspended: its field is gone, for example."""

    id: int
    position: int
    ask: Ask
    problem: str | None = None

    @property
    def text(self) -> str:
        return self.ask.text


@dataclass(frozen=True)
class Filled:
    """A column that we fill ourselves."""

    field: RemoteField
    known: Known
    problem: str | None = None


@dataclass(frozen=True)
class Problem:
    """A suspended field of a prompt; the others go on. `asked`: it has a question, else we filled it."""

    field_name: str
    reason: str
    asked: bool


@dataclass(frozen=True)
class Place:
    """Where the answers go: the list and its filled columns, or the kind of object whose fields are written."""

    destination: Destination = Destination.COMMENT
    list: RemoteList | None = None
    filled: tuple[Filled, ...] = ()
    object_kind: ObjectKind | None = None
    into: int | None = None
    """The integration that receives the answers, when the calls come from another one: a telephony, a disk."""

    @property
    def is_typed(self) -> bool:
        """Each question has a field of its own."""
        return self.destination in (Destination.LIST, Destination.FIELDS)


@dataclass(frozen=True)
class PromptVersion:
    """An immutable wording. An answer always points at the version that gave it."""

    id: int
    number: int
    place: Place
    questions: tuple[Question, ...]
    condition: str = ""
    """Of its alert, in words: judged with the first question. Empty: it has no alert."""

    @property
    def destination(self) -> Destination:
        return self.place.destination


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
    hide_empty: bool = False
    """With no data in any answer it is left out of the card."""
    tell: tuple[int, ...] = ()
    """Members that its alerts mention, by our number."""

    @property
    def text(self) -> str:
        """The wording; of several questions each stands behind the name of its field."""
        if not self.version.place.is_typed:
            return self.version.questions[0].text
        return "\n".join(
            f"{one.ask.field.name}: {one.text}" if one.ask.field else one.text for one in self.version.questions
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        asked = (
            Problem(one.ask.field.name if one.ask.field is not None else "", one.problem, asked=True)
            for one in self.version.questions
            if one.problem
        )
        filled = (
            Problem(one.field.name, one.problem, asked=False) for one in self.version.place.filled if one.problem
        )
        return (*asked, *filled)
