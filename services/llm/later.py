"""The connections to the model and to the speech server, opened with the first call.

Their library is large: a bot that waits for calls does without it.
"""

import asyncio
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from services.llm.connection import Connection
from services.ports import AnswerRequest, ModelAnswer, PieceStore, Speech
from services.speech.cutter import Cutter

if TYPE_CHECKING:
    from services.llm.client import LanguageModel
    from services.speech.transcriber import SpeechTranscriber


class LanguageModelLater:
    """Implements `services.ports.Answerer`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._model: LanguageModel | None = None

    async def answer(self, request: AnswerRequest) -> ModelAnswer:
        if self._model is None:
            client = await asyncio.to_thread(import_module, "services.llm.client")
            self._model = self._model or client.LanguageModel(self._connection)
        return await self._model.answer(request)

    async def close(self) -> None:
        if self._model is not None:
            await self._model.close()


class SpeechTranscriberLater:
    """Implements `services.ports.Transcriber`."""

    def __init__(self, connection: Connection, store: PieceStore, cutter: Cutter) -> None:
        self._connection = connection
        self._store = store
        self._cutter = cutter
        self._transcriber: SpeechTranscriber | None = None

    async def transcribe(self, audio: Path, *, language: str = "ru") -> Speech:
        if self._transcriber is None:
            client = await asyncio.to_thread(import_module, "services.speech.client")
            transcriber = await asyncio.to_thread(import_module, "services.speech.transcriber")
            self._transcriber = self._transcriber or transcriber.SpeechTranscriber(
                client.SpeechClient(self._connection), self._store, self._cutter
            )
        return await self._transcriber.transcribe(audio, language=language)

    async def close(self) -> None:
        if self._transcriber is not None:
            await self._transcriber.close()
