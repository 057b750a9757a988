"""The server: routes, the token, faults, and the journal of what was asked."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.serving import Server, answer_with_faults
from sandbox.telegram import parameters
from sandbox.telegram.errors import ApiError, too_many
from sandbox.telegram.methods import Methods
from sandbox.telegram.people import People
from sandbox.telegram.rates import Rates


@dataclass(frozen=True)
class Asked:
    """One request of the bot. `description` is None for a success."""

    method: str
    params: dict[str, Any]
    status: int
    description: str | None
    at: float


class TelegramServer(Server, People):
    """Give `url` to `TelegramAPIServer.from_base`."""

    def __init__(
        self,
        token: str = "42:test-token",
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        enforce_rates: bool = False,
        username: str = "callprompt_bot",
    ) -> None:
        Server.__init__(self)
        People.__init__(self, clock or Clock(), username)
        self.token = token
        self.faults = faults or Faults()
        self.rates = Rates(self.clock, enforce_rates)
        self.methods = Methods(self, self.rates)
        self.journal: list[Asked] = []
        self.app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self._download)

    async def stop(self) -> None:
        await self.updates.stop()
        await super().stop()

    def take_updates(self) -> list[dict[str, Any]]:
        """Everything people did, for a test that feeds the dispatcher itself."""
        return self.updates.take()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return ApiError(401, "Unauthorized").response()
        if method not in parameters.METHODS:
            return ApiError(404, "Not Found").response()
        raw = await parameters.read(request)
        return await answer_with_faults(
            self.faults, method, request, lambda: self._answer(method, raw), self._limited
        )

    def _limited(self, fault: Fault) -> web.Response:
        return too_many(int(fault.seconds)).response()

    async def _answer(self, method: str, raw: dict[str, Any]) -> web.StreamResponse:
        try:
            params = parameters.check(method, raw)
            result = await self._work(method, params)
        except ApiError as error:
            self._note(method, raw, error.status, error.description)
            return error.response()
        self._note(method, params, 200, None)
        if method != "getUpdates":
            await self.notify()
        return web.json_response({"ok": True, "result": result})

    async def _work(self, method: str, params: dict[str, Any]) -> Any:
        if method == "getUpdates":
            return await self.updates.poll(params)
        if method == "setWebhook":
            self.updates.set_webhook(params)
            return True
        if method == "deleteWebhook":
            self.updates.webhook = ""
            return True
        if method == "getWebhookInfo":
            return {
                "url": self.updates.webhook,
                "has_custom_certificate": False,
                "pending_update_count": self.updates.pending,
            }
        return self.methods.find(method)(params)

    def _note(self, method: str, params: dict[str, Any], status: int, description: str | None) -> None:
        if method != "getUpdates":
            self.journal.append(Asked(method, params, status, description, self.clock.now()))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = self.files.get(request.match_info["path"].removeprefix("documents/"))
        if request.match_info["token"] != self.token or file is None:
            return web.Response(status=404)
        return web.Response(body=file[1])
