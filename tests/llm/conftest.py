"""The model's client over real HTTP to the stand-in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from sandbox.models import ModelServer
from sandbox.models.chat import Mode
from services.domain.call import Segment
from services.domain.workspace import Language
from services.llm.client import LanguageModel
from services.llm.connection import Connection
from services.ports import AnswerRequest

SEGMENTS = (
    Segment(1.0, 4.0, "manager", "Компания «Тёплый дом», здравствуйте."),
    Segment(5.0, 9.0, "client", "Добрый день, бюджет до ста десяти тысяч рублей."),
)
Start = Callable[[Mode], Awaitable[tuple[ModelServer, LanguageModel]]]


def request(question: str = "Какой бюджет?") -> AnswerRequest:
    return AnswerRequest("call-1", "Входящий звонок", SEGMENTS, question, Language.RU)


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """A server of some vendor, and a client of it that knows nothing yet."""
    async with AsyncExitStack() as stack:

        async def begin(mode: Mode) -> tuple[ModelServer, LanguageModel]:
            server = ModelServer(mode=mode)
            await server.start()
            stack.push_async_callback(server.stop)
            model = LanguageModel(Connection(server.base_url, SecretStr("test-key"), "sandbox-chat", timeout=5))
            stack.push_async_callback(model.close)
            return server, model

        yield begin
