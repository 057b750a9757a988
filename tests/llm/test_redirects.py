"""What clients say goes to the server that was chosen, and not to where that one points."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from services.llm.client import LanguageModel
from services.llm.connection import Connection
from services.ports import ModelFailure
from services.speech.client import SpeechClient
from tests.llm.conftest import request


class Elsewhere:
    def __init__(self) -> None:
        self.heard = 0
        self.connection = Connection("", SecretStr("test-key"), "some-model", timeout=5)


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """A server that sends everybody on to another one, method and body included."""
    told = Elsewhere()

    async def hear(_request: web.Request) -> web.Response:
        told.heard += 1
        return web.json_response({})

    async def send_on(asked: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(str(other.make_url(asked.path)))

    servers = []
    for handler in (hear, send_on):
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        servers.append(TestServer(app))
        await servers[-1].start_server()
    other, first = servers
    told.connection = Connection(str(first.make_url("/v1")), SecretStr("test-key"), "some-model", timeout=5)
    yield told
    for server in servers:
        await server.close()


async def test_neither_words_nor_sound_follow_a_redirect(elsewhere: Elsewhere) -> None:
    model, speech = LanguageModel(elsewhere.connection), SpeechClient(elsewhere.connection)
    with pytest.raises(ModelFailure) as failure:
        await model.answer(request())
    assert failure.value.kind == "not_found"
    with pytest.raises(ModelFailure) as failure:
        await speech.hear(b"RIFF", 1.0, "ru")
    assert failure.value.kind == "not_found"
    assert elsewhere.heard == 0
    await model.close()
    await speech.close()
