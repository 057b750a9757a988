"""Chats that become other chats, while two jobs speak to them at once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.domain.listening import Form
from services.domain.workspace import ChatAddress
from services.listening.chats import ChatService
from services.listening.moves import move_chat, move_to_chat_itself
from services.ports import ChatClosed, ChatMoved, TopicGone
from tests.alerts.conftest import SAID, Watch
from tests.alerts.conftest import watch as watch
from tests.cards.conftest import Desk
from tests.cards.conftest import desk as desk

GROUP, SUPERGROUP = -500, -1_000_000_000_500


def meanwhile(desk: Desk, number: int, failure: Exception) -> Callable[[], Awaitable[None]]:
    """Another job has met the same failure, and has seen to the chat's rows already."""

    async def moved() -> None:
        async with desk.database.write() as session:
            if isinstance(failure, ChatMoved):
                await move_chat(session, GROUP, SUPERGROUP)
            else:
                await move_to_chat_itself(session, number)

    return moved


@pytest.mark.parametrize("failure", [TopicGone(), ChatMoved(SUPERGROUP)], ids=["topic", "group"])
async def test_a_card_and_an_alert_that_meet_the_same_leave_one_chat(watch: Watch, failure: Exception) -> None:
    desk = watch.desk
    await desk.set_chat(chat_id=GROUP, thread_id=7 if isinstance(failure, TopicGone) else 0, kind="group")
    desk.notifier.meanwhile.append(meanwhile(desk, desk.company.chat_id, failure))
    desk.notifier.failures.append(failure)
    await watch.judge(SAID)
    await desk.want()
    await desk.jobs.run_for(60)
    (chat,) = await desk.chats()
    there = ChatAddress(SUPERGROUP if isinstance(failure, ChatMoved) else GROUP)
    assert (chat.subscribed, ChatAddress(chat.chat_id, chat.thread_id)) == (True, there)
    assert [address for address, _ in desk.notifier.alerts] == [there]
    assert [address for address, _ in desk.notifier.cards] == [there]


async def test_a_message_that_arrived_before_the_group_moved_is_not_edited_in_the_new_one(desk: Desk) -> None:
    await desk.set_chat(chat_id=GROUP, kind="group")
    desk.notifier.meanwhile.append(meanwhile(desk, desk.company.chat_id, ChatMoved(SUPERGROUP)))
    await desk.want()
    await desk.jobs.run_due()
    assert [card.message_id for card in await desk.cards()] == [None]
    assert [address for address, _ in desk.notifier.cards] == [ChatAddress(GROUP)]


async def test_nor_is_an_alert_that_arrived_before_taken_for_one_of_the_new_group(watch: Watch) -> None:
    desk = watch.desk
    await desk.set_chat(chat_id=GROUP, kind="group")
    desk.notifier.meanwhile.append(meanwhile(desk, desk.company.chat_id, ChatMoved(SUPERGROUP)))
    await watch.judge()
    assert [(row.sent, row.message_id) for row in await watch.messages()] == [(True, None)]
    assert [address for address, _ in desk.notifier.alerts] == [ChatAddress(GROUP)]


async def test_alerts_of_the_old_group_are_no_messages_of_the_new_one(watch: Watch) -> None:
    await watch.desk.set_chat(chat_id=GROUP, kind="group")
    await watch.judge()
    assert [row.message_id is not None for row in await watch.messages()] == [True]
    await ChatService(watch.desk.database, watch.desk.clock).moved(GROUP, SUPERGROUP)
    assert [(row.sent, row.message_id) for row in await watch.messages()] == [(True, None)]


async def test_moving_onto_itself_changes_nothing(desk: Desk) -> None:
    await desk.set_chat(chat_id=GROUP)
    async with desk.database.write() as session:
        await move_chat(session, GROUP, GROUP)
        await move_to_chat_itself(session, desk.company.chat_id)
    assert [(chat.chat_id, chat.subscribed) for chat in await desk.chats()] == [(GROUP, True)]


async def test_a_group_that_was_thought_lost_is_found_as_a_supergroup(desk: Desk) -> None:
    await desk.set_chat(chat_id=GROUP, gone_at=desk.clock.now())
    await ChatService(desk.database, desk.clock).moved(GROUP, SUPERGROUP)
    assert [(chat.chat_id, chat.gone_at) for chat in await desk.chats()] == [(SUPERGROUP, None)]


@pytest.mark.parametrize("both_listen", [True, False])
async def test_whose_settings_go_on(desk: Desk, both_listen: bool) -> None:
    until = desk.clock.now() + timedelta(hours=5)
    await desk.set_chat(chat_id=GROUP, thread_id=7, form=Form.ALERTS, muted_until=until)
    around = await desk.add_chat(GROUP, subscribed=both_listen)
    async with desk.database.write() as session:
        await move_to_chat_itself(session, desk.company.chat_id)
    (chat,) = await desk.chats()
    assert (chat.id, chat.subscribed) == (around, True)
    assert (chat.form, chat.muted_until) == ((Form.CARDS, None) if both_listen else (Form.ALERTS, until))


async def test_a_chat_that_takes_an_alert_is_open_again(watch: Watch) -> None:
    """Or its owners would never hear of the next time it is closed."""
    desk = watch.desk
    desk.notifier.failures.append(ChatClosed("rights"))
    await watch.judge()
    await desk.jobs.run_for(60)
    assert len(desk.notifier.alerts) == 1
    desk.notifier.failures.append(ChatClosed("topic"))
    await desk.want()
    await desk.jobs.run_for(60)
    assert [notice.values["why"] for _, notice in desk.notifier.told] == ["rights", "topic"]
