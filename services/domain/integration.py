"""A connected account of a CRM, telephony or disk, its funnels and its health."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    BITRIX24 = "bitrix24"
    AMOCRM = "amocrm"
    MACROCRM = "macrocrm"
    NOVOFON = "novofon"
    MTS = "mts"
    YANDEX_DISK = "yandex_disk"


class Ability(StrEnum):
    """What an integration can do; the wizard asks only what these call for."""

    LISTS_FUNNELS = "lists_funnels"
    GIVES_CALLS = "gives_calls"
    GIVES_TRANSCRIPTS = "gives_transcripts"
    WRITES_COMMENTS = "writes_comments"
    REMOVES_COMMENTS = "removes_comments"
    """Where it is missing, people take them back by hand."""
    WRITES_LISTS = "writes_lists"
    WRITES_FIELDS = "writes_fields"
    FINDS_BY_PHONE = "finds_by_phone"
    """A CRM that tells the deal of a phone number, for calls of a telephony or a disk."""
    WAKES_UP = "wakes_up"


class ObjectKind(StrEnum):
    DEAL = "deal"
    LEAD = "lead"
    CALL = "call"
    """The call itself, in a funnel of our own: a telephony or a disk has neither deals nor leads."""


class IntegrationState(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    """The remote system refuses our access: polling stands still until somebody reconnects."""
    DISCONNECTED = "disconnected"


@dataclass(frozen=True)
class Stage:
    id: int
    external_id: str
    name: str
    missing: bool = False


@dataclass(frozen=True)
class Funnel:
    """A funnel of the CRM, or our own with `object_kind` CALL. Leads come as one funnel, LEAD."""

    id: int
    object_kind: ObjectKind
    external_id: str
    name: str
    stages: tuple[Stage, ...] = ()
    missing: bool = False


@dataclass(frozen=True)
class Health:
    """How an integration feels. `problem` is the code of a failure (`services.errors`) or None."""

    last_pull_at: datetime | None
    last_call_at: datetime | None
    problem: str | None
    problem_since: datetime | None
    remote_code: str = ""
    """What the remote system itself calls the failure, where it says so."""


@dataclass(frozen=True)
class Integration:
    id: int
    workspace_id: int
    kind: Kind
    name: str
    account: str
    """Names the remote account without secrets (a portal's host): lane and rate limit are kept by it."""
    state: IntegrationState
    health: Health
    expires_at: datetime | None = None
    """When its access ends, where the access itself says so."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What people chose on its card: some systems can do more after that."""
