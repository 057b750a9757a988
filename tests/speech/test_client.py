"""The listener of the default settings tells no times; what servers say is made fit to be stored."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from sandbox.faults import Fault
from sandbox.models import ModelServer
from sandbox.recordings import Line, synthesize
from services.llm.connection import Connection
from services.ports import ModelFailure
from services.speech.client import Said, SpeechClient
from services.speech.sound import blocks, encode


@pytest.fixture(params=["gpt-transcribe"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ModelServer]:
    made = ModelServer(speech_model=request.param)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def client(server: ModelServer) -> AsyncIterator[SpeechClient]:
    made = SpeechClient(Connection(server.base_url, SecretStr("test-key"), server.speech.model))
    yield made
    await made.close()


@pytest.fixture
def sound(server: ModelServer, tmp_path: Path) -> bytes:
    path = tmp_path / "call.wav"
    path.write_bytes(synthesize([Line("client", "Нужен балкон.")], server.speech.phrasebook, stereo=False))
    return encode(np.concatenate(list(blocks(path)), axis=1).mean(axis=0))


async def test_many_first_pieces_together_find_the_format_that_the_model_takes(
    server: ModelServer, client: SpeechClient, sound: bytes
) -> None:
    heard = await asyncio.gather(*(client.hear(sound, 3.0, "ru") for _ in range(5)))
    assert heard == [[Said(0.0, None, "Нужен балкон.")]] * 5
    asked = len(server.asked("speech"))
    await client.hear(sound, 3.0, "ru")
    assert len(server.asked("speech")) == asked + 1


async def test_a_model_that_takes_no_format_is_given_up(
    server: ModelServer, client: SpeechClient, sound: bytes
) -> None:
    refusal = '{"error": {"message": "no", "code": "unsupported_value", "param": "response_format"}}'
    server.faults.add(Fault("status", "speech", status=400, body=refusal, times=None))
    with pytest.raises(ModelFailure) as raised:
        await client.hear(sound, 3.0, "ru")
    assert raised.value.kind == "rejected"
    assert len(server.faults.shown) == 2


LINE = {"start": 0.0, "end": 2.0, "text": " Нужен\x00 балкон\ud83d. "}


@pytest.mark.parametrize("server", ["whisper-1"], indirect=True)
@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"text": "Нужен\x00 балкон\ud83d."}, Said(0.0, None, "Нужен балкон.")),
        ({"text": "Весь текст.", "segments": [LINE]}, Said(0.0, 2.0, "Нужен балкон.")),
        ({"text": "Весь текст.", "segments": [LINE, {"text": "Да."}]}, Said(0.0, None, "Весь текст.")),
        ({"text": "Весь текст.", "segments": [LINE | {"end": float("nan")}]}, Said(0.0, None, "Весь текст.")),
        ({"text": "Весь текст.", "segments": ["строка"]}, Said(0.0, None, "Весь текст.")),
    ],
)
async def test_odd_lines_are_made_fit_to_be_stored(
    server: ModelServer, client: SpeechClient, sound: bytes, told: dict[str, Any], said: Said
) -> None:
    server.speech.odd.append(told)
    assert await client.hear(sound, 3.0, "ru") == [said]
