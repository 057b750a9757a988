"""Voices that belong to nobody, and presses that Telegram tells little of: nothing acts, nothing breaks."""

from typing import Any

import pytest

from handlers.chats import texts
from tests.handlers.matrix import scene
from tests.handlers.matrix.routes import SECRET, every_probe, one_for_each_route
from tests.harness.world import User, World

PROBES = every_probe()
COMMANDS = sorted({probe.text for probe in PROBES if probe.text.startswith("/")})
PRESSES = sorted(probe.data for probe in one_for_each_route(PROBES) if probe.data)


async def test_whoever_hides_behind_a_group_or_channel_may_nothing(first: World, owner: User) -> None:
    """The owner themself: nobody can see that it is them."""
    (group,) = await scene.in_group(first, owner, owner)
    channel = first.telegram.channel("Канал", owner.person)
    before = await scene.state_of(first, {group.chat.id})
    heard = len(group.messages)
    for text in COMMANDS:
        command, space, rest = text.partition(" ")
        named = f"{command}@{first.telegram.username}{space}{rest}"
        first.telegram.send_anonymously(group.chat, named)
        first.telegram.send_as_channel(group.chat, channel, named)
        first.telegram.forward_post(group.chat, first.telegram.post(channel, named))
        await first.settle()
    with first.i18n.context(), first.i18n.use_locale("ru"):
        assert {shown.text for shown in group.messages[heard:]} <= {texts.anonymous()}
    assert len(group.messages) == heard + 2 * len(COMMANDS)
    assert await scene.state_of(first, {group.chat.id}) == before


async def test_posts_of_a_channel_reach_nobody(first: World, owner: User) -> None:
    channel = first.telegram.channel("Канал", owner.person)
    before = await scene.state_of(first, ())
    for text in (*COMMANDS, SECRET):
        first.telegram.post(channel, text)
    await first.settle()
    assert await scene.state_of(first, ()) == before


def _pressed(owner: User, data: str, number: int, **place: Any) -> dict[str, Any]:
    sender = owner.person.wire()
    return {"update_id": 900_000 + number, "callback_query": {
        "id": str(number), "from": sender, "chat_instance": "1", "data": data, **place,
    }}  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [
        {"inline_message_id": "abc"},
        {"message": {"chat": {"id": 0, "type": "private"}, "message_id": 1, "date": 0}},
        {},
    ],
    ids=["under an inline message", "under a message that is gone", "under nothing"],
)
async def test_a_press_of_the_owner_under_no_message_breaks_nothing(
    first: World, owner: User, caplog: pytest.LogCaptureFixture, place: dict[str, Any]
) -> None:
    if "message" in place:
        place["message"]["chat"]["id"] = owner.chat.id
    for number, data in enumerate(PRESSES):
        await first.dispatcher.feed_raw_update(first.bot, _pressed(owner, data, number, **place))
    broken = [record.getMessage()[-700:] for record in caplog.records if "_broke" in record.getMessage()]
    assert broken == []
