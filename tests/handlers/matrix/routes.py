"""Every way into the bot, found by walking its routers: commands, buttons, answers to questions, links."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import Command, CommandStart, StateFilter
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.fsm.state import State

from handlers import build_router
from handlers.belonging import Press
from handlers.callbacks.workspace import SettingsAct
from handlers.connecting.pasted import PastedSecret
from handlers.filters import Private
from services.access import Action
from tests.handlers.matrix import table

WORDS = ("", "owner", "editor", "ru", "en", "Asia/Omsk", "1", "3", "KZT", "bitrix24")
"""What buttons with a free word carry; a route that takes none of them is noticed."""
FITTING: Mapping[object, str] = {
    SettingsAct.ZONE: "Asia/Omsk",
    SettingsAct.CURRENCY: "KZT",
    SettingsAct.RECOMMENDED: "3",
    SettingsAct.LIMIT: "3",
    SettingsAct.QUOTES: "1",
}
EXISTING = 1
"""Things of the first company: whatever is made first has this number."""
SECRET = "https://portal.example.ru/rest/1/abcdefghijklmnop/"
"""Recognised by its form, wherever it comes."""


@dataclass(frozen=True)
class Probe:
    """One try to get in.

    `needs` is what our own table says, `asks` what the route itself asks for; None: nothing, strangers get in.
    """

    route: str
    needs: Action | None
    asks: Action | None = None
    text: str = ""
    data: str = ""
    state: str = ""
    private: bool = False
    """In groups it leads nowhere, whoever tries."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Several routes may take the same try: one alone, one in groups, one at a certain step."""
        return self.text, self.data, self.state

    @property
    def link(self) -> str:
        return self.text.removeprefix("/start ") if self.text.startswith("/start ") else ""


def routes_of(router: Router, event: str) -> Iterator[HandlerObject]:
    yield from router.observers[event].handlers
    for inner in router.sub_routers:
        yield from routes_of(inner, event)


def name_of(handler: HandlerObject) -> str:
    return f"{handler.callback.__module__.removeprefix('handlers.')}.{handler.callback.__qualname__}"


def asked_by(handler: HandlerObject) -> Action | None:
    return None if handler.flags.get("open") else handler.flags["needs"]


def _probe(handler: HandlerObject, needs: Action | None, text: str = "", data: str = "", state: str = "") -> Probe:
    private = any(isinstance(one, Private) for one in filters_of(handler))
    return Probe(name_of(handler), needs, asked_by(handler), text, data, state, private)


def filters_of(handler: HandlerObject) -> list[Any]:
    return [one.callback for one in handler.filters or []]


def _values(annotation: Any) -> tuple[Any, ...]:
    if annotation is int:
        return (EXISTING,)
    if annotation is bool:
        return (False, True)
    if annotation is str:
        return WORDS
    assert inspect.isclass(annotation)
    assert issubclass(annotation, StrEnum)
    return tuple(annotation)


def _buttons(kind: type[Press]) -> Iterator[Press]:
    fields = {name: _values(field.annotation) for name, field in kind.model_fields.items()}
    for values in product(*fields.values()):
        yield kind(**dict(zip(fields, values, strict=True)))


def _presses() -> Iterator[Probe]:
    """For each route the buttons that lead to it: one for each act."""
    for handler in routes_of(build_router(), "callback_query"):
        for one in filters_of(handler):
            if not isinstance(one, CallbackQueryFilter):
                continue
            for button in _leading_to(one):
                yield _probe(handler, table.of_press(button), data=button.pack())


def _leading_to(one: CallbackQueryFilter) -> list[Press]:
    """The last of each act: those with something in every field."""
    assert issubclass(one.callback_data, Press)
    buttons = [button for button in _buttons(one.callback_data) if one.rule is None or one.rule.resolve(button)]
    assert buttons, f"no button passes {one}"
    chosen: dict[object, Press] = {}
    for button in buttons:
        act = table.act_of(button)
        if getattr(chosen.get(act), "value", "") != FITTING.get(act, object()):
            chosen[act] = button
    return list(chosen.values())


def _messages() -> Iterator[Probe]:
    for handler in routes_of(build_router(), "message"):
        for one in filters_of(handler):
            if isinstance(one, PastedSecret):
                yield _probe(handler, None, text=SECRET)
            elif isinstance(one, CommandStart):
                yield from _links(handler)
            elif isinstance(one, Command):
                yield from _commands(handler, one)
            else:
                yield from _answers(handler, one)


def _commands(handler: HandlerObject, one: Command) -> Iterator[Probe]:
    for command in one.commands:
        if isinstance(command, str):
            for arguments in ("", " 1"):
                right = table.of_command(command)
                yield _probe(handler, right, text=f"/{command}{arguments}")


def _answers(handler: HandlerObject, one: Any) -> Iterator[Probe]:
    known = [one] if isinstance(one, State) else one.states if isinstance(one, StateFilter) else []
    for state in known:
        if isinstance(state, State) and state.state:
            right = table.of_dialogue(state.state)
            yield _probe(handler, right, text="1", state=state.state)


def _links(handler: HandlerObject) -> Iterator[Probe]:
    """Links into a chat's settings have a route of their own; a group answers to none."""
    name = name_of(handler)
    for prefix, right in table.LINKS.items():
        is_chat = prefix in ("chat_", "chats_")
        if is_chat == (name != "workspace.start.start"):
            payloads = [f"{prefix}{EXISTING}", prefix] if prefix.endswith("_") else [prefix]
            for payload in payloads:
                yield _probe(handler, right, text=f"/start {payload}")


def every_probe() -> tuple[Probe, ...]:
    return tuple(dict.fromkeys((*_messages(), *_presses())))


def one_for_each_route(probes: tuple[Probe, ...]) -> tuple[Probe, ...]:
    """Rights are decided before a route is entered, whatever stands in the button."""
    chosen: dict[tuple[object, ...], Probe] = {}
    for probe in probes:
        chosen.setdefault((probe.route, probe.state, probe.needs, probe.link), probe)
    return tuple(chosen.values())
