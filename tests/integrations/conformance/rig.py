"""What the shared proof asks of a system's stand-in: a world to change, and figures that the contract states.

A rig lives in `tests/integrations/<system>/rig.py` and is named in `rigs.py`; where one server stands for the
system it is a `OneStand`. What a system cannot do is said in
`exempt` and `without` with its honest reason: an exempt test must really fail, else the suite says that the
exemption is stale.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, Self

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.faults import Faults
from sandbox.serving import Server
from services.domain.call import ObjectRef
from services.domain.field import RemoteField
from services.domain.integration import Ability
from services.integrations.entry import CatalogueEntry
from tests.fakes.clock import FakeClock, RemoteClock


@dataclass(frozen=True)
class Limit:
    """At most so many requests in any so many seconds, as the contract allows them."""

    requests: int
    seconds: float
    path: str = ""
    """Only requests whose path contains this."""


@dataclass(frozen=True)
class Asked:
    """A request as it came to a stand-in; `at` is in seconds of the test's own time."""

    at: float
    path: str


@dataclass(frozen=True)
class Comment:
    """A comment as the stand-in has it."""

    id: str
    text: str


class Rig(ABC):
    """A connected account of one system, its stand-in not yet started."""

    entry: ClassVar[CatalogueEntry]
    page: ClassVar[int]
    """Calls on one page of the list our connector reads."""
    portion: ClassVar[int]
    """Calls in one pull at most, however many there are."""
    limits: ClassVar[tuple[Limit, ...]]
    limit_pause: ClassVar[float]
    """Seconds of silence after a refusal for too many requests (a fault with `seconds=20`)."""
    settle: ClassVar[float] = 0.0
    """Seconds after which a call that has ended is surely given out, if looked at each minute."""
    zone: ClassVar[str] = "Asia/Kamchatka"
    """A zone for the test of local times."""
    comment_method: ClassVar[str] = "*"
    """The stand-in's name, for its faults, of the request that writes a comment."""
    values_method: ClassVar[str] = "*"
    """The same for the request that writes fields."""
    exempt: ClassVar[Mapping[str, str]] = {}
    """Name of a test without its parameters -> the reason why it cannot hold for this system."""
    without: ClassVar[Mapping[Ability, str]] = {}
    """Every ability the system has not -> why."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.remote_clock = RemoteClock(clock)
        self.asked: list[Asked] = []
        """Every request that reached a stand-in, faulty ones too."""
        self.rewrite: Callable[[str, Any], Any] | None = None
        """(path, JSON of an answer) -> what is sent instead: for rows no stand-in would make."""
        self.meanwhile: Callable[[str], None] | None = None
        """Called with its path before each request is worked on: the world changes while we read."""

    # --- the stand-in ------------------------------------------------------------------------------

    @property
    @abstractmethod
    def servers(self) -> Sequence[Server]:
        """All that has to be started, made in `__init__` with `self.remote_clock`."""

    @property
    @abstractmethod
    def faults(self) -> Faults:
        """Faults of all requests; those of downloads are planned with `method="*"` as well."""

    @property
    @abstractmethod
    def secrets(self) -> Mapping[str, str]:
        """What is stored of a connected account, as it opens the stand-in at this moment."""

    @property
    def origins(self) -> Mapping[str, str]:
        """Where the stand-in of a system with a fixed address is found: usual origin -> this one."""
        return {}

    @property
    def options(self) -> Mapping[str, str]:
        """Settings somebody chose after connecting; they lie over the facts of the check."""
        return {}

    @property
    def private(self) -> Sequence[str]:
        """Texts that must never be in a log line or an exception, beside phone numbers."""
        return [value for value in self.secrets.values() if len(value) >= 8]

    async def __aenter__(self) -> Self:
        for server in self.servers:
            server.app.middlewares.append(self._watch())
            await server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self.servers:
            await server.stop()

    def _watch(self) -> Middleware:
        @web.middleware
        async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.asked.append(Asked(self.clock.now().timestamp(), request.path))
            if self.meanwhile is not None:
                self.meanwhile(request.path)
            response = await handler(request)
            if (
                self.rewrite is None
                or not isinstance(response, web.Response)
                or not isinstance(response.body, bytes)
            ):
                return response
            if "json" not in response.content_type or not response.body:
                return response
            told = self.rewrite(request.path, json.loads(response.body))
            return web.json_response(told, status=response.status)

        return watch

    # --- what happens there ------------------------------------------------------------------------

    @abstractmethod
    def add_call(
        self,
        *,
        phone: str = "+79000000011",
        duration: int = 60,
        incoming: bool = True,
        answered: bool = True,
        recording: bytes | None = None,
        target: ObjectRef | None = None,
    ) -> str:
        """A call that has just begun by the stand-in's clock and is over; the `external_id` we shall give it.

        `target` is the deal it belongs to, where the system knows such things. A disk gets a file.
        """

    @abstractmethod
    def finish_recording(self, external_id: str, recording: bytes) -> None:
        """The recording of a call that had none is ready now."""

    @abstractmethod
    def add_odd_calls(self) -> None:
        """Rows that make no sense among the calls: nulls, texts for numbers, no date, no person, unknown words.

        Use `self.rewrite` for what the stand-in itself would refuse to hold.
        """

    @abstractmethod
    def set_zone(self, name: str) -> None:
        """The account lives in this zone from now on; its local times are told in it."""

    @abstractmethod
    def expire_access(self) -> None:
        """What we have stored opens nothing any more."""

    @abstractmethod
    def restore_access(self) -> None:
        """Somebody has renewed the access: `secrets` are valid again, perhaps new ones."""

    # --- what a CRM has besides; others leave these as they are ---------------------------------------

    def make_target(self) -> ObjectRef:
        """A new deal (a lead, a request) to bind calls to and to write into."""
        raise NotImplementedError

    def comments(self, target: ObjectRef) -> Sequence[Comment]:
        """What stands in the object's timeline there."""
        raise NotImplementedError

    def make_text_field(self, name: str) -> str:
        """A new text field of deals; its id there."""
        raise NotImplementedError

    def value_of(self, target: ObjectRef, field: RemoteField) -> str:
        """What a text field holds there; empty when nothing."""
        raise NotImplementedError

    def make_client(self, phone: str) -> ObjectRef:
        """A new open deal whose client has this number."""
        raise NotImplementedError

    def give_words(self, external_id: str, text: str) -> None:
        """The system has made a transcript of the call."""
        raise NotImplementedError
