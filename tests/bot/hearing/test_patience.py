"""A flood is held off before anything is looked up: one kind word, then silence; others notice nothing."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Dispatcher

from bot.hearing.patience import Patience
from services.db.unit_of_work import Database
from services.domain.workspace import Role
from services.ports import Rate
from tests.fakes.clock import FakeClock
from tests.harness.world import User, World


@pytest.fixture
async def world(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    async with World(database, clock) as opened:
        yield opened


@pytest.fixture
async def owner(world: World) -> User:
    return await world.member(Role.OWNER)


class Counter:
    """The dispatcher with patience in front, and nothing behind but a counter."""

    def __init__(self, world: World) -> None:
        self.heard: list[str] = []
        dispatcher = Dispatcher()
        patience = Patience(
            world.clock, world.i18n, person=Rate(per_second=1, burst=3), group=Rate(per_second=1, burst=4)
        )
        dispatcher.update.outer_middleware(patience)
        dispatcher.message.register(self.hear)
        dispatcher.callback_query.register(self.hear)
        world.dispatcher = dispatcher

    async def hear(self, event: Any) -> None:
        self.heard.append(str(event.from_user.id))


async def test_a_flood_is_told_once_and_then_met_with_silence(world: World, owner: User) -> None:
    counter = Counter(world)
    for _ in range(10):
        await owner.types("/status")
    assert len(counter.heard) == 3
    assert [shown.text for shown in owner.messages] == ["Слишком часто. Подождите немного, я вас слышу."]
    world.clock.advance(1)
    await owner.types("/status")
    assert len(counter.heard) == 4
    world.clock.advance(60)
    for _ in range(10):
        await owner.types("/status")
    assert len(counter.heard) == 7


async def test_a_press_is_told_by_itself_and_others_notice_nothing(world: World, owner: User) -> None:
    counter = Counter(world)
    await owner.types("hello")
    other = world.stranger("John", language="en")
    world.telegram.private(other.person).started = True
    for _ in range(5):
        await other.forges("x")
    assert other.alert == ""
    assert counter.heard.count(str(other.person.id)) == 3
    answers = [one["answer"]["text"] for one in world.telegram.callbacks.values() if one["answer"]]
    assert answers == ["Too often, please wait"]
    await owner.types("hello")
    assert counter.heard.count(str(owner.person.id)) == 2


async def test_edits_count_like_words(world: World, owner: User) -> None:
    """An edit that holds an access connects to its address: nobody may make us do that without end."""
    counter = Counter(world)
    world.dispatcher.edited_message.register(counter.hear)
    said = world.telegram.send_text(owner.chat, owner.person, "one")
    await world.settle()
    for number in range(10):
        world.telegram.edit_text(said, f"edit {number}")
        await world.settle()
    assert len(counter.heard) == 3
    assert len(owner.messages) == 1
    world.clock.advance(60)
    world.telegram.edit_text(said, "x" * 4097)
    await world.settle()
    assert len(counter.heard) == 3


async def test_hidden_administrators_of_one_group_do_not_speak_for_those_of_another(
    world: World, owner: User
) -> None:
    """Telegram shows them all as one person."""
    counter = Counter(world)
    one, other = (world.telegram.group(name, members=[owner.person], privacy=False) for name in ("A", "B"))
    for _ in range(6):
        world.telegram.send_anonymously(one, "/status")
    world.telegram.send_anonymously(other, "/status")
    await world.settle()
    assert len(counter.heard) == 3 + 1


async def test_who_was_silenced_in_a_group_is_told_in_private(world: World, owner: User) -> None:
    counter = Counter(world)
    group = world.telegram.group("Отдел", members=[owner.person], privacy=False)
    there = owner.within(group)
    for _ in range(5):
        await there.types("/status")
    await owner.types("/status")
    await owner.types("/status")
    assert len(counter.heard) == 3
    assert [shown.text for shown in owner.messages] == ["Слишком часто. Подождите немного, я вас слышу."]


async def test_a_group_has_a_patience_of_its_own(world: World, owner: User) -> None:
    counter = Counter(world)
    people = [world.stranger(f"N{number}") for number in range(4)]
    group = world.telegram.group("Отдел", members=[user.person for user in people])
    for user in people * 2:
        await user.within(group).types("/status@" + world.telegram.bot["username"])
    assert len(counter.heard) == 4
    assert not [one for one in world.telegram.messages(group) if one.from_bot]


@pytest.mark.parametrize(
    "body",
    [
        {"message": {"text": "a" * 4097}},
        {"message": {"caption": "a" * 4097}},
        {"callback_query": {"data": "я" * 33}},
    ],
)
async def test_what_no_client_can_send_is_passed_over(world: World, owner: User, body: dict[str, Any]) -> None:
    counter = Counter(world)
    person = {"id": owner.person.id, "is_bot": False, "first_name": "A"}
    chat = {"id": owner.person.id, "type": "private"}
    ((kind, told),) = body.items()
    usual = {"message_id": 1, "date": 1, "chat": chat} if kind == "message" else {"id": "1", "chat_instance": "1"}
    update = {"update_id": 1, kind: {**usual, "from": person, **told}}
    await world.dispatcher.feed_raw_update(world.bot, update)
    assert counter.heard == []
