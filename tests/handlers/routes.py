"""Every way into the bot, found by walking its routers: commands, buttons, answers to questions, links."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter
from aiogram.fsm.state import State

from handlers import build_router
from services.access import Action

WORDS = ("", "owner", "editor", "ru", "en", "Asia/Omsk", "1", "3", "bitrix24", "KZT")
"""What buttons with a free word carry; a route that takes none of them is noticed."""
EXISTING = 1
"""Things of the first company: whatever is made first has this number."""


@dataclass(frozen=True)
class Probe:
    """One try to get in. `needs` None: open to strangers."""

    route: str
    needs: Action | None
    text: str = ""
    data: str = ""
    state: str = ""


def _handlers(router: Router, event: str) -> Iterator[HandlerObject]:
    yield from router.observers[event].handlers
    for inner in router.sub_routers:
        yield from _handlers(inner, event)


def _needs(handler: HandlerObject) -> Action | None:
    return None if handler.flags.get("open") else handler.flags["needs"]


def _filters(handler: HandlerObject) -> list[Any]:
    return [one.callback for one in handler.filters or []]


def _values(annotation: Any) -> tuple[Any, ...]:
    if annotation is int:
        return (EXISTING,)
    if annotation is bool:
        return (True, False)
    if annotation is str:
        return WORDS
    assert inspect.isclass(annotation)
    assert issubclass(annotation, StrEnum)
    return tuple(annotation)


def _buttons(kind: type[CallbackData]) -> Iterator[CallbackData]:
    fields = {name: _values(field.annotation) for name, field in kind.model_fields.items()}
    for values in product(*fields.values()):
        yield kind(**dict(zip(fields, values, strict=True)))


def _presses() -> Iterator[Probe]:
    """For each route the buttons that lead to it: one for each act."""
    for handler in _handlers(build_router(), "callback_query"):
        name = handler.callback.__name__
        for one in _filters(handler):
            if not isinstance(one, CallbackQueryFilter):
                continue
            fitting = [
                button for button in _buttons(one.callback_data) if one.rule is None or one.rule.resolve(button)
            ]
            assert fitting, f"no button leads to {name}"
            for button in _one_for_each_act(fitting):
                yield Probe(name, _needs(handler), data=button.pack())


def _one_for_each_act(buttons: list[CallbackData]) -> list[CallbackData]:
    chosen: Mapping[Any, CallbackData] = {getattr(button, "act", None): button for button in buttons}
    return list(chosen.values())


def _messages() -> Iterator[Probe]:
    for handler in _handlers(build_router(), "message"):
        name, needs = handler.callback.__name__, _needs(handler)
        for one in _filters(handler):
            if isinstance(one, Command) and one.commands != ("start",):
                for command in one.commands:
                    for arguments in ("", " 1"):
                        yield Probe(name, needs, text=f"/{command}{arguments}")
            elif isinstance(one, State):
                yield Probe(name, needs, text="1", state=one.state or "")
            elif isinstance(one, StateFilter):
                states = [state.state for state in one.states if isinstance(state, State) and state.state]
                yield from (Probe(name, needs, text="1", state=state) for state in states)


LINKS = ("claim_x", "join_x", f"new_{EXISTING}", f"chat_{EXISTING}", "chat_", "funnels", "new_", "новая", "\x00")


def every_probe() -> tuple[Probe, ...]:
    links = tuple(Probe("start", None, text=f"/start {payload}") for payload in LINKS)
    return (*dict.fromkeys((*_messages(), *_presses())), *links)
