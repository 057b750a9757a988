"""A conversation and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.domain.integration import ObjectKind


class Direction(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"
    UNKNOWN = "unknown"
    """A mere recording tells only what its name tells."""


class CallState(StrEnum):
    """The way of a call. Each step stores its result before the next one starts."""

    NEW = "new"
    WAIT_BINDING = "wait_binding"
    """No deal or lead yet: the CRM may create one minutes later."""
    BOUND = "bound"
    WAIT_RECORD = "wait_record"
    """The recording is not there yet."""
    TRANSCRIBED = "transcribed"
    DONE = "done"
    SKIPPED = "skipped"
    """Nothing to do; the reason is stored."""
    FAILED = "failed"
    """Gave up after the last attempt; a person may repeat it."""

    @property
    def final(self) -> bool:
        return self in {CallState.DONE, CallState.SKIPPED, CallState.FAILED}


class Reason(StrEnum):
    """Why a call or a prompt of a call was not worked on, or failed."""

    PROMPT_OFF = "prompt_off"
    STARTED_BEFORE_ENABLED = "started_before_enabled"
    OTHER_FUNNEL = "other_funnel"
    OTHER_STAGE = "other_stage"
    STAGE_MISSING = "stage_missing"
    NOT_ANSWERED = "not_answered"
    TOO_SHORT = "too_short"
    NO_PROMPTS = "no_prompts"
    DAY_LIMIT = "day_limit"
    """More calls in a day than the company may have worked on."""
    NO_BINDING = "no_binding"
    NO_PHONE = "no_phone"
    NO_DEAL = "no_deal"
    AMBIGUOUS = "ambiguous"
    """Several fit, and nobody can tell which: a mediator calls about anybody's."""
    NO_RECORD = "no_record"
    SILENCE = "silence"
    VOICEMAIL = "voicemail"
    BAD_AUDIO = "bad_audio"
    TRANSCRIPTION_FAILED = "transcription_failed"
    MODEL_FAILED = "model_failed"
    MODEL_REFUSED = "model_refused"
    MODEL_PAUSED = "model_paused"
    TEXT_TOO_LONG = "text_too_long"
    REMOTE_REJECTED = "remote_rejected"
    REMOTE_UNREACHABLE = "remote_unreachable"
    ACCESS_EXPIRED = "access_expired"
    RIGHT_MISSING = "right_missing"
    QUOTA = "quota"
    """What may be fetched in a day is used up."""
    CANNOT_VERIFY = "cannot_verify"
    CANNOT_LOOK = "cannot_look"
    """As before, and it never can be: the system shows nobody what was written."""
    FIELD_GONE = "field_gone"
    FIELD_BLIND = "field_blind"
    """What stands in it cannot be read, so nothing but replacing can be done."""
    LIST_GONE = "list_gone"
    NOT_AN_OPTION = "not_an_option"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    VALUE_UNREADABLE = "value_unreadable"
    QUOTE_NOT_FOUND = "quote_not_found"
    VALUE_UNSUPPORTED = "value_unsupported"
    REQUIRED_EMPTY = "required_empty"
    VALUE_LOST = "value_lost"
    FIELD_FULL = "field_full"
    TAKEN_BACK = "taken_back"
    FORGOTTEN = "forgotten"
    OTHER_OBJECT = "other_object"
    INTERNAL = "internal"


@dataclass(frozen=True)
class ObjectRef:
    """A deal or a lead of a CRM; in a funnel of our own the call itself."""

    kind: ObjectKind
    id: str


@dataclass(frozen=True)
class Binding:
    """The object a call belongs to, with funnel and stage as they were when the call started."""

    object: ObjectRef
    funnel_external_id: str
    stage_external_id: str
    title: str
    url: str
    client_name: str = ""
    stage_within: tuple[str, ...] = ()
    """Stages that hold the stage: a prompt on one of them is for its calls too."""


class Trait(StrEnum):
    """What a telephony or a disk tells of a call beside the usual: rules of own funnels go by it."""

    LINE = "line"
    """The company's own number that was called or called from."""
    EXTENSION = "extension"
    FOLDER = "folder"
    FILE_NAME = "file_name"


@dataclass(frozen=True)
class FoundCall:
    """A call as a remote system tells it.

    `external_id` is unique within the integration and never changes. `refs` are the integration's own
    strings (activity, file, recording address): kept in the row, given back to it, never shown.
    `answered` is False for a missed, declined or busy call. `duration` is in seconds;
    0 means that the system did not tell it: then the words decide whether there was a conversation.
    """

    external_id: str
    started_at: datetime
    duration: int
    direction: Direction
    phone: str
    answered: bool
    manager_id: str = ""
    manager_name: str = ""
    has_recording: bool = False
    refs: dict[str, str] = field(default_factory=dict)
    traits: dict[str, str] = field(default_factory=dict)
    """By `Trait`; those that are not known are left out."""


@dataclass(frozen=True)
class Call:
    """Our row of a call."""

    id: int
    workspace_id: int
    integration_id: int
    found: FoundCall
    state: CallState
    reason: Reason | None
    binding: Binding | None
    """Where it belongs by its own integration: what scopes are matched with."""
    attempt: int
    first_seen_at: datetime


class TargetState(StrEnum):
    """The search for the deal of a telephony's call in a CRM, by the phone number."""

    LOOKING = "looking"
    FOUND = "found"
    NONE = "none"


@dataclass(frozen=True)
class Segment:
    """A piece of speech: seconds from the beginning; `speaker` is `manager`, `client` or empty."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True)
class Transcript:
    segments: tuple[Segment, ...]
    source: str
    """`crm` or `speech`."""
    seconds: float

    @property
    def text(self) -> str:
        return "\n".join(segment.text for segment in self.segments)
