"""The account itself: routes, access, limits and faults."""

import json
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from sandbox.amocrm.access import Access, Client
from sandbox.amocrm.asked import Asked
from sandbox.amocrm.builder import Builder
from sandbox.amocrm.limits import Limits
from sandbox.amocrm.problems import Problem, not_found
from sandbox.amocrm.routes import check_rights, find
from sandbox.amocrm.wire import unflatten
from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.serving import Server, answer_with_faults

BLOCKED = "<html><head><title>403 Forbidden</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class Entry:
    """One request in the journal; `status` is that of the answer."""

    method: str
    path: str
    query: str
    body: Any
    status: int
    at: float
    agent: str


class Account(Server, Builder):
    """An account, with the telephony's server beside it: `servers` are both to be started.

    Methods of faults are named as `GET leads/notes`, `POST leads/5001/notes`, `POST oauth2/access_token`.
    """

    def __init__(self, *, clock: Clock | None = None, faults: Faults | None = None, limits: bool = True) -> None:
        Server.__init__(self)
        Builder.__init__(self, clock or Clock(), faults or Faults())
        self.access = Access(self.clock)
        self.limits = Limits(self.clock, enforced=limits)
        self.journal: list[Entry] = []
        self.moved_to: str | None = None
        """The account was renamed: its old address knows nothing of it but where it is."""
        self.stored: dict[str, str] = {}
        """Files in the account's own storage: name and where the content is."""
        add = self.app.router.add_route
        add("*", "/api/v4/{path:.*}", self._api)
        add("POST", "/oauth2/access_token", self._exchange)
        add("GET", "/oauth2/account/current/subdomain", self._where)
        add("GET", "/oauth", self._allow)
        add("GET", "/v1.0/files/{name}", self._describe)

    @property
    def servers(self) -> tuple[Server, Server]:
        return self, self.pbx

    def asked(self, method: str, path: str) -> list[Entry]:
        return [entry for entry in self.journal if (entry.method, entry.path) == (method, path)]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"].strip("/")

        async def work() -> web.StreamResponse:
            return await self._answer(request, path)

        answer = await answer_with_faults(self.faults, f"{request.method} {path}", request, work, self._busy)
        return self._dated(answer)

    def _dated(self, answer: web.StreamResponse) -> web.StreamResponse:
        if not answer.prepared:
            answer.headers["Date"] = formatdate(self.clock.now(), usegmt=True)
        return answer

    def _busy(self, fault: Fault) -> web.Response:
        """Not even JSON."""
        headers = {"Retry-After": str(int(fault.seconds))} if self.wants.retry_after else {}
        return web.Response(status=429, text="Too many requests", headers=headers)

    async def _answer(self, request: web.Request, path: str) -> web.StreamResponse:
        content = await request.text()
        body = _parsed(content)
        try:
            answer = self._work(request, path, body)
        except Problem as problem:
            answer = problem.answer()
        at, agent = self.clock.now(), request.headers.get("User-Agent", "")
        self.journal.append(Entry(request.method, path, request.query_string, body, answer.status, at, agent))
        await self.notify()
        return answer

    def _work(self, request: web.Request, path: str, body: Any) -> web.Response:
        if self.limits.blocked:
            return web.Response(status=403, text=BLOCKED, content_type="text/html")
        if not self.limits.admits():
            return self._busy(Fault("rate_limit"))
        self._admit(request)
        check_rights(self, path)
        work, named = find(request.method, path)
        params = unflatten(request.query_string)
        told = work(Asked(self, self.url, path, request.query_string, params, body, named))
        if told is None:
            is_single = "id" in named and not path.endswith("notes")
            return _missing(self.wants.unknown) if is_single else web.Response(status=204)
        status = self.wants.note_status if request.method == "POST" else 200
        return web.json_response(told, status=status, content_type="application/hal+json")

    def _admit(self, request: web.Request) -> None:
        kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or self.moved_to is not None or not self.access.is_open(bearer):
            raise Problem(401, "Unauthorized", "Token is invalid or has expired")
        if self.wants.unpaid:
            raise Problem(402, "Payment Required")
        if request.method != "GET" and request.content_type != "application/json":
            raise Problem(400, "Bad Request", "JSON is expected")

    async def _describe(self, request: web.Request) -> web.Response:
        """A file of the storage, for whoever has access to the account."""
        if not self.access.is_open(request.headers.get("Authorization", "").removeprefix("Bearer ")):
            return Problem(401, "Unauthorized").answer()
        href = self.stored.get(request.match_info["name"])
        if href is None:
            return not_found().answer()
        return web.json_response({"uuid": request.match_info["name"], "_links": {"download": {"href": href}}})

    # --- permission --------------------------------------------------------------------------------

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        async def work() -> web.StreamResponse:
            is_json = request.content_type == "application/json"
            body = _parsed(await request.text()) if is_json else dict(await request.post())
            try:
                if self.moved_to is not None:
                    raise Problem(401, "Unauthorized", "Account is not here")
                return web.json_response(self.access.exchange(body if isinstance(body, dict) else {}))
            except Problem as problem:
                return problem.answer()

        return self._dated(
            await answer_with_faults(self.faults, "POST oauth2/access_token", request, work, self._busy)
        )

    async def _where(self, request: web.Request) -> web.Response:
        """Where an account is now, for whoever has a living refresh token of it."""
        if request.headers.get("X-Refresh-Token", "") not in self.access.refresh:
            return Problem(401, "Unauthorized").answer()
        domain = (self.moved_to or self.url).partition("://")[2]
        return web.json_response({"domain": domain, "subdomain": domain.partition(".")[0]})

    async def _allow(self, request: web.Request) -> web.Response:
        """The page with "allow" on it, pressed at once."""
        client = self.access.clients.get(request.query.get("client_id", ""))
        if client is None:
            return web.Response(status=404, text="unknown integration")
        return web.Response(
            status=302, headers={"Location": self.way_back(client, request.query.get("state", ""))}
        )

    def way_back(self, client: Client, state: str) -> str:
        """The address people come back by once they have allowed an integration in."""
        told = {"code": self.access.allow(client), "state": state, "referer": self.url.partition("://")[2]}
        return f"{client.redirect_uri}?{urlencode({**told, 'client_id': client.id})}"


def _parsed(content: str) -> Any:
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return content


def _missing(status: int) -> web.Response:
    return web.Response(status=204) if status == 204 else Problem(404, "Not Found").answer()
