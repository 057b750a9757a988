"""Many cards of one chat: one job, the calls' own order, and one word when they are late."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services.cards.outbox import FEW
from services.cards.outcomes import KEPT
from services.cards.show import PORTION
from services.db.models import CardRow
from services.domain.answer import DeliveryState
from services.domain.call import CallState
from services.domain.workspace import ChatAddress
from services.jobs.queues import Job
from services.pipeline.schedule import Schedule
from services.pipeline.sweep import Sweep
from services.ports import ChatBusy, ChatClosed, Fenced
from services.timing import Timing
from tests.cards.conftest import Desk
from tests.fakes.clock import START

PRIVATE = ChatAddress(1001)


async def finished_calls(desk: Desk, count: int) -> list[int]:
    """Started one after the other, finished in the opposite order."""
    begun = desk.clock.now() - timedelta(hours=1)
    made = [
        await desk.add_call(
            external_id=f"n{number}", started_at=begun + timedelta(minutes=number), state=CallState.DONE
        )
        for number in range(count)
    ]
    for call_id in reversed(made):
        desk.call_id = call_id
        await desk.want()
    return made


def sent(desk: Desk) -> list[int]:
    """The calls of the messages, as they stand in the chat."""
    return [views[0].call_id for _, views in sorted(desk.notifier.cards.items(), key=lambda one: one[0][1])]


async def test_cards_that_wait_come_in_the_order_of_their_calls_by_one_job(desk: Desk) -> None:
    calls = await finished_calls(desk, PORTION + 3)
    assert len([job for job in desk.jobs.waiting if job.name == Job.CARDS]) == 1
    await desk.jobs.run_due()
    assert sent(desk) == calls
    assert len([job for job in desk.jobs.done if job.name == Job.CARDS]) == 2
    assert {card.shown - card.wanted for card in await desk.cards()} == {0}


async def test_what_still_grows_lets_others_go_first(desk: Desk) -> None:
    await desk.add_verdict("Итог")
    await desk.want()
    await desk.jobs.run_due()
    growing = desk.call_id
    desk.clock.advance(10)
    await desk.want()
    calls = await finished_calls(desk, 2)
    shown = desk.shown()
    await desk.jobs.run_due()
    assert desk.shown() == shown + 3
    assert sent(desk) == [growing, *calls]
    assert desk.notifier.latest_call == growing


async def test_a_broken_card_steps_aside_and_comes_again(desk: Desk) -> None:
    calls = await finished_calls(desk, 3)
    desk.notifier.failures.append(ValueError("a bug"))
    await desk.jobs.run_due()
    assert sent(desk) == calls[1:]
    await desk.jobs.run_for(120)
    assert sent(desk) == [*calls[1:], calls[0]]


async def test_a_card_that_is_broken_for_good_is_given_up(desk: Desk) -> None:
    await finished_calls(desk, 1)
    async with desk.database.write() as session:
        await session.execute(update(CardRow).values(created_at=desk.clock.now() - KEPT + timedelta(hours=3)))
    desk.notifier.failures += [ValueError("a bug")] * 100
    await desk.jobs.run_for(86_400)
    assert not [job for job in desk.jobs.waiting if job.name == Job.CARDS]
    (card,) = await desk.cards()
    assert (card.shown, card.message_id) == (card.wanted, None)


async def test_a_process_that_slept_leaves_the_cards_to_whoever_took_over(desk: Desk) -> None:
    calls = await finished_calls(desk, 2)
    (job,) = [job for job in desk.jobs.waiting if job.name == Job.CARDS]
    desk.notifier.failures.append(Fenced("one"))
    await desk.jobs.run_due()
    assert [card.attempt for card in await desk.cards()] == [0, 0]
    assert Job.CARDS not in [job.name for job in desk.jobs.waiting]
    await desk.jobs.handlers[Job.CARDS](job.key, job.attempt)  # the same job, in another process
    assert sent(desk) == calls


async def test_a_busy_chat_rests_whatever_else_becomes_due(desk: Desk) -> None:
    desk.notifier.failures.append(ChatBusy(300))
    await desk.want()
    await desk.jobs.run_due()
    await finished_calls(desk, 2)
    desk.clock.advance(299)
    assert await desk.jobs.run_due() == 0
    await desk.jobs.run_for(1)
    assert len(sent(desk)) == 3


async def test_a_closed_chat_is_asked_once_for_all_its_cards(desk: Desk) -> None:
    calls = await finished_calls(desk, 5)
    desk.notifier.failures.append(ChatClosed("rights"))
    await desk.jobs.run_due()
    assert desk.notifier.failures == []
    assert sent(desk) == []
    await desk.jobs.run_for(60)
    assert sent(desk) == calls


async def test_a_late_chat_is_told_once_how_many_are_left_and_anew_when_it_has_caught_up(desk: Desk) -> None:
    for left in (6, 4):
        before = len(desk.notifier.cards)
        await finished_calls_later(desk, left)
        await desk.jobs.run_due()
        assert len(desk.notifier.cards) == before + left
    assert desk.notifier.late == [(PRIVATE, 6), (PRIVATE, 4)]
    assert desk.notifier.on_time == [PRIVATE, PRIVATE]


async def test_a_few_late_cards_come_without_words(desk: Desk) -> None:
    await finished_calls_later(desk, FEW)
    await desk.jobs.run_due()
    assert len(sent(desk)) == FEW
    assert (desk.notifier.late, desk.notifier.on_time) == ([], [])


@pytest.mark.parametrize("values", [{"muted_until": START + timedelta(days=1)}, {"subscribed": False}])
async def test_who_wants_no_cards_hears_nothing_of_them_either(desk: Desk, values: dict[str, Any]) -> None:
    await finished_calls_later(desk, PORTION + FEW)
    desk.notifier.meanwhile += [_nothing] * 2 + [lambda: desk.set_chat(**values)]
    await desk.jobs.run_due()
    assert len(desk.notifier.late) == 1
    assert desk.notifier.on_time == []


async def test_that_cards_are_on_time_again_is_not_worth_a_second_try(desk: Desk) -> None:
    await finished_calls_later(desk, FEW + 1)
    desk.notifier.meanwhile += [_nothing] * (FEW + 2) + [_busy]
    await desk.jobs.run_for(600)
    assert (len(desk.notifier.late), desk.notifier.on_time) == (1, [])
    assert {card.shown - card.wanted for card in await desk.cards()} == {0}


async def _nothing() -> None: ...


async def _busy() -> None:
    raise ChatBusy(30)


async def finished_calls_later(desk: Desk, count: int) -> None:
    """Finished while Telegram was not reached."""
    for number in range(count):
        name = f"late-{desk.clock.now().isoformat()}-{number}"
        desk.call_id = await desk.add_call(external_id=name, state=CallState.DONE)
        await desk.want()
    desk.clock.advance(121)


async def test_being_late_is_told_by_the_next_card_when_it_could_not_be(desk: Desk) -> None:
    await finished_calls_later(desk, 5)
    desk.notifier.failures.append(ChatBusy(30))
    await desk.jobs.run_due()
    assert desk.notifier.late == []
    await desk.jobs.run_for(30)
    assert desk.notifier.late == [(PRIVATE, 5)]
    assert len(sent(desk)) == 5


@pytest.mark.parametrize("hush", ["held", "silent"])
async def test_cards_of_the_night_are_not_late_in_the_morning(desk: Desk, hush: str) -> None:
    # It is noon in the company's zone.
    await desk.set_chat(quiet={"begin": "11:00", "end": "14:00", "hush": hush})
    await finished_calls(desk, 3)
    await desk.jobs.run_for(2 * 3600 + 60)
    assert len(sent(desk)) == 3
    assert desk.notifier.late == []


async def test_an_edit_is_never_late(desk: Desk) -> None:
    await desk.add_verdict("Итог")
    await desk.want()
    await desk.jobs.run_due()
    await desk.add_answer("Итог", "да")
    await desk.add_delivery("Итог", DeliveryState.CONFIRMED)
    await desk.set_call(state=CallState.DONE)
    await desk.want()
    desk.clock.advance(600)
    await desk.jobs.run_due()
    assert desk.shown() == 2
    assert desk.notifier.late == []


async def _no_work(key: str, attempt: int) -> None:
    """The call itself is somebody else's business."""


async def test_cards_of_a_chat_without_a_row_of_its_own_are_found_by_the_sweep(desk: Desk) -> None:
    """As they are after an update from a version that had a job for each card."""
    now = desk.clock.now()
    async with desk.database.write() as session:
        session.add(
            CardRow(call_id=desk.call_id, chat_id=desk.company.chat_id, wanted=1, due_at=now, created_at=now)
        )
    desk.clock.advance(180)
    desk.jobs.handlers[Job.PROCESS] = _no_work
    await Sweep(desk.database, desk.jobs, Schedule(desk.jobs, desk.clock, 1), desk.clock, Timing()).run("1", 0)
    await desk.jobs.run_due()
    assert len(sent(desk)) == 1
