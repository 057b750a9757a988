"""Libraries loaded without what is never used of them: a process that waits for calls should be small.

aiogram makes the validators of all its types at once: 100 MB and two seconds, of which a bot uses a few. Here
each is made when it is first needed.

aiogram ends its import by completing every type, telling pydantic where the names of the others are to be found.
Those names are kept, and given when pydantic asks a type to complete itself. Everything used here is public; where
aiogram is loaded already, or should it change its ways, it works as it always did.
"""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from pydantic import BaseModel


def load_aiogram() -> None:
    if "aiogram" in sys.modules:
        return
    names: dict[str, Any] = {}

    def remember(model: type[BaseModel], /, *, _types_namespace: dict[str, Any] | None = None, **_: Any) -> None:
        names.update(_types_namespace or {})

    with _rebuilding(remember):
        from aiogram.methods import Response, TelegramMethod
        from aiogram.types import TelegramObject

    def complete(
        model: type[BaseModel], /, *, force: bool = False, raise_errors: bool = True, **_: Any
    ) -> bool | None:
        return BaseModel.model_rebuild.__func__(  # type: ignore[attr-defined, no-any-return]
            model, force=force, raise_errors=raise_errors, _types_namespace=names
        )

    if names:
        for base in (TelegramObject, TelegramMethod, Response):
            base.model_rebuild = classmethod(complete)  # type: ignore[assignment, method-assign]
    _keep(Response)


def _keep(response: Any) -> None:
    """Every answer is read as `Response[...]`. pydantic forgets such a type with the next collection of garbage,
    and to make it anew takes longer than all else that is done about a request.
    """
    kept: Any = cache(response.__class_getitem__.__func__)
    response.__class_getitem__ = classmethod(lambda cls, kind: kept(cls, kind))


@contextmanager
def _rebuilding(how: Any) -> Iterator[None]:
    usual = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(how)  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = usual  # type: ignore[method-assign]


@contextmanager
def _in_place_of(name: str, stand_in: ModuleType | None) -> Iterator[None]:
    sys.modules[name] = stand_in  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


def load_structlog() -> None:
    """structlog takes rich along, where it is installed, for pictures of tracebacks. Ours are plain text."""
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    # A name that stands for nothing: importing it fails as if it were not installed.
    with _in_place_of("rich", None):
        import structlog  # noqa: F401


class Late(ModuleType):
    """Stands for a library until somebody wants something of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # what is asked of any module as it is imported
        return getattr(import_module(self.__name__), name)


def load_engine() -> None:
    """The engine takes PostgreSQL's driver along, to know its errors: 9 MB that SQLite has no use for."""
    if "psycopg" in sys.modules:
        return
    driver = Late("psycopg")
    vars(driver)["errors"] = Late("psycopg.errors")
    with _in_place_of("psycopg", driver):
        import services.jobs.engine  # noqa: F401


def settle() -> None:
    """Starting takes more than running: what it needed goes back to the system. Only glibc can be asked to.

    What is left stays as long as the process: looking through it for garbage again and again would hold up
    everybody for a sixth of a second each time.
    """
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def complete_the_usual() -> None:
    """What every message and every press needs, before the first of them comes: nobody waits for it then."""
    from aiogram.methods import AnswerCallbackQuery, EditMessageText, Response, SendMessage
    from aiogram.types import Update

    Update.model_rebuild()
    for method in (SendMessage, EditMessageText, AnswerCallbackQuery):
        method.model_rebuild()
        Response[method.__returning__].model_rebuild()  # type: ignore[name-defined]
