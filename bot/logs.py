"""One stream for everybody's lines: ours, aiogram's, the engine's. Secrets are cut out on the way."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

_SECRETS = (
    re.compile(r"(/rest/\d+/)[^/\s\"']+"),
    re.compile(r"(/bot\d+:)[^/\s\"']+"),
    re.compile(r"(/hook/)[^/\s\"']+"),
    re.compile(r"\b(\d{6,}:)[A-Za-z0-9_-]{30,}"),
    re.compile(r"(?i)(bearer\s+)\S+"),
    re.compile(r"()\bsk-[A-Za-z0-9_-]{8,}"),
    # What a validator was given: words of people, or an access that somebody has pasted.
    re.compile(r"(input_value=).*(?=, input_type=)"),
)
QUIET = {
    "aiogram.event": logging.WARNING,
    "apscheduler": logging.WARNING,
    "httpx2": logging.WARNING,
    # It tells whole addresses: a search for a client has the phone number in it.
    "httpx": logging.WARNING,
    # It tells each statement with its values: phone numbers, addresses, the words of people.
    "aiosqlite": logging.WARNING,
}


def mask(text: str) -> str:
    """The same text without webhook codes, tokens and keys."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1***", text)
    return text


def _mask_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: mask(value) if isinstance(value, str) else value for key, value in event.items()}


def set_up_logs(level: str, form: Literal["text", "json"]) -> None:
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask_event,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(quiet)
