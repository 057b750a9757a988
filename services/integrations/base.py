"""What an integration is: its catalogue entry and what a connector of it does."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from services.domain.call import Binding, FoundCall, ObjectRef, Transcript
from services.domain.field import FieldType, Option, RemoteField, RemoteList, RemoteRow, Value
from services.domain.integration import Ability, Kind, ObjectKind
from services.errors import RemoteError
from services.ports import Clock, Guard, Throttle

Cursor = Mapping[str, Any]
"""JSON-able; opaque to everybody but the integration that made it."""


@dataclass(frozen=True)
class RemoteStage:
    external_id: str
    name: str


@dataclass(frozen=True)
class RemoteFunnel:
    """A funnel as the CRM tells it; leads are one funnel with `object_kind` LEAD."""

    object_kind: ObjectKind
    external_id: str
    name: str
    stages: tuple[RemoteStage, ...]


@dataclass(frozen=True)
class CheckLine:
    """One line of a connection check. `code` is turned into words by the face."""

    code: str
    ok: bool
    required: bool = True
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """The result of trying a connection before it is saved."""

    lines: tuple[CheckLine, ...]
    account: str
    """The account's name without secrets, for example a portal's host."""
    title: str
    """What to call the integration when the user gives no name."""
    settings: Mapping[str, Any]
    """Facts worth keeping: time zone, CRM mode, user id. No secrets."""

    @property
    def ok(self) -> bool:
        return all(line.ok for line in self.lines if line.required)


@dataclass(frozen=True)
class CallPage:
    """New calls and the cursor to store with them, in one transaction. `more`: ask again at once."""

    calls: tuple[FoundCall, ...]
    cursor: Cursor
    more: bool = False
    trouble: RemoteError | None = None
    """What keeps a part of the calls away while the others come: told like a failure that lasts."""


class Connector(Protocol):
    """A connected account at work. All methods raise the remote failures of `services.errors`.

    Reads may be repeated freely. A write raises `Unclear` when its outcome is not known and `Unreachable`
    when it surely did not happen.
    """

    async def check(self) -> Check:
        """Tries everything needed, with reads only; missing rights become lines, not failures."""
        ...

    async def pull(self, cursor: Cursor | None) -> CallPage:
        """Calls since the cursor, with overlap. None is the first run: no calls, a cursor set to now."""
        ...

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        """The same calls as they are now (late recordings, late activities). Unknown ones are left out."""
        ...

    async def transcript(self, call: FoundCall) -> Transcript | None:
        """A ready transcript of the remote system, or None."""
        ...

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        """Downloads into a temporary file that lives inside the context; None: there is none that can be read yet.

        The caller waits and gives the call as it is by then (`refresh`).
        """
        ...


@runtime_checkable
class SlowRecorder(Protocol):
    """A connector whose recordings may need days: they are waited for beyond the usual day, ever more rarely.

    Its `recording` raises Gone for one that will not come any more.
    """

    def recording_pause(self, call: FoundCall, waited: timedelta) -> timedelta | None:
        """The time until the next look at most, so long after the call began; None: it is waited for as usual."""
        ...


@runtime_checkable
class DealBook(Protocol):
    """Ability `lists_funnels`: a CRM that knows which deal or lead its calls belong to."""

    async def funnels(self) -> Sequence[RemoteFunnel]: ...

    async def bind(self, call: FoundCall) -> Binding | None:
        """The deal or lead of a call with its funnel and stage when the call started; None: not yet."""
        ...


@runtime_checkable
class DealChoice(Protocol):
    """A CRM that may know several deals for a call: one that a prompt is waiting for comes first."""

    async def bindings(self, call: FoundCall) -> Sequence[Binding]:
        """As `DealBook.bind`, all that the call may be for, in the CRM's own order; empty: none yet."""
        ...


@runtime_checkable
class Timeline(Protocol):
    """Ability `writes_comments`: comments on deals and leads."""

    def comment_parts(self, title: str, text: str, marker: str) -> Sequence[tuple[str, str]]:
        """Foreign text as comments this system shows as plain text: (marker, body) of each part.

        The marker is the body's last line.
        """
        ...

    async def add_comment(self, target: ObjectRef, text: str) -> str:
        """Writes a comment, returns its remote id. Never repeated by itself."""
        ...

    async def find_comment(self, target: ObjectRef, marker: str, since: datetime) -> str | None:
        """The id of our comment whose last line is the marker, if written after `since`; None: not there."""
        ...

    async def remove_comment(self, target: ObjectRef, comment_id: str) -> None:
        """Takes our comment back: ability `removes_comments`. Raises Gone when it is not there."""
        ...


@runtime_checkable
class SlowTimeline(Protocol):
    """A Timeline that may show a comment late: it is looked for more than once before it is written again."""

    @property
    def looks(self) -> int:
        """So many looks must find nothing, each as long after the one before as an unclear write is waited for."""
        ...


@runtime_checkable
class BlindTimeline(Protocol):
    """A Timeline without any way to look: what may have been lost is left to a person, or written again unseen."""

    @property
    def unseen_repeats(self) -> int:
        """How often a comment may be written again, though it may stand there already; 0: never."""
        ...


Remote = Any
"""A field's value in the remote system's normal form: JSON-able, None when empty, the same when equal."""


@runtime_checkable
class FieldWriter(Protocol):
    """Ability `writes_fields`: fields of deals and leads."""

    async def object_fields(self, kind: ObjectKind) -> Sequence[RemoteField]:
        """Only those that may be written and whose type is known."""
        ...

    def to_remote(self, field: RemoteField, value: Value) -> Remote: ...

    async def read_values(self, target: ObjectRef, fields: Sequence[RemoteField]) -> Mapping[str, Remote]:
        """By field id. A field that exists no more is left out. Raises Gone for an object that is not there."""
        ...

    async def write_values(
        self, target: ObjectRef, fields: Sequence[RemoteField], values: Mapping[str, Remote]
    ) -> Mapping[str, Remote]:
        """Sets these and no others (None clears); returns them as they are afterwards. Harmless to repeat."""
        ...


@runtime_checkable
class BlindWriter(Protocol):
    """A FieldWriter that may be unable to read: its fields then count as empty, and nothing can be taken back."""

    @property
    def writes_blindly(self) -> bool: ...


@dataclass(frozen=True)
class NewColumn:
    """A column of a list that we make. `options` are the names of a choice."""

    name: str
    type: FieldType
    options: tuple[str, ...] = ()


@runtime_checkable
class ListWriter(Protocol):
    """Ability `writes_lists`: rows of separate lists. `code` is our own key of a row."""

    async def lists(self) -> Sequence[RemoteList]: ...

    async def columns(self, list_id: str) -> Sequence[RemoteField]:
        """Raises Gone when the list is not there."""
        ...

    async def create_list(self, name: str, code: str, columns: Sequence[NewColumn]) -> RemoteList:
        """Readable by everybody there. Again with the same code: the list is found, missing columns are added."""
        ...

    def to_column(self, column: RemoteField, value: Value) -> Remote: ...

    async def find_rows(self, list_id: str, code: str) -> Sequence[RemoteRow]:
        """All rows with this code, the oldest first."""
        ...

    async def add_row(self, list_id: str, code: str, name: str, values: Mapping[str, Remote]) -> str:
        """Never repeated by itself; returns the row's id."""
        ...

    async def merge_row(self, list_id: str, row_id: str, code: str, values: Mapping[str, Remote]) -> None:
        """Sets these columns and keeps whatever the others hold."""
        ...

    async def remove_row(self, list_id: str, row_id: str) -> None: ...


@runtime_checkable
class PeopleBook(Protocol):
    """A system that knows its employees, for fields of that type."""

    async def people(self) -> Sequence[Option]:
        """Active employees, by the ids that fields take."""
        ...


@runtime_checkable
class PhoneBook(Protocol):
    """A CRM that finds the deal or lead of a telephone number, for calls of a telephony or a disk."""

    async def bind_phone(self, phone: str, started_at: datetime) -> Binding | None:
        """`phone` is in E.164. The CRM's own rule chooses among several; None: nothing found yet."""
        ...


@dataclass(frozen=True)
class Knock:
    """A request to the address that wakes an integration up, as it came. Header names are in lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What the knock is answered, and whether it is a reason to look for calls at once."""

    wakes: bool = True
    status: int = 200
    body: str = ""


@runtime_checkable
class Waker(Protocol):
    """Ability `wakes_up`: the remote system says that there is something new. What it says is only a hint."""

    async def answer(self, knock: Knock) -> Reply:
        """Judges and answers a knock; quick, and without a request of its own."""
        ...


class SecretSafe(Protocol):
    """Secrets that change by themselves (rotating tokens), one holder at a time in all processes."""

    def renew(self) -> AbstractAsyncContextManager["Renewal"]:
        """Waits for its turn; what is saved inside is stored at once."""
        ...


class Renewal(Protocol):
    @property
    def secrets(self) -> Mapping[str, str]:
        """As stored now: another process may have renewed them meanwhile."""
        ...

    async def save(self, secrets: Mapping[str, str], *, account: str | None = None) -> None:
        """`account` is the account's new name, when it was renamed."""
        ...


@dataclass(frozen=True)
class Doors:
    """What a connector is given to work with."""

    clock: Clock
    throttle: Throttle
    guard: Guard
    allow_private_hosts: bool
    scratch: Path | None = None
    """Where recordings lie while they are worked on; None: the system's temporary folder."""
    write_timeout: float = 70.0
    """Seconds; longer than the remote limit of 60, so that an answer is not lost by our impatience."""
    read_timeout: float = 70.0
    """Seconds; what a connector gives to its `Http`."""
    safe: SecretSafe | None = None
    """Where renewed secrets go; None while an account is only tried out."""
    public_url: str = ""
    """Where our own HTTP server is reached from outside, without a slash at the end; empty: nowhere."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where a system with a fixed address stands instead (a stand-in, a relay): usual origin -> this one."""

    def origin(self, usual: str) -> str:
        """`https://api.example.com`, or what stands in its place; without a slash at the end."""
        return self.origins.get(usual, usual).rstrip("/")


@dataclass(frozen=True)
class Step:
    """One value the connect dialogue asks for. With `choices` it is picked by a button, else typed."""

    field: str
    choices: tuple[str, ...] = ()
    secret: bool = True
    """The message that carried it is deleted."""
    optional: bool = False
    """May be skipped by a button; it is then not among the values."""
    only_if: tuple[str, ...] | None = None
    """(field, value, perhaps more values): asked only after one of these choices."""
    link: bool = False
    """Answered on the system's own page, by a button with the address of `CatalogueEntry.authorize`.

    Its value is what came back to our address: the code, a space, and the host that sent it (may be empty).
    """


def return_address(kind: Kind, doors: Doors) -> str:
    """Where a system sends people back to once they have allowed us in."""
    return f"{doors.public_url}/oauth/{kind}"


async def as_asked(values: Mapping[str, str], doors: Doors) -> Mapping[str, str]:
    """For accounts whose values are stored as they were given."""
    return values


def as_typed(field: str, text: str) -> str:
    """For options that take any text."""
    return text.strip()


@runtime_checkable
class OptionTrial(Protocol):
    """A connector that shows what an option would do before it is saved."""

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        """Lines for the face; an option with a required line that is not ok cannot be saved."""
        ...


@dataclass(frozen=True)
class CatalogueEntry:
    """What the product knows of a kind of integration before any account is connected."""

    kind: Kind
    title: str
    abilities: frozenset[Ability]
    steps: tuple[Step, ...]
    """What the connect dialogue asks for, in order."""
    parse_secret: Callable[[str, str], str]
    """(field, what the user sent) -> cleaned value; raises Refused with a code of what is wrong."""
    open: Callable[[Mapping[str, str], Mapping[str, Any], Doors], Connector]
    """(secrets, settings, doors) -> connector; no request is made yet.

    `settings` are the facts of the check and, over them, what people chose among `options`.
    """
    close: Callable[[Connector], Awaitable[None]]
    options: tuple[Step, ...] = ()
    """What may be set on the integration's card once it is connected. The values are text, kept in `settings`."""
    parse_option: Callable[[str, str], str] = as_typed
    """(option, what the user sent) -> cleaned value; raises Refused with a code of what is wrong."""
    abilities_by: Callable[[Mapping[str, Any]], frozenset[Ability]] | None = None
    """Options -> abilities, where an option switches one on; `abilities` are those without any option."""
    complete: Callable[[Mapping[str, str], Doors], Awaitable[Mapping[str, str]]] = as_asked
    """Turns what was asked into what is stored, for example a code into tokens; done once, before the check.

    Values that are complete already are returned as they are. Raises remote failures and Refused, whose value
    `again` may name the steps that were answered wrongly: a tuple of fields.
    """
    authorize: Callable[[Mapping[str, str], str, Doors], str] | None = None
    """(values so far, state, doors) -> the address where the user allows us in; for a step with `link`.

    The system sends the user back to `{doors.public_url}/oauth/{kind}` with `code` and `state` (`return_address`).
    """

    def abilities_of(self, options: Mapping[str, Any]) -> frozenset[Ability]:
        """What an account with these options can do."""
        return self.abilities if self.abilities_by is None else self.abilities_by(options)
