"""The server: routes, the key, the journal and faults."""

import asyncio
import json
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Literal

from aiohttp import BodyPartReader, web

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.models.chat import Chat, Mode
from sandbox.models.errors import ModelError, bad_request
from sandbox.models.speech import Speech
from sandbox.recordings.phrasebook import Phrasebook
from sandbox.serving import Server, answer_with_faults

BODY_LIMIT = 26_214_400
WaitForm = Literal["seconds", "milliseconds", "date", "nothing"]


@dataclass(frozen=True)
class Asked:
    """One request, without keys. `usage` is what it would be billed for."""

    kind: str
    body: dict[str, Any]
    status: int
    usage: dict[str, Any]


class ModelServer(Server):
    """`delay` is how long a chat answer takes, in seconds.

    `wait_told_in` is how a rate limit says when to come again.
    """

    def __init__(
        self,
        *,
        phrasebook: Phrasebook | None = None,
        clock: Clock | None = None,
        faults: Faults | None = None,
        api_key: str = "test-key",
        mode: Mode = "openai",
        model: str = "sandbox-chat",
        speech_model: str = "gpt-transcribe",
        delay: float = 0.0,
        wait_told_in: WaitForm = "seconds",
    ) -> None:
        super().__init__()
        self.clock = clock or Clock()
        self.faults = faults or Faults()
        self.api_key = api_key
        self.delay = delay
        self.wait_told_in = wait_told_in
        self.chat = Chat(model, mode)
        self.speech = Speech(speech_model, phrasebook or Phrasebook())
        self.journal: list[Asked] = []
        self.at_once = 0
        self.most_at_once = 0
        self.app.router.add_get("/v1/models", self._models)
        self.app.router.add_post("/v1/chat/completions", self._chat)
        self.app.router.add_post("/v1/audio/transcriptions", self._transcribe)

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def asked(self, kind: str) -> list[Asked]:
        return [entry for entry in self.journal if entry.kind == kind]

    def tokens(self, name: str = "prompt_tokens") -> int:
        """Sum over all answered chat requests."""
        if name == "cached_tokens":
            return sum(entry.usage.get("prompt_tokens_details", {}).get(name, 0) for entry in self.asked("chat"))
        return sum(entry.usage.get(name, 0) for entry in self.asked("chat"))

    def _admit(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.api_key}":
            raise ModelError(401, "Incorrect API key provided.", code="invalid_api_key")

    def _limited(self, fault: Fault) -> web.Response:
        error = ModelError(
            429,
            "Rate limit reached for requests per min",
            kind="requests",
            code="rate_limit_exceeded",
            headers=self._wait_headers(fault.seconds),
        )
        return error.response()

    def _wait_headers(self, seconds: float) -> dict[str, str]:
        now = self.clock.now()
        return {
            "seconds": {"retry-after": str(seconds)},
            "milliseconds": {"retry-after-ms": str(round(seconds * 1000))},
            "date": {"date": _http_date(now), "retry-after": _http_date(now + seconds)},
            "nothing": {},
        }[self.wait_told_in]

    async def _models(self, request: web.Request) -> web.StreamResponse:
        try:
            self._admit(request)
        except ModelError as error:
            return error.response()
        names = [self.chat.model, self.speech.model]
        return web.json_response({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.text())
        return await answer_with_faults(
            self.faults, "chat", request, lambda: self._complete(request, body), self._limited
        )

    async def _complete(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._admit(request)
            self.chat.check(body)
            if self.delay:
                await asyncio.sleep(self.delay)
            answer = self.chat.complete(body)
        except ModelError as error:
            self.journal.append(Asked("chat", body, error.status, {}))
            return error.response()
        finally:
            self.at_once -= 1
        self.journal.append(Asked("chat", body, 200, answer["usage"]))
        await self.notify()
        return web.json_response(answer, headers={"x-request-id": f"req-{len(self.journal)}"})

    async def _transcribe(self, request: web.Request) -> web.StreamResponse:
        return await answer_with_faults(
            self.faults, "speech", request, lambda: self._listen(request), self._limited
        )

    async def _listen(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, str] = {}
        try:
            self._admit(request)
            fields, filename, content = await _parts(request)
            self.speech.check(fields, filename, content)
            heard = await asyncio.to_thread(self.speech.transcribe, fields, content)
        except ModelError as error:
            self.journal.append(Asked("speech", dict(fields), error.status, {}))
            return error.response()
        self.journal.append(Asked("speech", dict(fields), 200, {}))
        if isinstance(heard, str):
            return web.Response(text=heard)
        return web.json_response(heard)


def _http_date(moment: float) -> str:
    return formatdate(moment, usegmt=True)


async def _parts(request: web.Request) -> tuple[dict[str, str], str, bytes]:
    """The fields and the file of a multipart body, in whatever order they come."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise ModelError(
            413,
            f"Maximum content size limit ({BODY_LIMIT}) exceeded ({request.content_length} bytes read)",
            kind="server_error",
        )
    if request.content_type != "multipart/form-data":
        raise bad_request("multipart/form-data is required")
    fields: dict[str, str] = {}
    filename, content = "", b""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "file":
            filename, content = part.filename or "", bytes(await part.read())
        else:
            fields[part.name or ""] = await part.text()
    if not filename:
        raise bad_request("file is required", param="file")
    return fields, filename, content
