"""The way out itself: addresses as they were written, and hosts that cannot be talked to securely."""

import asyncio

import pytest
from aiohttp import web
from yarl import URL

from sandbox.serving import Server
from services.errors import Unreachable
from services.integrations.http import Http


class Echo(Server):
    """Remembers the paths as they came over the wire."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []
        self.app.router.add_get("/{anything:.*}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.raw_path)
        return web.Response(body=b"RIFF", content_type="audio/wav")


async def test_an_encoded_address_goes_out_byte_for_byte() -> None:
    echo, http = Echo(), Http(guard=lambda: None, allow_private=True)
    await echo.start()
    try:
        await http.request("GET", URL(f"{echo.url}/a%3A1?at=10%3A00", encoded=True), kind="read")
        async with http.download(URL(f"{echo.url}/b%3A1", encoded=True)):
            pass
    finally:
        await http.close()
        await echo.stop()
    assert echo.paths == ["/a%3A1?at=10%3A00", "/b%3A1"]


async def test_a_host_that_agrees_on_no_encryption_is_told_from_one_that_is_down() -> None:
    async def talk_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 no encryption here\r\n")
        await writer.drain()
        writer.close()

    http = Http(guard=lambda: None, allow_private=True)
    server = await asyncio.start_server(talk_plainly, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        with pytest.raises(Unreachable) as plain:
            await http.request("GET", f"https://127.0.0.1:{port}/", kind="read")
        server.close()
        await server.wait_closed()
        with pytest.raises(Unreachable) as down:
            await http.request("GET", f"https://127.0.0.1:{port}/", kind="read")
    finally:
        await http.close()
    assert (plain.value.remote_code, down.value.remote_code) == ("tls", "")
