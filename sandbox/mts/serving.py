"""What the three have in common: the time in their answers, the journal, the rate, faults."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.serving import Server, answer_with_faults

Work = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    """A request in the journal; `path` as it came over the wire. `headers` have names in lower case."""

    name: str
    path: str
    headers: Mapping[str, str]
    body: Any
    at: float
    status: int


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str, *, code: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


class Cabinet(Server):
    """`per_second` requests and no more are answered when `limits` are on; never two at once."""

    per_second = 1.0

    def __init__(self, *, clock: Clock | None = None, faults: Faults | None = None, limits: bool = False) -> None:
        super().__init__()
        self.clock = clock or Clock()
        self.faults = faults or Faults()
        self.limits = limits
        self.journal: list[Asked] = []
        self.meanwhile: Callable[[str], None] | None = None
        """Called with its name after each request: the world changes while we are read."""
        self.most_at_once = 0
        self._at_once = 0
        self._last_at = float("-inf")

    def asked(self, name: str) -> list[Asked]:
        return [entry for entry in self.journal if entry.name == name]

    def route(self, method: str, path: str, name: str, work: Work) -> None:
        """`name` is that of the request in the journal and in faults."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._serve(name, request, work)

        self.app.router.add_route(method, path, handle)

    async def _serve(self, name: str, request: web.Request, work: Work) -> web.StreamResponse:
        """One request: faults around it, refusals as this cabinet words them, its own time in the answer."""

        async def guarded() -> web.StreamResponse:
            try:
                self._admit()
                return await work(request)
            except Refusal as refusal:
                return self.refused(refusal, request)

        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            response = await answer_with_faults(self.faults, name, request, guarded, self._limited)
        finally:
            self._at_once -= 1
        response.headers["Date"] = formatdate(self.clock.now(), usegmt=True)
        await self._note(name, request, response.status)
        return response

    def refused(self, refusal: Refusal, request: web.Request) -> web.Response:
        raise NotImplementedError

    def _admit(self) -> None:
        now = self.clock.now()
        if self.limits and now - self._last_at < 1 / self.per_second - 1e-6:
            raise Refusal(429, "Too many requests")
        self._last_at = now

    def _limited(self, fault: Fault) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": f"{fault.seconds:.0f}"})

    async def _note(self, name: str, request: web.Request, status: int) -> None:
        body = await request.json() if request.method == "POST" and request.can_read_body else None
        headers = {key.lower(): value for key, value in request.headers.items()}
        if self.meanwhile is not None:
            self.meanwhile(name)
        self.journal.append(Asked(name, request.raw_path, headers, body, self.clock.now(), status))
        await self.notify()


def only(query: Mapping[str, str], *known: str) -> None:
    """A name that is not known is a slip of the client: refused, so that it shows."""
    for name in query:
        if name not in known:
            raise Refusal(400, f"unknown parameter {name}")


def whole(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name, str(default))
    if not text.isdigit() or int(text) > most:
        raise Refusal(400, f"{name} is not valid")
    return int(text)
