"""Doors to everything outside: time, jobs, the model, speech, the people's chats."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.alert import AlertVerdict, AlertView
from services.domain.answer import Usage
from services.domain.call import Reason, Segment
from services.domain.card import CardView
from services.domain.digest import DigestView
from services.domain.field import Value
from services.domain.workspace import ChatAddress, Language


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits; a test's clock returns at once and moves itself forward."""
        ...


class Jobs(Protocol):
    """The one door to the durable engine."""

    async def put(
        self,
        session: AsyncSession,
        name: str,
        key: str,
        *,
        lane: str,
        attempt: int = 0,
        after: timedelta | None = None,
    ) -> None:
        """Makes `name` due for `key`, in the caller's transaction.

        A repeat with the same name, key and attempt is ignored. Jobs of one lane run one by one.
        """
        ...

    async def under_way(self, name: str, attempts: Mapping[str, int]) -> set[str]:
        """Which of these keys have a job waiting or running for the given attempt."""
        ...


JobHandler = Callable[[str, int], Awaitable[None]]
"""(key, attempt) -> nothing. Expected failures are its own business: it puts the next attempt and returns."""

Guard = Callable[[], None]
"""Raises Fenced when this process was declared dead and must not touch the outside world any more."""


class Fenced(Exception):
    """This process slept past its deadline: somebody else may be doing its work."""


@dataclass(frozen=True)
class Rate:
    """So many requests a second in the long run, and `burst` at once after a rest; 1: never two at once."""

    per_second: float
    burst: int


class Throttle(Protocol):
    """Keeps the request rate of a remote account, whoever uses it."""

    async def acquire(self, account: str, rate: Rate, *, patience: float | None = None) -> None:
        """Returns when one more request to the account is allowed.

        Raises RateLimited instead of waiting longer than `patience` seconds.
        """
        ...

    async def block(self, account: str, seconds: float) -> None:
        """No request to the account for so long: it asked for it."""
        ...


# --- model ---------------------------------------------------------------------------------------


class Unfit(ValueError):
    """A value that must not be written. `told` says to the model what is wrong with it."""

    def __init__(self, reason: Reason, told: str) -> None:
        super().__init__(told)
        self.reason = reason
        self.told = told


@dataclass(frozen=True)
class Expectation:
    """The answer is for a field: its quote must be found, and its value must be readable.

    `told` describes the value for the model, empty for a mere text; `read` raises Unfit. So does `hold`, which
    holds the value that was read against the quote.
    """

    told: str
    read: Callable[[str | list[str]], Value]
    hold: Callable[[Value, str], None] = lambda value, quote: None


@dataclass(frozen=True)
class AnswerRequest:
    """One question about one call. All requests of a call share everything but `question`."""

    call_key: str
    """Opaque, the same for all questions of the call: keys the provider's cache."""
    card: str
    """A few lines about the call: date, direction, duration. No secrets."""
    segments: tuple[Segment, ...]
    question: str
    language: Language
    expects: Expectation | None = None
    masked: bool = True
    """Telephones, mail addresses, cards and passports leave as marks, and come back in the answer."""
    condition: str = ""
    """A condition in words that is judged along with the question; empty: none."""
    turn: float = 0.0
    """When the asking about the call began: where there is no room for all, the earliest call is served."""


@dataclass(frozen=True)
class ModelAnswer:
    """`quote_at` is None when the quote was not found in the transcript.

    `problem` says why a found answer must not be written into a field; `value` is then None.
    """

    found: bool
    text: str
    quote: str
    quote_at: float | None
    model: str
    request_id: str
    usage: Usage
    free_form: bool = False
    value: Value = None
    problem: Reason | None = None
    alert: AlertVerdict | None = None
    """What came of the condition; None: there was none."""


class ModelFailure(Exception):
    """The model gave no answer.

    `kind` is one that may pass: transient, busy (too many requests; `retry_after` in seconds), paused (no
    money or access), not_found (no such model or address); or a final one: too_long, refused, rejected.
    """

    def __init__(self, kind: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.retry_after = retry_after

    @property
    def pauses(self) -> bool:
        """The connection itself is of no use until a person has seen to it."""
        return self.kind in {"paused", "not_found"}


class Answerer(Protocol):
    async def answer(self, request: AnswerRequest) -> ModelAnswer:
        """Raises ModelFailure."""
        ...


@dataclass(frozen=True)
class Speech:
    segments: tuple[Segment, ...]
    seconds: float
    """Length of the audio."""
    model: str


class Transcriber(Protocol):
    async def transcribe(self, audio: Path, *, language: str = "ru") -> Speech:
        """The speech of a recording; an empty `segments` means silence. Raises ModelFailure or BadAudio."""
        ...


class PieceStore(Protocol):
    """Results of finished pieces of speech, so that a restart pays only for missing ones."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, text: str) -> None: ...


# --- chats ---------------------------------------------------------------------------------------


class ChatGone(Exception):
    """The chat blocked or removed the bot, or does not exist: stop writing there."""


class ChatClosed(Exception):
    """The chat is there and wants its cards, but the bot may not write in it now: `why` is `rights` or `topic`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TopicGone(Exception):
    """The topic was deleted: the chat itself is still there."""


class ChatMoved(Exception):
    """A group became a supergroup."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__(str(new_chat_id))
        self.new_chat_id = new_chat_id


class ChatBusy(Exception):
    """Telegram asks to wait, or is not reachable."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(str(retry_after))
        self.retry_after = retry_after


class MessageLost(Exception):
    """The message to edit is gone: send a new one."""


@dataclass(frozen=True)
class OwnerNotice:
    """Something the owners must know, said once. `code` and `values` become words in the face."""

    code: str
    values: dict[str, str]
    workspace_id: int = 0
    """Whose owners: a button under it acts there."""


class Notifier(Protocol):
    """Speaks to people. Each method raises ChatGone, ChatClosed, TopicGone, ChatMoved or ChatBusy."""

    async def show_card(
        self,
        address: ChatAddress,
        language: Language,
        view: CardView,
        message_id: int | None,
        *,
        silent: bool = False,
    ) -> int:
        """Sends the card, or edits the message that has it; returns the message id. May raise MessageLost."""
        ...

    async def tell_late(self, address: ChatAddress, language: Language, left: int) -> None:
        """The chat's cards are late, so many are left. Silently: it asks nothing of anybody."""
        ...

    async def tell_on_time(self, address: ChatAddress, language: Language) -> None:
        """They have caught up. Silently, too."""
        ...

    async def show_alert(self, address: ChatAddress, language: Language, view: AlertView) -> int:
        """Sends it with a sound, and mentions people; returns the message id."""
        ...

    async def show_digest(
        self, address: ChatAddress, language: Language, view: DigestView, *, silent: bool = False
    ) -> int:
        """Sends the day's digest; returns the message id."""
        ...

    async def tell(self, user_id: int, language: Language, notice: OwnerNotice) -> None: ...
