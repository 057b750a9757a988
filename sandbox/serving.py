"""What all stand-ins share: running an aiohttp application and showing planned faults over real HTTP."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.faults import Fault, Faults

SOON = 0.01
"""Seconds that whoever is still being answered is waited for at the end; none at all would mean without end."""


class Server:
    """One aiohttp application on a loopback port."""

    def __init__(self) -> None:
        self.app = web.Application(client_max_size=64 * 1024 * 1024)
        self._runner: web.AppRunner | None = None
        self.url = ""
        self._changed = asyncio.Condition()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=SOON)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        real_port = self._runner.addresses[0][1]
        self.url = f"http://{host}:{real_port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def notify(self) -> None:
        """Tells everybody who waits that something changed."""
        async with self._changed:
            self._changed.notify_all()

    async def next_change(self) -> None:
        """Returns when somebody says that something changed."""
        async with self._changed:
            await self._changed.wait()

    async def wait_for(self, predicate: Callable[[], bool], timeout: float = 30.0) -> None:
        """Returns once the predicate holds; raises TimeoutError."""
        async with self._changed, asyncio.timeout(timeout):
            await self._changed.wait_for(predicate)


def drop_connection(request: web.Request) -> None:
    """The peer sees a reset instead of an answer."""
    if request.transport is not None:
        request.transport.abort()


async def show(
    fault: Fault, request: web.Request, limited: Callable[[Fault], web.Response]
) -> web.Response | None:
    """The answer of a fault, or None when the request goes on (after a delay)."""
    if fault.kind == "delay":
        await _delay(fault)
        return None
    if fault.kind == "reset":
        drop_connection(request)
        return web.Response(status=500)
    if fault.kind == "hang":
        await asyncio.sleep(fault.seconds)
        drop_connection(request)
        return web.Response(status=500)
    if fault.kind == "html":
        return web.Response(status=fault.status, text=fault.body, content_type="text/html")
    if fault.kind == "truncated":
        return web.Response(status=200, text='{"result": {"tru', content_type="application/json")
    if fault.kind == "rate_limit":
        return limited(fault)
    return web.Response(status=fault.status, text=fault.body, content_type="application/json")


async def _delay(fault: Fault) -> None:
    if fault.until is None:
        await asyncio.sleep(fault.seconds)
        return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(fault.until.wait(), fault.seconds)


async def answer_with_faults(
    faults: Faults,
    method: str,
    request: web.Request,
    work: Callable[[], Awaitable[web.StreamResponse]],
    limited: Callable[[Fault], web.Response],
) -> web.StreamResponse:
    """Runs `work` between the faults planned before and after it."""
    fault = faults.take(method, "before")
    if fault is not None:
        shown = await show(fault, request, limited)
        if shown is not None:
            return shown
    response = await work()
    fault = faults.take(method, "after")
    if fault is not None:
        shown = await show(fault, request, limited)
        if shown is not None:
            return shown
    return response
