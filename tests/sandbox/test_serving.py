"""What all stand-ins share."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from sandbox.serving import Server


async def test_a_server_ends_while_somebody_still_waits_for_an_answer() -> None:
    """A page of the demo always does."""
    asked = asyncio.Event()

    async def never(_request: web.Request) -> web.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    server = Server()
    server.app.router.add_get("/", never)
    await server.start()
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        request = asyncio.ensure_future(session.get(server.url))
        await asked.wait()
        async with asyncio.timeout(5):
            await server.stop()
        with pytest.raises(aiohttp.ClientError):
            await request
