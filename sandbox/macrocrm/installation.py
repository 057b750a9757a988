"""The installation itself: access, verbs, both dialects, limits, recordings, faults."""

import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.macrocrm.methods import TABLE
from sandbox.macrocrm.settings import Settings
from sandbox.macrocrm.wire import Refusal, in_camel, in_snake
from sandbox.macrocrm.world import World
from sandbox.serving import Server, answer_with_faults

CREATES = frozenset({"estateBuy/addNote"})
"""Answered with 201 in the second dialect."""
CALLS, RECORD = "calls/getSaleDepartmentsCalls", "calls/getRecord"


@dataclass(frozen=True)
class Asked:
    """One request in the journal. `status` is that of the answer."""

    method: str
    verb: str
    params: dict[str, Any]
    status: int
    at: float


class Installation(Server, World):
    def __init__(
        self, *, clock: Clock | None = None, faults: Faults | None = None, settings: Settings | None = None
    ) -> None:
        Server.__init__(self)
        World.__init__(self, clock or Clock())
        self.faults = faults or Faults()
        self.settings = settings or Settings()
        self.key = "macro-key-of-the-company"
        self.journal: list[Asked] = []
        self._window: deque[float] = deque()
        self.app.router.add_route("*", "/{path:.*}", self._handle)

    @property
    def base_url(self) -> str:
        return self.url + self.settings.prefix

    def asked(self, method: str) -> list[Asked]:
        return [entry for entry in self.journal if entry.method == method]

    def revoke(self) -> None:
        self.key = f"{self.key}-revoked"

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.path.removeprefix(self.settings.prefix + "/")
        return await answer_with_faults(
            self.faults, method, request, lambda: self._answer(method, request), self._limited
        )

    def _limited(self, fault: Fault) -> web.Response:
        return self._too_many(fault.seconds)

    def _too_many(self, seconds: float) -> web.Response:
        headers = {"X-RateLimit-Limit": str(self.settings.per_minute), "X-RateLimit-Remaining": "0"}
        if self.settings.retry_after:
            headers["Retry-After"] = str(int(seconds))
        if self.settings.html_limit:
            return web.Response(status=429, text="<h1>429</h1>", content_type="text/html", headers=headers)
        return web.json_response({"message": "Too Many Requests"}, status=429, headers=headers)

    async def _answer(self, method: str, request: web.Request) -> web.StreamResponse:
        params: dict[str, Any] = {}
        try:
            if not self._within_limits():
                response: web.Response = self._too_many(60)
            else:
                self._admit(method, request)
                params = await self._parameters(method, request)
                response = self._work(method, params)
        except Refusal as refusal:
            response = self._refused(refusal)
        self.journal.append(Asked(method, request.method, params, response.status, self.clock.now()))
        response.headers["X-RateLimit-Limit"] = str(self.settings.per_minute)
        response.headers.setdefault("X-RateLimit-Remaining", str(self.settings.per_minute - len(self._window)))
        await self.notify()
        return response

    def _within_limits(self) -> bool:
        now = self.clock.now()
        while self._window and self._window[0] <= now - 60:
            self._window.popleft()
        if not self.settings.limits:
            return True
        if len(self._window) >= self.settings.per_minute:
            return False
        self._window.append(now)
        return True

    def _admit(self, method: str, request: web.Request) -> None:
        if request.path == f"{self.settings.prefix}/{method}" and (method in TABLE or method == RECORD):
            self._check_key(method, request)
        else:
            raise Refusal(404, {"error": "Not found", "status": 404})
        if request.method != self._verb(method):
            raise Refusal(405, {"error": "Method not allowed", "status": 405})

    def _check_key(self, method: str, request: web.Request) -> None:
        action = method.rpartition("/")[2]
        denied = {"message": f"Access denied to action '{action}'"}
        app_id = request.headers.get("AppId")
        if app_id == "":
            raise Refusal(400, {"message": "AppId is empty"})
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refusal(
                self.settings.bad_key, denied if self.settings.bad_key == 403 else {"message": "Bad key"}
            )
        if self.settings.app_id is not None and app_id != self.settings.app_id:
            raise Refusal(403, {"message": "AppId is required"})
        if method not in self.settings.granted:
            raise Refusal(403, denied)

    def _verb(self, method: str) -> str:
        if self.settings.dialect == "d2":
            return "POST"
        if method == CALLS:
            return "POST" if self.settings.calls_transport == "post_body" else "GET"
        return "GET" if method == RECORD else TABLE[method][0]

    async def _parameters(self, method: str, request: web.Request) -> dict[str, Any]:
        """What of the request this installation looks at."""
        in_query = method == CALLS and self.settings.calls_transport == "get_query"
        if in_query or (method == RECORD and request.method == "GET"):
            return dict(request.query)
        try:
            parsed = json.loads(await request.text() or "{}")
        except ValueError:
            raise Refusal(400, {"message": "Invalid JSON"}) from None
        params = parsed if isinstance(parsed, dict) else {}
        if not self.settings.camel_parameters:
            return params
        return {name: one for name, one in in_snake(params).items() if name not in params or "_" not in name}

    def _work(self, method: str, params: dict[str, Any]) -> web.Response:
        if method == RECORD:
            return self._record(params)
        _, main, work = TABLE[method]
        body = work(self, self.settings, params)
        if self.settings.dialect == "d1":
            return web.json_response(body)
        told = in_camel(body[main] if main else body)
        meta = {"next": body.get("next")}
        return web.json_response({"data": told, "meta": meta}, status=201 if method in CREATES else 200)

    def _record(self, params: dict[str, Any]) -> web.Response:
        call = self.calls.get(int(params.get("call_id") or 0))
        if call is not None and call.recording is not None and call.recorded_at <= self.clock.datetime():
            return web.Response(body=call.recording, content_type="application/octet-stream")
        match self.settings.no_record:
            case "404":
                raise Refusal(404, {"error": "Record not found", "status": 404})
            case "400":
                raise Refusal(400, {"error": "Требуется корректный call_id", "status": 400})
            case "error":
                raise Refusal(200, {"error": True, "message": "No record"})
            case "empty":
                return web.Response(body=b"", content_type="application/octet-stream")
            case "json":
                return web.Response(body=b'{"record": null}', content_type="application/octet-stream")
            case "text":
                return web.Response(body="Записи нет".encode(), content_type="application/octet-stream")

    def _refused(self, refusal: Refusal) -> web.Response:
        if refusal.status == 404 and self.settings.html_missing:
            return web.Response(status=404, text="<h1>404</h1>", content_type="text/html")
        return web.json_response(refusal.body, status=refusal.status)
