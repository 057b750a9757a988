"""The whole bot at once: rights, parameters, buttons, and what stands last."""

import inspect
from collections.abc import Iterator

from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject

from handlers import build_router
from services.access import Action
from tests.harness.presses import every_press

PROVIDED = {
    # by aiogram
    "bot",
    "state",
    "command",
    "callback_data",
    # by the middlewares and filters
    "member",
    "workspace",
    "language",
    "wizard",
    "pasted",
    "link",
    "screens",
    # by the assembly
    "workspaces",
    "founding",
    "chats",
    "integrations",
    "permits",
    "options",
    "knocks",
    "prompts",
    "funnels",
    "own_funnels",
    "rulebook",
    "fields",
    "undoing",
    "calls",
    "comeback",
    "status",
    "members",
    "invitations",
    "companies",
    "phone_forgetting",
    "company_forgetting",
    "history",
    "signup",
    "menu",
    "clock",
    "i18n",
}


def handlers_of(router: Router, names: tuple[str, ...]) -> Iterator[tuple[str, HandlerObject]]:
    for name in names:
        for handler in router.observers[name].handlers:
            yield name, handler
    for inner in router.sub_routers:
        yield from handlers_of(inner, names)


EVENTS = ("message", "callback_query", "my_chat_member", "error")


def test_every_handler_says_what_it_needs() -> None:
    for name, handler in handlers_of(build_router(), ("message", "callback_query", "my_chat_member")):
        needs = handler.flags.get("needs")
        is_open = handler.flags.get("open") is True
        assert is_open or isinstance(needs, Action), f"{name}: {handler.callback}"


def test_only_the_door_is_open_to_strangers() -> None:
    opened = {
        handler.callback.__name__
        for _, handler in handlers_of(build_router(), ("message", "callback_query"))
        if handler.flags.get("open")
    }
    assert opened == {"start", "migrated", "reopened", "anonymous", "faceless", "pasted"}


def test_every_parameter_of_a_handler_is_provided() -> None:
    for name, handler in handlers_of(build_router(), EVENTS):
        parameters = list(inspect.signature(handler.callback).parameters)[1:]
        assert set(parameters) <= PROVIDED, f"{name}: {handler.callback.__name__}: {parameters}"


def test_buttons_live_in_one_place() -> None:
    elsewhere = [one for one in every_press() if one.__module__.rpartition(".")[0] != "handlers.callbacks"]
    assert elsewhere == []


def test_prefixes_differ() -> None:
    prefixes = [one.__prefix__ for one in every_press()]
    assert len(prefixes) == len(set(prefixes))
    assert len(prefixes) >= 35


def test_buttons_fit_64_bytes_with_large_numbers() -> None:
    for one in every_press():
        values: dict[str, object] = {}
        for name, field in one.model_fields.items():
            if field.annotation is int:
                values[name] = 2**40
            elif field.annotation is bool:
                values[name] = True
            elif field.annotation is str:
                values[name] = "Asia/Yekaterinburg"
            else:
                assert field.annotation is not None
                values[name] = next(iter(field.annotation))
        assert len(one(**values).pack().encode()) <= 64, one


def test_the_fallback_stands_last() -> None:
    assert build_router().sub_routers[-1].name == "fallback"
