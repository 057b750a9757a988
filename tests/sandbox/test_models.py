"""The model stand-in is strict, counts its cache, hears chirps and quotes only what was said."""

import json
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest

from sandbox.models import ModelServer
from sandbox.models.extract import find
from sandbox.models.typed import alarm, answer
from sandbox.recordings import Line, Phrasebook, silence, synthesize
from sandbox.recordings.decoding import decode
from sandbox.recordings.library import recording, teach
from sandbox.recordings.scenarios import SCENARIOS, Scenario
from sandbox.recordings.synthesis import Format
from sandbox.recordings.tones import hear
from services.llm.request import SCHEMA


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    made = ModelServer(speech_model="sandbox-speech")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def client(server: ModelServer) -> AsyncIterator[openai.AsyncOpenAI]:
    made = openai.AsyncOpenAI(api_key="test-key", base_url=server.base_url, max_retries=0)
    yield made
    await made.close()


def body(**more: Any) -> dict[str, Any]:
    return {"model": "sandbox-chat", "messages": [{"role": "user", "content": "вопрос"}], **more}


LOOSE = {"type": "object", "properties": {"a": {"type": "string"}}, "required": []}
REFUSED: list[tuple[dict[str, Any], type[openai.APIStatusError]]] = [
    (body(model="other"), openai.NotFoundError),
    (body(max_tokens=1, max_completion_tokens=1), openai.BadRequestError),
    (body(extra_body={"colour": "red"}), openai.BadRequestError),
    (body(response_format={"type": "json_object"}), openai.BadRequestError),
    (
        body(
            response_format={"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": LOOSE}}
        ),
        openai.BadRequestError,
    ),
    (body(messages=[{"role": "user", "content": "я" * 600_000}]), openai.BadRequestError),
]


@pytest.mark.parametrize(("request_body", "failure"), REFUSED)
async def test_requests_that_are_refused(
    client: openai.AsyncOpenAI, request_body: dict[str, Any], failure: type[openai.APIStatusError]
) -> None:
    with pytest.raises(failure):
        await client.chat.completions.create(**request_body)


async def test_our_schema_is_strict_enough(client: openai.AsyncOpenAI) -> None:
    form: Any = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": SCHEMA}}
    answer = await client.chat.completions.create(**body(response_format=form))
    said = json.loads(answer.choices[0].message.content or "")
    assert said == {"found": False, "answer": "", **dict.fromkeys(("quote", "value", "alert", "alert_quote"))}


async def test_a_wrong_key_is_refused(server: ModelServer) -> None:
    client = openai.AsyncOpenAI(api_key="other", base_url=server.base_url, max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        await client.chat.completions.create(**body())
    await client.close()


FENCED = """<transcript-1a>
[00:01] Менеджер: Здравствуйте!
[00:05] Клиент: Бюджет до ста тысяч рублей.
</transcript-1a>"""


def test_it_quotes_the_best_line_or_says_nothing() -> None:
    found = find(f"{FENCED}\n\nВопрос: Какой бюджет?")
    assert found is not None
    assert found.quote == "Бюджет до ста тысяч рублей."
    assert find(f"{FENCED}\n\nВопрос: Какая погода на Марсе?") is None
    assert find("Вопрос без разговора: какой бюджет?") is None


@pytest.mark.parametrize("stereo", [True, False])
@pytest.mark.parametrize("form", ["wav", "mp3"])
async def test_it_hears_what_was_said(
    client: openai.AsyncOpenAI, server: ModelServer, form: Format, stereo: bool
) -> None:
    lines = [Line("manager", "Здравствуйте, чем помочь?"), Line("client", "Нужен балкон.")]
    sound = synthesize(lines, server.speech.phrasebook, format=form, stereo=stereo)
    heard = await client.audio.transcriptions.create(
        file=(f"call.{form}", sound, f"audio/{form}"), model="sandbox-speech", response_format="verbose_json"
    )
    assert [segment.text.strip() for segment in heard.segments or []] == [line.text for line in lines]


async def test_sound_that_is_refused(client: openai.AsyncOpenAI) -> None:
    for name, content in (("call.bin", b"RIFF"), ("call.mp3", b"RIFF"), ("call.wav", b"RIFFbroken")):
        with pytest.raises(openai.BadRequestError):
            await client.audio.transcriptions.create(file=(name, content, "audio/x"), model="sandbox-speech")
    answer = await client.audio.transcriptions.create(
        file=("call.wav", silence(2), "audio/wav"), model="sandbox-speech"
    )
    assert answer.text == ""


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.key for one in SCENARIOS])
def test_every_recording_can_be_heard_to_the_last_phrase(scenario: Scenario) -> None:
    phrasebook = Phrasebook()
    teach(phrasebook)
    heard = [phrasebook.text(one.number) for one in hear(decode(recording(scenario)))]
    assert heard == [line.text for line in scenario.lines]


def test_windows_are_no_money_and_a_greeting_is_no_rival() -> None:
    """What anybody sees in the demo should make sense to them."""
    said = "[00:00] Менеджер: Компания «Тёплый дом», предлагаю замер.\n[00:04] Клиент: Мне три окна."
    fence = f"<transcript-1>\n{said}\n</transcript-1>"
    found, values = answer(f"{fence}\n\nКакой бюджет?\n\nКакое нужно value: одна сумма")
    assert (found, values) == (None, None)
    assert alarm(f"{fence}\n\nКакой бюджет?\n\nУсловие тревоги: клиент уходит к конкуренту") == (False, None)
