"""What libraries do anew for each test, and would do the same: done once for a run."""

import gc
import inspect
import ssl
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from aiogram.dispatcher.event.handler import CallableObject

MADE_BEFORE_A_LOOK = 5_000
"""Objects; 700 is usual, and a world makes as many several times."""


gc.disable()  # until everything is loaded: nothing of that is garbage


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through all of it for garbage takes half a second each time."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(MADE_BEFORE_A_LOOK, *gc.get_threshold()[1:])


@pytest.fixture(scope="session", autouse=True)
def _one_tls_context() -> Iterator[None]:
    """Each client reads all certificates anew, 30 ms for every test, and no stand-in speaks TLS."""
    with patch("ssl.create_default_context", cache(ssl.create_default_context)):
        yield


@pytest.fixture(scope="session", autouse=True)
def _signatures_are_read_once() -> Iterator[None]:
    """A dispatcher reads the signatures of its 1,500 handlers and filters: most of what a new world costs."""
    known: dict[Any, tuple[bool, set[str], bool]] = {}
    usual = CallableObject.__post_init__

    def read(self: CallableObject) -> None:
        key = _code(self.callback)
        if key is None:
            usual(self)
            return
        if key not in known:
            usual(self)
            known[key] = self.awaitable, self.params, self.varkw
        self.awaitable, self.params, self.varkw = known[key]

    def unwrap(callback: Any) -> Any:
        return inspect.unwrap(callback) if hasattr(callback, "__wrapped__") else callback

    quick = SimpleNamespace(**{**vars(inspect), "unwrap": unwrap})
    with (
        patch("aiogram.dispatcher.event.handler.inspect", quick),
        patch.object(CallableObject, "__post_init__", read),
    ):
        yield


def _code(callback: Any) -> tuple[Any, type] | None:
    """What says how it is called: the code of a function, or of an object's `__call__`; None: who knows."""
    if hasattr(callback, "__wrapped__") or hasattr(callback, "__signature__"):
        return None
    code = getattr(callback, "__code__", None) or getattr(type(callback).__call__, "__code__", None)
    return None if code is None else (code, type(callback))
