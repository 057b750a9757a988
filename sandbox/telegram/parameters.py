"""Reads and checks the parameters of a request against the Bot API's own tables."""

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from sandbox.telegram.errors import bad_request

METHODS: dict[str, dict[str, list[Any]]] = json.loads(
    (Path(__file__).parent / "methods.json").read_text(encoding="utf-8")
)
"""Method -> parameter -> [types, required]."""


async def read(request: web.Request) -> dict[str, Any]:
    """Raw parameters of any of the ways to send them; files as (name, content)."""
    raw: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return raw
    if request.content_type == "application/json":
        text = await request.text()
        raw |= json.loads(text) if text else {}
        return raw
    for name, value in (await request.post()).items():
        raw[name] = (value.filename, value.file.read()) if isinstance(value, FileField) else value
    return raw


def check(method: str, raw: dict[str, Any]) -> dict[str, Any]:
    """Typed parameters; an unknown name, a wrong type or a missing one is refused by name."""
    known = METHODS[method]
    typed: dict[str, Any] = {}
    for name, value in raw.items():
        if name in known:
            typed[name] = _typed(name, value, known[name][0], raw)
        elif not isinstance(value, tuple):
            raise bad_request(f"unknown parameter {name}")
    for name, (_, required) in known.items():
        if required and name not in typed:
            raise bad_request(f"parameter {name} is required")
    return typed


def _typed(name: str, value: Any, types: list[str], raw: dict[str, Any]) -> Any:
    if isinstance(value, tuple):
        return value
    if "InputFile" in types and isinstance(value, str) and value.startswith("attach://"):
        attached = raw.get(value.removeprefix("attach://"))
        if not isinstance(attached, tuple):
            raise bad_request(f"file {value} is not attached")
        return attached
    for kind in types:
        try:
            return _with_file(_as(kind, value), raw) if kind == "InputMedia" else _as(kind, value)
        except (ValueError, TypeError):
            continue
    raise bad_request(f"wrong type of parameter {name}")


def _with_file(media: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    attached = raw.get(str(media.get("media", "")).removeprefix("attach://"))
    return {**media, "media": attached} if isinstance(attached, tuple) else media


def _as(kind: str, value: Any) -> Any:
    if kind == "Integer":
        return int(value)
    if kind == "Float":
        return float(value)
    if kind in ("Boolean", "True"):
        return _boolean(value)
    if kind == "String":
        if not isinstance(value, str):
            raise TypeError(kind)
        return value
    parsed = json.loads(value) if isinstance(value, str) else value
    if kind.startswith("Array of") != isinstance(parsed, list):
        raise TypeError(kind)
    return parsed


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "1"):
        return True
    if str(value).lower() in ("false", "0"):
        return False
    raise ValueError(value)
