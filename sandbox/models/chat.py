"""Chat completions: strict about what it is asked, extractive in what it answers."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.models.errors import ModelError, bad_request
from sandbox.models.typed import alarm, answer

Mode = Literal["openai", "ollama", "deepseek", "gigachat", "plain"]

KNOWN = {
    "model",
    "messages",
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "response_format",
    "prompt_cache_key",
    "store",
    "reasoning_effort",
    "stream",
    "n",
    "seed",
}
ONLY_AT_OPENAI = {"max_completion_tokens", "prompt_cache_key", "store", "reasoning_effort"}
CACHE_STEP = 128
CACHE_FROM = 1024
CONTEXT = 128_000


def count_tokens(text: str) -> int:
    """A fixed rule: four bytes of UTF-8 are a token."""
    return max(1, len(text.encode("utf-8", "surrogatepass")) // 4)


@dataclass
class PrefixCache:
    """Remembers the prompts of finished requests, by cache key."""

    prompts: dict[str, list[bytes]] = field(default_factory=dict)

    def cached(self, key: str, prompt: str) -> int:
        """Tokens of the longest common prefix, in steps of 128 and from 1024 on."""
        body = prompt.encode()
        best = max((_common(body, other) for other in self.prompts.get(key, [])), default=0) // 4
        return best // CACHE_STEP * CACHE_STEP if best >= CACHE_FROM else 0

    def remember(self, key: str, prompt: str) -> None:
        self.prompts.setdefault(key, []).append(prompt.encode())


def _common(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass
class Chat:
    """The language model of the stand-in. `odd` answers are used up first, one per request."""

    model: str
    mode: Mode = "openai"
    cache: PrefixCache = field(default_factory=PrefixCache)
    odd: list[dict[str, Any] | ModelError] = field(default_factory=list)
    """Ready messages (`{"content": …, "finish_reason": …}`) or errors, in place of a real answer."""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def check(self, body: dict[str, Any]) -> None:
        if body.get("model") != self.model:
            raise ModelError(404, "The model does not exist", code="model_not_found")
        self._check_names(set(body))
        if "max_tokens" in body and "max_completion_tokens" in body:
            raise bad_request("max_tokens and max_completion_tokens are both set", param="max_tokens")
        messages = body.get("messages")
        if not isinstance(messages, list) or not messages:
            raise bad_request("messages must not be empty", param="messages")
        self._check_format(body.get("response_format"), messages)
        if count_tokens(_prompt(messages)) > CONTEXT:
            raise bad_request(
                f"This model's maximum context length is {CONTEXT} tokens.",
                code="context_length_exceeded",
                param="messages",
            )

    def _check_names(self, names: set[str]) -> None:
        unknown = {
            "openai": names - KNOWN,
            "gigachat": names - (KNOWN - ONLY_AT_OPENAI),
        }.get(self.mode)
        if unknown:
            name = sorted(unknown)[0]
            raise bad_request(f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)

    def _check_format(self, wanted: dict[str, Any] | None, messages: list[dict[str, Any]]) -> None:
        if wanted is None:
            return
        kind = wanted.get("type")
        if self.mode == "gigachat":
            _check_flat(wanted)
            return
        if self.mode == "plain" or (self.mode == "deepseek" and kind == "json_schema"):
            raise bad_request(
                "This response_format type is unavailable now",
                code="invalid_request_error",
                param="response_format",
            )
        if kind == "json_object" and "json" not in _prompt(messages).lower():
            raise bad_request("'messages' must contain the word 'json'", param="messages")
        if kind == "json_schema":
            told = wanted.get("json_schema")
            if not isinstance(told, dict) or not isinstance(told.get("schema"), dict):
                raise bad_request("Missing required parameter", param="response_format.json_schema")
            if told.get("strict") and not _is_strict(told["schema"]):
                raise bad_request("Invalid schema for response_format", param="response_format")

    def complete(self, body: dict[str, Any]) -> dict[str, Any]:
        """The whole answer, with usage and the cached share."""
        prompt = _prompt(body["messages"])
        key = str(body.get("prompt_cache_key", ""))
        cached = self.cache.cached(key, prompt) if self.mode in ("openai", "gigachat") else 0
        message = self._message(body)
        self.cache.remember(key, prompt)
        number = next(self._numbers)
        prompt_tokens = count_tokens(prompt)
        completion_tokens = count_tokens(message["content"] or "")
        return {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 1795167680,
            "model": f"{self.model}-2026-03-05",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": message.get("finish_reason", "stop"),
                    "logprobs": None,
                    "message": {
                        "role": "assistant",
                        "content": message["content"],
                        "refusal": message.get("refusal"),
                    },
                }
            ],
            "usage": self._usage(prompt_tokens, cached, completion_tokens),
        }

    def _usage(self, prompt_tokens: int, cached: int, completion_tokens: int) -> dict[str, Any]:
        usage: dict[str, Any] = {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        }
        if self.mode == "gigachat":
            return usage | {"precached_prompt_tokens": cached}
        return usage | {"prompt_tokens_details": {"cached_tokens": cached}}

    def _message(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.odd:
            odd = self.odd.pop(0)
            if isinstance(odd, ModelError):
                raise odd
            return odd
        asked = next(str(one.get("content", "")) for one in body["messages"] if one.get("role") == "user")
        found, value = answer(asked)
        alert, alert_quote = alarm(asked)
        told = {
            "found": found is not None,
            "answer": found.answer if found else "",
            "quote": found.quote if found else None,
            "value": value,
            "alert": alert,
            "alert_quote": alert_quote,
        }
        text = json.dumps(told, ensure_ascii=False)
        return {"content": f"Вот ответ:\n```json\n{text}\n```" if self.mode == "plain" else text}


def _is_strict(schema: dict[str, Any]) -> bool:
    """What OpenAI asks of a strict schema: every property is required, no other is allowed."""
    required, properties = set(schema.get("required", [])), set(schema.get("properties", {}))
    return schema.get("additionalProperties") is False and required == properties


def _check_flat(wanted: dict[str, Any]) -> None:
    """GigaChat has the schema beside the type; its complaints do not name the parameter."""
    if wanted.get("type") == "json_schema" and not isinstance(wanted.get("schema"), dict):
        raise ModelError(422, "Invalid params: schema is required for type json_schema", code="422")


def _prompt(messages: list[dict[str, Any]]) -> str:
    return "\n".join(f"{message.get('role')}: {message.get('content')}" for message in messages)
