"""Our own HTTP server: health, metrics, Telegram's webhook, knocks of remote systems, people who come back."""

import asyncio
import hmac
import logging
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from sqlalchemy import text

from bot.hearing.desk import Desk
from bot.returns import Returns
from bot.settings import SettingsError
from services.connecting.knocks import PATH as KNOCK_PATH
from services.connecting.knocks import Knocks
from services.db.unit_of_work import Database
from services.errors import NotFound, RateLimited
from services.integrations.knocking import Knock
from services.nursery import Nursery

log = structlog.get_logger(__name__)

WEBHOOK_PATH = "/telegram"
BODY_LIMIT = 1024 * 1024
LARGEST_UPDATE = 2**63 - 1
KNOCK_LIMIT = 64 * 1024
KNOCK_SECONDS = 10
"""A knock that takes longer to be said is not listened to."""


class OwnServer:
    def __init__(self, host: str, port: int, database: Database) -> None:
        self._host, self._port = host, port
        self._database = database
        self.nursery = Nursery()
        self._app = web.Application(client_max_size=BODY_LIMIT)
        self._app.router.add_get("/healthz", self._health)
        self._app.router.add_get("/metrics", self._metrics)
        self._runner: web.AppRunner | None = None

    def take_updates(self, desk: Desk, secret: str) -> None:
        """Telegram's webhook; requests without the secret are turned away in constant time.

        Answered once the update is stored, and before its work is done: Telegram waits for seconds only. What
        cannot be stored is answered with an error, and comes again.
        """

        async def receive(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
                return web.Response(status=401)
            update = await _update(request)
            if update is None:
                log.warning("update_not_understood")
            else:
                await desk.accept([update])
            return web.Response()

        self._app.router.add_post(WEBHOOK_PATH, receive)

    def take_knocks(self, knocks: Knocks) -> None:
        """Remote systems wake their integrations up; an unknown address is answered like any other wrong one."""

        async def receive(request: web.Request) -> web.Response:
            try:
                async with asyncio.timeout(KNOCK_SECONDS):
                    body = await _bounded_body(request)
                reply = await knocks.answer(request.match_info["token"], _knock(request, body))
            except NotFound:
                raise web.HTTPNotFound from None
            except RateLimited:
                raise web.HTTPTooManyRequests(headers={"Retry-After": "1"}) from None
            except TimeoutError:
                raise web.HTTPRequestTimeout from None
            return web.Response(status=reply.status, text=reply.body)

        for add in (self._app.router.add_get, self._app.router.add_post):
            add(KNOCK_PATH + "{token}", receive)

    def take_returns(self, returns: Returns) -> None:
        """People who allowed us in on a system's own page."""

        async def receive(request: web.Request) -> web.Response:
            return await returns.answer(request, self.nursery)

        # Whoever only looks at the link beforehand must not use it up.
        self._app.router.add_get("/oauth/{kind}", receive, allow_head=False)

    @property
    def port(self) -> int:
        """Where it listens in fact, once started: 0 in the settings leaves the choice to the system."""
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        self._runner = web.AppRunner(self._app, access_log=None, logger=_server_log(), shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            told = f"HTTP_HOST or HTTP_PORT is wrong: no server can listen there ({type(error).__name__})"
            raise SettingsError(told) from None

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        await self.nursery.stop()

    async def _health(self, _request: web.Request) -> web.Response:
        try:
            async with self._database.read() as session:
                await session.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001 - whatever it is, we are not well
            return web.Response(status=503, text="database\n")
        return web.Response(text="ok\n")

    async def _metrics(self, _request: web.Request) -> web.Response:
        # Whoever is not measured does without the library.
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Nobody(logging.Filter):
    """Who asked is in no log, and what is no HTTP at all is not our failure: it is worth no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        failure = record.exc_info[1] if record.exc_info else None
        record.msg, record.args = "request_broke", ()
        if isinstance(failure, HttpProcessingError):
            record.msg, record.exc_info = "request_not_understood", None
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        return True


def _server_log() -> logging.Logger:
    server_log = logging.getLogger(f"{__name__}.server")
    if not server_log.filters:
        server_log.addFilter(_Nobody())
    return server_log


async def _update(request: web.Request) -> dict[str, Any] | None:
    """None for what no later try could make understood."""
    try:
        update = await request.json()
    except (ValueError, RecursionError, LookupError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return update if 0 <= number <= LARGEST_UPDATE else None


async def _bounded_body(request: web.Request) -> bytes:
    body = bytearray()
    async for piece in request.content.iter_chunked(KNOCK_LIMIT):
        body += piece
        if len(body) > KNOCK_LIMIT:
            raise web.HTTPRequestEntityTooLarge(KNOCK_LIMIT, len(body))
    return bytes(body)


def _knock(request: web.Request, body: bytes) -> Knock:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Knock(request.method, dict(request.query), headers, body)
