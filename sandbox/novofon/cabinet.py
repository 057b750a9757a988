"""The present platform: JSON-RPC data API 2.0 and its media host."""

import json
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.novofon import reports
from sandbox.novofon.builder import Builder
from sandbox.novofon.errors import ApiError
from sandbox.novofon.limits import Limits
from sandbox.novofon.media import Media
from sandbox.serving import Server, answer_with_faults

SESSION = 3600
CONTENT_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """One request in the journal. `error` is its mnemonic, None for a success."""

    method: str
    params: dict[str, Any]
    error: str | None


class Cabinet(Server, Builder):
    """`token` is the permanent key of the administrator, `login` and `password` open sessions of an hour."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        token: str = "token-of-the-cabinet",
        zone: str = "Europe/Moscow",
    ) -> None:
        Server.__init__(self)
        Builder.__init__(self, clock or Clock())
        self.faults = faults or Faults()
        self.token = token
        self.login, self.password = "head@example.com", "password-of-the-head"
        self.zone_name = zone
        self.name = "ООО Ромашка"
        self.limits = Limits(self.clock)
        self.listed = True
        """Is the caller's address among those that are let in?"""
        self.active = True
        self.blocked = False
        self.forbidden: set[str] = set()
        self.methods_off: set[str] = set()
        """Methods that the tariff does not have."""
        self.fields_off: set[str] = set()
        self.expiry_name = "expire_at"
        self.journal: list[Asked] = []
        self._sessions_open: dict[str, float] = {}
        self.app.router.add_route("*", "/v2.0", self._handle)
        self.media = Media(self, self.faults)
        self.media.add_to(self.app.router)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    def asked(self, method: str) -> list[Asked]:
        return [entry for entry in self.journal if entry.method == method]

    def end_sessions(self) -> None:
        for token in self._sessions_open:
            self._sessions_open[token] = self.clock.now()

    # --- requests --------------------------------------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            body = json.loads(await request.text())
        except ValueError:
            body = None
        method = str(body.get("method")) if isinstance(body, dict) else "nothing"
        return await answer_with_faults(
            self.faults, method, request, lambda: self._answer(request, body), self._limited
        )

    def _limited(self, fault: Fault) -> web.Response:
        limits = {**self.limits.told(), "minute_remaining": 0, "minute_reset": int(fault.seconds)}
        error = ApiError("limit_exceeded", params={"limit_type": "minute", "limit_max_value": 100})
        return self._respond(error.body(None, limits))

    async def _answer(self, request: web.Request, body: Any) -> web.StreamResponse:
        number = body.get("id") if isinstance(body, dict) else None
        method, params = "nothing", dict[str, Any]()
        try:
            method, params = _envelope(request, body)
            told = self._work(method, dict(params))
        except ApiError as error:
            self.journal.append(Asked(method, params, error.mnemonic))
            return self._respond(error.body(number, self.limits.told()))
        self.limits.spend()
        self.journal.append(Asked(method, params, None))
        await self.notify()
        return self._respond({"jsonrpc": "2.0", "id": number, "result": self._result(method, told)})

    def _respond(self, body: dict[str, Any]) -> web.Response:
        date = format_datetime(self.clock.datetime(), usegmt=True)
        return web.json_response(body, headers={"Date": date})

    def _result(self, method: str, told: Any) -> dict[str, Any]:
        rows, total = told if isinstance(told, tuple) else (told, None)
        metadata: dict[str, Any] = {"limits": self.limits.told()}
        if total is not None:
            metadata["total_items"] = total
        return {"meta_data" if method == "get.account" else "metadata": metadata, "data": rows}

    def _work(self, method: str, params: dict[str, Any]) -> Any:
        if not self.listed:
            raise ApiError("ip_not_whitelisted", value="203.0.113.7")
        if not self.active:
            raise ApiError("account_inactive")
        if method == "login.user":
            return self._log_in(params)
        if method not in METHODS:
            raise ApiError("method_not_found", value=method)
        self._admit(params)
        if method in self.forbidden:
            raise ApiError("forbidden")
        if method in self.methods_off:
            raise ApiError("method_component_disabled")
        self.limits.check()
        if method == "get.account":
            return [{"app_id": 1234, "name": self.name, "timezone": self.zone_name}]
        if method == "get.employees":
            return reports.employees(self, params)
        if method == "get.virtual_numbers":
            return reports.lines(self, params)
        if method == "get.calls_report":
            return reports.calls(self, params, self.zone, f"{self.url}/media", self.fields_off)
        return reports.legs(self, params, self.zone, self.fields_off)

    def _log_in(self, params: dict[str, Any]) -> dict[str, Any]:
        if (params.get("login"), params.get("password")) != (self.login, self.password):
            raise ApiError("auth_error", field="login", value=params.get("login"))
        token = f"session-{len(self._sessions_open) + 1}"
        ends = self.clock.now() + SESSION
        self._sessions_open[token] = ends
        return {"access_token": token, self.expiry_name: int(ends), "app_id": 1234}

    def _admit(self, params: dict[str, Any]) -> None:
        token = params.get("access_token")
        if token is None:
            raise ApiError("required_parameter_missed", field="access_token")
        ends = self._sessions_open.get(str(token))
        if ends is not None and self.clock.now() >= ends:
            raise ApiError("access_token_expired", field="access_token", value=token)
        if ends is None and token != self.token:
            raise ApiError("access_token_invalid", field="access_token", value=token)
        if self.blocked:
            raise ApiError("access_token_blocked", field="access_token", value=token)


METHODS = frozenset(
    {"get.account", "get.employees", "get.virtual_numbers", "get.calls_report", "get.call_legs_report"}
)


def _envelope(request: web.Request, body: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(body, list):
        raise ApiError("batch_opreations_not_supported")
    if not isinstance(body, dict):
        raise ApiError("parse_error")
    if request.method != "POST" or request.headers.get("Content-Type", "").lower() != CONTENT_TYPE:
        raise ApiError("invalid_request")
    if "Content-Length" not in request.headers or body.get("jsonrpc") != "2.0":
        raise ApiError("invalid_request")
    if "id" not in body:
        raise ApiError("notifications_not_supported")
    method, params = body.get("method"), body.get("params")
    if not isinstance(method, str) or not isinstance(params, dict):
        raise ApiError("invalid_request")
    return method, params
