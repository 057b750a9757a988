"""Showing a card: one message per call and chat, whatever becomes of the chat."""

from datetime import timedelta

import pytest

from services.cards.outcomes import CardRefused, FileLeft
from services.cards.wanted import put_card
from services.db.models import CardRow
from services.domain.card import LineState
from services.domain.workspace import ChatAddress
from services.jobs.queues import Job
from services.listening.chats import ChatService
from services.pipeline.schedule import Schedule
from services.pipeline.sweep import Sweep
from services.ports import ChatBusy, ChatClosed, ChatGone, ChatMoved, MessageLost, TopicGone
from services.timing import Timing
from tests.cards.conftest import Desk

PRIVATE = ChatAddress(1001)


def messages(desk: Desk) -> list[tuple[ChatAddress, int]]:
    return list(desk.notifier.cards)


async def swept(desk: Desk) -> int:
    """How many jobs of cards the sweep finds missing, long after."""
    desk.clock.advance(3600)
    before = len(desk.jobs.waiting)
    sweep = Sweep(desk.database, desk.jobs, Schedule(desk.jobs, desk.clock, 1), desk.clock, Timing())
    await sweep.run("1", 0)
    desk.jobs.waiting = [job for job in desk.jobs.waiting if job.name == Job.CARDS]
    return len(desk.jobs.waiting) - before


async def test_an_earlier_job_leaves_it_to_the_later_one(desk: Desk) -> None:
    desk.notifier.failures.append(ChatBusy(30))
    await desk.want()
    await desk.jobs.run_due()
    (former, later) = [job.attempt for job in [*desk.jobs.done, *desk.jobs.waiting] if job.name == Job.CARDS]
    assert former < later
    await desk.jobs.handlers[Job.CARDS](str(desk.company.chat_id), former)
    assert messages(desk) == []
    await desk.jobs.run_for(30)
    assert messages(desk) == [(PRIVATE, 1)]


async def test_the_same_job_twice_shows_once(desk: Desk) -> None:
    await desk.want()
    await desk.jobs.run_due()
    (job,) = desk.jobs.done
    await desk.jobs.handlers[Job.CARDS](job.key, job.attempt)
    assert desk.shown() == 1
    await desk.jobs.handlers[Job.CARDS]("404", 1)
    assert desk.shown() == 1


async def test_a_busy_chat_is_left_alone_until_then(desk: Desk) -> None:
    desk.notifier.failures.append(ChatBusy(300))
    await desk.want()
    await desk.jobs.run_due()
    await desk.want()
    assert [job.due - desk.clock.now() for job in desk.jobs.waiting] == [timedelta(seconds=300)]
    await desk.jobs.run_for(300)
    assert messages(desk) == [(PRIVATE, 1)]
    assert await swept(desk) == 0


async def test_a_file_that_must_wait_keeps_the_message(desk: Desk) -> None:
    desk.notifier.failures.append(FileLeft(77, 20))
    await desk.want()
    await desk.jobs.run_for(20)
    assert messages(desk) == [(PRIVATE, 77)]


async def test_a_lost_message_is_sent_anew(desk: Desk) -> None:
    await desk.want()
    await desk.jobs.run_due()
    desk.notifier.failures.append(MessageLost())
    await desk.want()
    await desk.jobs.run_for(5)
    assert messages(desk) == [(PRIVATE, 1), (PRIVATE, 2)]
    assert [card.message_id for card in await desk.cards()] == [2]


async def test_a_chat_that_is_gone_is_quiet_with_its_topics_until_it_is_back(desk: Desk) -> None:
    await desk.set_chat(chat_id=-500)
    await desk.add_chat(-500, 7)
    desk.notifier.failures.append(ChatGone("kicked"))
    await desk.want()
    await desk.jobs.run_due()
    assert [(chat.subscribed, chat.gone_at is not None) for chat in await desk.chats()] == [(True, True)] * 2
    assert messages(desk) == []
    await desk.want()
    assert await swept(desk) == 0
    chats = ChatService(desk.database, desk.clock)
    await chats.heard_from(-500)
    await desk.want()
    await desk.jobs.run_due()
    assert len(messages(desk)) == 2


async def test_a_closed_chat_keeps_its_subscription_and_the_owners_hear_it_once(desk: Desk) -> None:
    desk.notifier.failures += [ChatClosed("rights")]
    await desk.want()
    await desk.jobs.run_due()
    assert [(notice.code, notice.values["why"]) for _, notice in desk.notifier.told] == [("chat_closed", "rights")]
    pauses = []
    for _ in range(3):
        (job,) = [job for job in desk.jobs.waiting if job.name == Job.CARDS]
        pauses.append((job.due - desk.clock.now()).total_seconds())
        desk.notifier.failures.append(ChatClosed("rights"))
        await desk.jobs.run_for(pauses[-1])
    assert pauses == [60, 60, 120]
    assert len(desk.notifier.told) == 1
    await desk.jobs.run_for(3600)
    assert messages(desk) == [(PRIVATE, 1)]
    desk.notifier.failures.append(ChatClosed("topic"))
    await desk.want()
    await desk.jobs.run_for(60)
    assert [notice.values["why"] for _, notice in desk.notifier.told] == ["rights", "topic"]
    assert [(chat.subscribed, chat.gone_at) for chat in await desk.chats()] == [(True, None)]


async def test_a_card_that_a_closed_chat_never_takes_is_given_up(desk: Desk) -> None:
    async def told(key: str, attempt: int) -> None:
        """The owners' private chats are open."""

    desk.jobs.handlers[Job.NOTICE] = told
    desk.notifier.failures += [ChatClosed("topic")] * 200
    await desk.want()
    await desk.jobs.run_for(3 * 86_400)
    assert len(desk.notifier.failures) > 100
    assert await swept(desk) == 0


async def test_what_telegram_refuses_is_not_tried_for_ever(desk: Desk) -> None:
    desk.notifier.failures.append(CardRefused("can't parse entities"))
    await desk.want()
    await desk.jobs.run_due()
    assert await swept(desk) == 0
    await desk.want()
    await desk.jobs.run_due()
    assert messages(desk) == [(PRIVATE, 1)]


async def test_a_chat_that_unsubscribed_meanwhile_gets_no_new_card_but_its_own_is_finished(desk: Desk) -> None:
    await desk.want()
    await desk.set_chat(subscribed=False)
    await desk.jobs.run_due()
    assert messages(desk) == []
    assert await swept(desk) == 0
    await desk.set_chat(subscribed=True)
    await desk.want()
    await desk.jobs.run_due()
    await desk.set_chat(subscribed=False)
    await desk.add_verdict("Итог")
    await desk.want()
    await desk.jobs.run_for(5)
    assert desk.notifier.latest().lines[0].state is LineState.WAITING


async def test_a_supergroup_is_followed_and_no_foreign_message_is_overwritten(desk: Desk) -> None:
    await desk.set_chat(chat_id=-500, kind="group")
    await desk.want()
    await desk.jobs.run_due()
    first, desk.call_id = desk.call_id, await desk.add_call(external_id="second")
    desk.notifier.failures.append(ChatMoved(-1_000_000_000_500))
    await desk.want()
    await desk.jobs.run_due()
    (chat,) = await desk.chats()
    assert (chat.chat_id, chat.kind) == (-1_000_000_000_500, "supergroup")
    desk.call_id = first
    await desk.want()
    await desk.jobs.run_for(5)
    old, new = ChatAddress(-500), ChatAddress(-1_000_000_000_500)
    assert messages(desk) == [(old, 1), (new, 2), (new, 3)]


@pytest.mark.parametrize("both_listen", [True, False])
async def test_a_supergroup_that_is_known_already_takes_over(desk: Desk, both_listen: bool) -> None:
    await desk.set_chat(chat_id=-500)
    await desk.add_chat(-1000, subscribed=both_listen)
    desk.notifier.failures.append(ChatMoved(-1000))
    await desk.want()
    await desk.jobs.run_due()
    (chat,) = await desk.chats()
    assert (chat.chat_id, chat.subscribed) == (-1000, True)
    assert [address for address, _ in messages(desk)] == [ChatAddress(-1000)]


async def test_cards_of_a_deleted_topic_go_to_the_chat(desk: Desk) -> None:
    await desk.set_chat(chat_id=-500, thread_id=7)
    desk.notifier.failures.append(TopicGone())
    await desk.want()
    await desk.jobs.run_due()
    assert messages(desk) == [(ChatAddress(-500, 0), 1)]


@pytest.mark.parametrize("both_listen", [True, False])
async def test_a_deleted_topic_of_a_known_chat(desk: Desk, both_listen: bool) -> None:
    await desk.set_chat(chat_id=-500, thread_id=7)
    await desk.add_chat(-500, subscribed=both_listen)
    desk.notifier.failures.append(TopicGone())
    await desk.want()
    await desk.jobs.run_due()
    (chat,) = await desk.chats()
    assert (chat.thread_id, chat.subscribed) == (0, True)
    assert [address for address, _ in messages(desk)] == [ChatAddress(-500, 0)]
    assert await swept(desk) == 0


async def test_a_crash_before_the_commit_edits_the_same_message(desk: Desk) -> None:
    await desk.want()
    await desk.jobs.run_due()
    await desk.want()
    (card,) = await desk.cards()
    await desk.jobs.run_for(5)
    async with desk.database.write() as session:
        row = await session.get_one(CardRow, card.id)
        row.shown = 0
        await put_card(session, desk.jobs, row, desk.clock.now())
    await desk.jobs.run_due()
    assert messages(desk) == [(PRIVATE, 1)]


async def test_a_forgotten_card_is_found_by_the_sweep(desk: Desk) -> None:
    await desk.want()
    desk.jobs.lose_all()
    assert await swept(desk) == 1
    await desk.jobs.run_due()
    assert messages(desk) == [(PRIVATE, 1)]
