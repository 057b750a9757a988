"""A button goes to whom it would reach if all were asked one after another."""

from collections.abc import Callable
from typing import Any

import pytest
from aiogram import F, Router
from aiogram.dispatcher.event.bases import UNHANDLED, SkipHandler
from aiogram.types import CallbackQuery, Chat, Message, User

from handlers import build_router
from handlers.callbacks.cards import CallRetry
from handlers.callbacks.workspace import StatusRefresh
from handlers.directory import Directory

ANNA = User(id=1, is_bot=False, first_name="Анна")


def pressed(data: str) -> CallbackQuery:
    return CallbackQuery(id="1", from_user=ANNA, chat_instance="1", data=data)


def said(text: str) -> Message:
    return Message(message_id=1, date=0, chat=Chat(id=1, type="private"), from_user=ANNA, text=text)  # type: ignore[arg-type]


def router_of(*listeners: tuple[str, Any]) -> Router:
    """Each tells its name; one that is called "passes" gives way to the next."""

    def telling(name: str) -> Callable[..., Any]:
        async def tell(_: CallbackQuery, heard: list[str]) -> str:
            heard.append(name)
            if name == "passes":
                raise SkipHandler
            return name

        return tell

    router = Router()
    for name, rule in listeners:
        router.callback_query.register(telling(name), *([rule] if rule is not None else []))
    return router


@pytest.fixture
def directory() -> Directory:
    between = Router()
    between.include_routers(
        router_of(("status", StatusRefresh.filter()), ("first call", CallRetry.filter(F.call_id == 1))),
        router_of(("passes", None)),
        router_of(("calls", CallRetry.filter())),
    )
    directory = Directory()
    directory.include_routers(between, router_of(("last", None)))
    return directory


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("wr", ["status"]),
        ("wr@1z", ["status"]),
        ("cr:1@1z", ["first call"]),
        ("cr:2", ["passes", "calls"]),
        ("cr:x", ["passes", "last"]),
        ("crr:1", ["passes", "last"]),
        ("", ["passes", "last"]),
    ],
)
async def test_the_first_that_listens_gets_it(directory: Directory, data: str, told: list[str]) -> None:
    heard: list[str] = []
    assert await directory.propagate_event("callback_query", pressed(data), heard=heard) == told[-1]
    assert heard == told


async def test_a_button_that_nobody_listens_to() -> None:
    directory = Directory()
    directory.include_router(router_of(("status", StatusRefresh.filter())))
    assert await directory.propagate_event("callback_query", pressed("cr:1"), heard=[]) is UNHANDLED


async def test_messages_are_heard_as_ever() -> None:
    async def hear(_: Message) -> str:
        return "heard"

    directory, below = Directory(), Router()
    below.message.register(hear, F.text == "/start")
    directory.include_router(below)
    assert await directory.propagate_event("message", said("/start")) == "heard"
    assert await directory.propagate_event("message", said("hello")) is UNHANDLED


def test_routers_between_have_no_outer_middlewares_and_filters_for_buttons() -> None:
    """They would be passed by."""
    for router in build_router().chain_tail:
        if router.sub_routers:
            observer = router.callback_query
            assert not observer.outer_middleware
            assert not observer._handler.filters
            assert not observer.handlers
