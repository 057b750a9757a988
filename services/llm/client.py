"""Puts a question to the model and says what to believe of the answer. Implements `services.ports.Answerer`."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import openai
import structlog

from services.clean import without_controls
from services.domain.answer import Usage
from services.domain.call import Reason
from services.llm.alerts import either
from services.llm.connection import Connection, open_client
from services.llm.failures import FormatRefused, ParameterRefused, understand
from services.llm.judge import Judged, judge
from services.llm.ladder import Ladder
from services.llm.places import Places
from services.llm.request import SCHEMA, estimated_tokens, messages
from services.ports import AnswerRequest, ModelAnswer, ModelFailure
from services.privacy.mask import Mask

log = structlog.get_logger(__name__)

FORMATS: tuple[dict[str, Any] | None, ...] = (
    {"type": "json_schema", "json_schema": {"name": "call_answer", "strict": True, "schema": SCHEMA}},
    {"type": "json_schema", "strict": True, "schema": SCHEMA},
    {"type": "json_object"},
    None,
)
"""Best first: OpenAI's schema, GigaChat's flat one, any JSON, plain text."""
CUT_SHARE = 0.6
"""A server that counted less than this share of our low guess has cut the prompt without a word."""
STEPS = 8
"""More than there are formats and optional parameters to do without."""
MOST_TOKENS = 100_000_000
"""A counter above is nonsense, and would not fit into the database."""
NAME_LENGTH = 128


class _Said:
    """One answer of the server, with everything that may be missing checked."""

    def __init__(self, completion: Any) -> None:
        choices = getattr(completion, "choices", None)
        if not choices:
            raise ModelFailure("transient", "no choices")
        self.message = choices[0].message
        self.finish = str(getattr(choices[0], "finish_reason", "") or "")
        self.text = without_controls(str(getattr(self.message, "content", None) or ""))
        self.refused = bool(getattr(self.message, "refusal", None)) or self.finish in {
            "content_filter",
            "blacklist",
        }
        self.model = _name(getattr(completion, "model", None))
        self.request_id = _name(getattr(completion, "_request_id", None) or getattr(completion, "id", None))
        self.usage = _usage(getattr(completion, "usage", None))


class LanguageModel:
    """One client per connection; what the server cannot do is learnt once and remembered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = open_client(connection, connection.timeout)
        self._places = Places(connection.concurrency)
        self._ladder = Ladder(len(FORMATS))
        self._without: set[str] = set()

    async def close(self) -> None:
        await self._client.close()

    async def answer(self, request: AnswerRequest) -> ModelAnswer:
        """Raises ModelFailure. What is wrong with an answer is said to the model once; then it stays so.

        Masking and judging take a thread: hours of talk that are looked through must not hold up everybody else.
        The model's own words are sent back to it as it wrote them, with the marks.
        """
        mask = await asyncio.to_thread(Mask, request.segments, on=request.masked)
        conversation = messages(request, mask)
        said = await self._say(conversation, request)
        first = await asyncio.to_thread(judge, request, said.text, mask)
        if first.complaint is None:
            return _answer(first, said, said.usage)
        again = [
            *conversation,
            {"role": "assistant", "content": said.text[:2000]},
            {"role": "user", "content": mask.hide(first.complaint)},
        ]
        repaired = await self._say(again, request)
        second = await asyncio.to_thread(judge, request, repaired.text, mask)
        usage = said.usage + repaired.usage
        if not second.understood:
            log.warning("model_breaks_schema", model=repaired.model)
            return (
                _answer(first, said, usage)
                if first.understood
                else _free_form(request, mask.readable(repaired.text), repaired, usage)
            )
        return _answer(replace(second, alert=either(first.alert, second.alert)), repaired, usage)

    async def _say(self, conversation: list[dict[str, str]], request: AnswerRequest) -> _Said:
        limit = self._connection.output_tokens
        said = await self._request(conversation, request, limit)
        counted = said.usage.prompt_tokens
        if said.finish == "length":
            cut_short = said
            said = await self._request(conversation, request, limit * 3)
            said.usage = cut_short.usage + said.usage
        if said.refused:
            raise ModelFailure("refused", said.finish or "refusal")
        if not said.text.strip():
            raise ModelFailure("transient", f"empty answer, finish {said.finish}")
        if counted and counted < CUT_SHARE * estimated_tokens(conversation):
            raise ModelFailure("too_long", "the server cut the text without saying so")
        return said

    async def _request(self, conversation: list[dict[str, str]], request: AnswerRequest, limit: int) -> _Said:
        """One answered request; stepping down costs nothing, for a refused request is not billed."""
        for _ in range(STEPS):
            async with self._places.place(request.turn):
                level = self._ladder.level
                try:
                    return _Said(await self._send(self._body(conversation, request.call_key, limit, level)))
                except FormatRefused:
                    self._ladder.refused(level)
                    log.info("model_format_stepped_down", level=self._ladder.level)
                except ParameterRefused as refused:
                    self._without.add(refused.name)
                    log.info("model_parameter_left_out", name=refused.name)
        raise ModelFailure("rejected", "the server refuses every form of the request")

    def _body(self, conversation: list[dict[str, str]], key: str, limit: int, level: int) -> dict[str, Any]:
        limit_name = "max_tokens" if "max_completion_tokens" in self._without else "max_completion_tokens"
        body: dict[str, Any] = {"model": self._connection.model, "messages": conversation, limit_name: limit}
        response_format = FORMATS[level]
        if response_format is not None:
            body["response_format"] = response_format
        extras = {"prompt_cache_key": key, "store": False}
        return body | {name: value for name, value in extras.items() if name not in self._without}

    async def _send(self, body: dict[str, Any]) -> Any:
        try:
            async with asyncio.timeout(self._connection.timeout):
                completion = await self._client.chat.completions.create(**body)
        except (openai.OpenAIError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise understand(error) from None
        if isinstance(completion, str):
            raise ModelFailure("transient", "a page instead of an answer")
        return completion


def _usage(usage: Any) -> Usage:
    """Counters under the names that different vendors give them; any may be missing."""
    details = getattr(usage, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", None)
    for name in ("prompt_cache_hit_tokens", "precached_prompt_tokens"):
        cached = cached if cached is not None else getattr(usage, name, None)
    return Usage(
        prompt_tokens=_whole(getattr(usage, "prompt_tokens", None)),
        cached_tokens=_whole(cached),
        completion_tokens=_whole(getattr(usage, "completion_tokens", None)),
    )


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= MOST_TOKENS else None


def _name(value: Any) -> str:
    """As much of it as the database takes."""
    return without_controls(str(value or ""))[:NAME_LENGTH]


def _answer(verdict: Judged, said: _Said, usage: Usage) -> ModelAnswer:
    return ModelAnswer(
        found=verdict.found,
        text=verdict.text,
        quote=verdict.quote,
        quote_at=verdict.quote_at,
        model=said.model,
        request_id=said.request_id,
        usage=usage,
        value=verdict.value,
        problem=verdict.problem,
        alert=verdict.alert,
    )


def _free_form(request: AnswerRequest, text: str, said: _Said, usage: Usage) -> ModelAnswer:
    return ModelAnswer(
        found=True,
        text=text.strip(),
        quote="",
        quote_at=None,
        model=said.model,
        request_id=said.request_id,
        usage=usage,
        free_form=True,
        problem=None if request.expects is None else Reason.VALUE_UNREADABLE,
    )
