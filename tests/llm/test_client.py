"""What servers of different vendors take is learnt once; what they say is made fit to be stored."""

import asyncio
import json
from typing import Any

import pytest

from sandbox.faults import Fault
from sandbox.models import ModelServer
from sandbox.models.chat import Mode
from sandbox.models.errors import ModelError
from sandbox.models.server import WaitForm
from services.domain.answer import Usage
from services.llm.client import FORMATS
from services.ports import ModelFailure
from tests.llm.conftest import Start, request


def formats(server: ModelServer) -> list[Any]:
    return [asked.body.get("response_format") for asked in server.asked("chat")]


@pytest.mark.parametrize(
    ("mode", "level"), [("openai", 0), ("ollama", 0), ("gigachat", 1), ("deepseek", 2), ("plain", 3)]
)
async def test_many_first_requests_together_step_down_to_what_the_server_takes(
    start: Start, mode: Mode, level: int
) -> None:
    server, model = await start(mode)
    answers = await asyncio.gather(*(model.answer(request()) for _ in range(5)))
    assert all("ста десяти тысяч" in answer.text and not answer.free_form for answer in answers)
    asked = len(server.asked("chat"))
    await model.answer(request())
    assert len(server.asked("chat")) == asked + 1
    assert formats(server)[-1] == FORMATS[level]


async def test_a_server_that_takes_no_format_is_given_up_at_the_last_one(start: Start) -> None:
    server, model = await start("openai")
    server.chat.odd += [ModelError(400, "json_schema is not supported")] * 4
    with pytest.raises(ModelFailure) as raised:
        await model.answer(request())
    assert raised.value.kind == "rejected"
    assert formats(server) == list(FORMATS)


@pytest.mark.parametrize(
    ("status", "message"),
    [(400, "Unsupported: json_schema"), (500, "json_schema: grammar failed"), (422, "Bad schema: unknown type")],
)
async def test_an_error_that_names_the_schema_steps_down(start: Start, status: int, message: str) -> None:
    server, model = await start("openai")
    server.chat.odd.append(ModelError(status, message))
    answer = await model.answer(request())
    assert answer.found
    assert formats(server)[:2] == list(FORMATS[:2])


async def test_what_no_database_takes_is_left_out(start: Start) -> None:
    server, model = await start("openai")
    told = {
        "found": True,
        "answer": "сто\x00 тысяч\ud83d",
        "quote": "бюджет до ста\x07 десяти тысяч",
        "value": ["да\x00"],
    }
    server.chat.odd.append({"content": json.dumps(told)})
    answer = await model.answer(request())
    assert (answer.text, answer.quote) == ("сто тысяч", "бюджет до ста десяти тысяч")


async def test_controls_around_the_json_and_endless_brackets_are_survived(start: Start) -> None:
    server, model = await start("openai")
    server.chat.odd += [{"content": '{"a":' * 50_000 + "\x00\ud800"}, {"content": "ни\x00 то\ud800"}]
    answer = await model.answer(request())
    assert (answer.text, answer.free_form) == ("ни то", True)


async def test_an_answer_asked_for_twice_is_paid_for_twice(start: Start) -> None:
    server, model = await start("openai")
    server.chat.odd.append({"content": '{"found": tr', "finish_reason": "length"})
    answer = await model.answer(request())
    billed = Usage(server.tokens(), server.tokens("cached_tokens"), server.tokens("completion_tokens"))
    assert len(server.asked("chat")) == 2
    assert answer.usage == billed


@pytest.mark.parametrize("form", ["seconds", "milliseconds", "date"])
async def test_the_wait_that_a_busy_server_asks_for_is_understood(start: Start, form: WaitForm) -> None:
    server, model = await start("openai")
    server.wait_told_in = form
    server.faults.add(Fault("rate_limit", "chat", seconds=300))
    with pytest.raises(ModelFailure) as raised:
        await model.answer(request())
    assert (raised.value.kind, raised.value.retry_after) == ("busy", 300.0)


@pytest.mark.parametrize(("told", "wait"), [("nan", None), ("soon", None), ("-5", 0.0), ("1e12", 86_400.0)])
async def test_a_senseless_wait_does_no_harm(start: Start, told: str, wait: float | None) -> None:
    server, model = await start("openai")
    server.chat.odd.append(ModelError(429, "Slow down", headers={"retry-after": told}))
    with pytest.raises(ModelFailure) as raised:
        await model.answer(request())
    assert raised.value.retry_after == wait


async def test_a_model_that_is_not_there_is_another_matter_than_no_access(start: Start) -> None:
    server, model = await start("openai")
    server.chat.odd += [ModelError(404, "no such model", code="model_not_found"), ModelError(403, "no")]
    kinds = []
    for _ in range(2):
        with pytest.raises(ModelFailure) as raised:
            await model.answer(request())
        kinds.append(raised.value.kind)
    assert kinds == ["not_found", "paused"]
