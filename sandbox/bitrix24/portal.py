"""The portal itself: routes, access, the envelope, limits and faults."""

import json
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.bitrix24.builder import Builder
from sandbox.bitrix24.errors import PortalError
from sandbox.bitrix24.limits import Limits
from sandbox.bitrix24.methods import METHODS
from sandbox.bitrix24.methods.context import Context, Settings
from sandbox.bitrix24.wire import moment, offset_zone, parse_query, unflatten
from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.serving import Server, answer_with_faults

CONTENT_TYPES = {"mp3": "audio/mpeg", "wav": "audio/wav"}


@dataclass(frozen=True)
class Asked:
    """One request in the journal. `error` is the code of the answer, None for a success."""

    method: str
    params: dict[str, Any]
    error: str | None
    at: float


class Portal(Server, Builder):
    """`secret` is the code of the incoming webhook of user 1."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        secret: str = "portal-secret",
        limits: bool = False,
    ) -> None:
        Server.__init__(self)
        Builder.__init__(self, clock or Clock())
        self.faults = faults or Faults()
        self.secret = secret
        self.settings = Settings(zone=offset_zone(3))
        self.limits = Limits(self.clock, enforce=limits)
        self.journal: list[Asked] = []
        self.moved_to: str | None = None
        """The portal was renamed: every request is answered with a redirect there."""
        self.app.router.add_route("*", "/rest/{user}/{secret}/download/", self._download)
        self.app.router.add_route("*", "/rest/{user}/{secret}/{method}", self._handle)

    @property
    def webhook_url(self) -> str:
        return f"{self.url}/rest/1/{self.secret}/"

    def asked(self, method: str) -> list[Asked]:
        return [entry for entry in self.journal if entry.method == method]

    def revoke(self) -> None:
        """The webhook is deleted: its secret opens nothing any more."""
        self.secret = f"{self.secret}-revoked"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].removesuffix(".json").lower()
        if self.moved_to is not None:
            return web.Response(status=302, headers={"Location": self.moved_to + request.path})
        return await answer_with_faults(
            self.faults, method, request, lambda: self._answer(method, request), self._limited
        )

    def _limited(self, fault: Fault) -> web.Response:
        return self._error(PortalError("QUERY_LIMIT_EXCEEDED", "Too many requests"))

    async def _answer(self, method: str, request: web.Request) -> web.StreamResponse:
        started = time.time()
        params = await _parameters(request)
        try:
            self._admit(request, method)
            body = self._call(method, params)
        except PortalError as error:
            self.journal.append(Asked(method, params, str(error.code), self.clock.now()))
            return self._error(error)
        self.journal.append(Asked(method, params, None, self.clock.now()))
        body["time"] = self._time(method, started)
        await self.notify()
        return web.json_response(body)

    def _admit(self, request: web.Request, method: str) -> None:
        if request.match_info["secret"] != self.secret or request.match_info["user"] != "1":
            raise PortalError("INVALID_CREDENTIALS", "Invalid request credentials")
        if not request.headers.get("User-Agent"):
            raise PortalError("INVALID_REQUEST", "User-Agent is required", 403)
        self.limits.count_request()

    def _call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "batch":
            return self._batch(params)
        if method not in METHODS:
            raise PortalError("ERROR_METHOD_NOT_FOUND", "Method not found!")
        scope, work = METHODS[method]
        if scope is not None and scope not in self.settings.scopes:
            if self.settings.missing_scope_hides_method:
                raise PortalError("ERROR_METHOD_NOT_FOUND", "Method not found!")
            raise PortalError("insufficient_scope", f"The request requires higher privileges: {scope}")
        self.limits.check_operating(method)
        self.limits.add_operating(method)
        return work(Context(self, self.settings, self.url, self.secret), params)

    def _batch(self, params: dict[str, Any]) -> dict[str, Any]:
        """Strictly one after another; an empty map is a list, as PHP writes it."""
        commands = params.get("cmd") or {}
        if len(commands) > 50:
            raise PortalError("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded", 400)
        result: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for key, command in commands.items():
            name, _, query = str(command).partition("?")
            try:
                if name == "batch":
                    raise PortalError("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed", 405)
                result[key] = self._call(name.lower(), parse_query(query))["result"]
            except PortalError as error:
                errors[key] = {"error": error.code, "error_description": error.description}
        return {
            "result": {
                "result": result or [],
                "result_error": errors or [],
                "result_total": [],
                "result_next": [],
                "result_time": [],
            }
        }

    def _time(self, method: str, started: float) -> dict[str, Any]:
        now = moment(self.clock.datetime(), self.settings.zone)
        return {
            "start": started,
            "finish": time.time(),
            "duration": 0.01,
            "processing": 0.01,
            "date_start": now,
            "date_finish": now,
            "operating_reset_at": self.limits.reset_at(method),
            "operating": self.limits.operating(method),
        }

    def _error(self, error: PortalError) -> web.Response:
        body = {"error": error.code, "error_description": error.description}
        return web.json_response(body, status=error.status(self.settings.profile))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        async def work() -> web.StreamResponse:
            number = int(request.query.get("token", "file-0").removeprefix("file-"))
            file = self.files.get(number)
            if request.match_info["secret"] != self.secret or file is None:
                return self._error(PortalError("ERROR_NOT_FOUND", "Could not find file", 400))
            kind = CONTENT_TYPES.get(file.name.rsplit(".", 1)[-1], "application/octet-stream")
            return web.Response(body=file.content, content_type=kind)

        return await answer_with_faults(self.faults, "download", request, work, self._limited)


async def _parameters(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        text = await request.text()
        parsed = json.loads(text) if text else {}
        return parsed if isinstance(parsed, dict) else {}
    form = await request.post()
    pairs = [(name, str(value)) for name, value in [*request.query.items(), *form.items()]]
    return unflatten(pairs)
