"""A company, the people in it and the chats that listen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.listening import Form, Quiet, Wants


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class Language(StrEnum):
    RU = "ru"
    EN = "en"

    @classmethod
    def of(cls, code: str | None) -> "Language":
        """The language to speak to somebody whose Telegram is set to `code` (IETF tag or None)."""
        if not code:
            return cls.RU
        return cls.RU if code.split("-")[0].lower() in {"ru", "be", "uk", "kk"} else cls.EN


@dataclass(frozen=True)
class Workspace:
    id: int
    name: str
    zone: str
    """IANA time zone, for example `Europe/Moscow`."""
    language: Language
    recommended_prompts: int = 7
    """Enabling more per funnel warns."""
    tariff: tuple[float, float] | None = None
    """Roubles per million tokens, in and out; None: not told."""
    daily_cap: float | None = None
    """Roubles a day for the model; None: no limit. Works only with a tariff."""
    hard_limit_prompts: int | None = None
    """Enabling more per funnel is refused; None: no limit."""
    strict_quotes: bool = True
    """A value without a quote that was found in the call is not written; else it is written and marked."""
    mask_personal: bool = True
    """Telephones, mail addresses, cards and passports of a call do not leave for the model."""
    keep_days: int | None = 365
    """After so many days what was said in a call is deleted here; None: never."""
    keep_answers_days: int | None = 365
    """After so many days its answers are; None: never."""
    currency: str = "RUB"
    """Of sums that are named without one."""
    limited: bool = False
    """Opened by whoever came through the open door: limits of the installation hold for it."""


@dataclass(frozen=True)
class Member:
    id: int
    workspace_id: int
    user_id: int
    """Telegram's id."""
    name: str
    role: Role
    language: Language | None
    """None: as the person's Telegram."""


@dataclass(frozen=True)
class ChatAddress:
    """Where a message goes in Telegram. `thread_id` 0 means no topic."""

    chat_id: int
    thread_id: int = 0


TOPIC = " › "
"""Between a group's name and that of its topic in a chat's title."""


@dataclass(frozen=True)
class Chat:
    id: int
    workspace_id: int
    address: ChatAddress
    kind: str
    """`private`, `group`, `supergroup` or `channel`."""
    title: str
    language: Language
    subscribed: bool
    form: Form = Form.CARDS
    wants: Wants = Wants()
    quiet: Quiet | None = None
    muted_until: datetime | None = None
