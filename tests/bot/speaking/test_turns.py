"""Who goes first, what is kept free for whom, and that no delay on the way breaks a limit."""

import asyncio

import pytest

from bot.speaking.pace import SOON, Priority, Window
from bot.speaking.turns import AGED, PATIENCE, PATIENT, TooLong, Turns
from handlers.overtaking import Line, Overtaken
from services.inbox import Left
from tests.fakes.clock import FakeClock

CHAT, GROUP = "1001", "-500"


async def said(turns: Turns, place: str, priority: Priority = Priority.CARD) -> None:
    await turns.came_back(await turns.take(place, priority))


async def test_whoever_waits_goes_in_the_order_of_priority_then_of_coming(clock: FakeClock) -> None:
    turns, order = Turns(clock), list[str]()

    async def later(name: str, priority: Priority) -> None:
        await said(turns, GROUP, priority)
        order.append(name)

    for _ in range(19):
        await said(turns, GROUP, Priority.ANSWER)
    wanted = [
        ("digest", Priority.DIGEST),
        ("card 1", Priority.CARD),
        ("card 2", Priority.CARD),
        ("alert", Priority.ALERT),
        ("answer", Priority.ANSWER),
    ]
    clock.advance(45)
    await asyncio.gather(*(later(name, priority) for name, priority in wanted))
    assert order == ["answer", "alert", "card 1", "card 2", "digest"]


async def test_a_chat_that_must_wait_holds_up_no_other(clock: FakeClock) -> None:
    turns = Turns(clock)
    await turns.stop(CHAT, 20)
    begun = clock.now()
    held = asyncio.ensure_future(said(turns, CHAT))
    await asyncio.sleep(0)
    await said(turns, GROUP)
    assert (clock.now() - begun).total_seconds() < 1
    await held
    assert (clock.now() - begun).total_seconds() >= 20


async def test_cards_leave_room_for_alerts_and_both_for_answers(clock: FakeClock) -> None:
    window = Window(most=10, span=60, spare=4)
    room = {}
    for priority in (Priority.CARD, Priority.ALERT, Priority.ANSWER):
        while window.wait(0, priority) <= 0:
            window.leaves()
            window.answered(0)
        room[priority] = len(window._answered)
    assert room == {Priority.CARD: 6, Priority.ALERT: 8, Priority.ANSWER: 10}
    assert window.wait(59, Priority.ANSWER) == 1
    assert window.wait(60, Priority.CARD) == 0


def test_a_request_counts_until_its_span_after_its_answer() -> None:
    window = Window(most=1, span=10, spare=0)
    window.leaves()
    assert window.wait(1000, Priority.ANSWER) == SOON
    window.answered(1000)
    assert window.wait(1009.5, Priority.ANSWER) == 0.5
    assert window.wait(1010, Priority.ANSWER) == 0


@pytest.mark.parametrize("priority", [Priority.CARD, Priority.ANSWER])
async def test_nobody_waits_here_for_ever(clock: FakeClock, priority: Priority) -> None:
    turns = Turns(clock)
    await turns.stop(CHAT, PATIENCE[priority] + 1)
    with pytest.raises(TooLong) as raised:
        await turns.take(CHAT, priority)
    assert raised.value.seconds > PATIENCE[priority]
    clock.advance(2)
    await turns.take(CHAT, priority)


async def test_more_than_can_be_said_soon_is_sent_away_with_an_honest_time(clock: FakeClock) -> None:
    turns, away = Turns(clock), list[float]()

    async def one(number: int) -> None:
        try:
            await said(turns, str(number))
        except TooLong as error:
            away.append(error.seconds)

    await asyncio.gather(*(one(number) for number in range(1000)))
    assert 200 < len(away) < 300
    assert all(PATIENCE[Priority.CARD] < seconds < 60 for seconds in away)


class Standing(FakeClock):
    """Time passes only when the test says so."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


async def test_whoever_gives_up_leaves_the_watch_to_the_next() -> None:
    standing = Standing()
    turns = Turns(standing)
    await turns.stop(CHAT, 10)
    watching, waiting = (asyncio.ensure_future(said(turns, CHAT)) for _ in range(2))
    await asyncio.sleep(0)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    standing.advance(10)
    await asyncio.wait_for(waiting, 5)
    assert turns._waiting == []


async def test_whoever_gives_way_keeps_the_turn_for_the_next_of_that_line() -> None:
    clock, line = Standing(), Line()
    line.join(Left(1, {}, begun=False))
    turns = Turns(clock)
    await said(turns, CHAT, Priority.ANSWER)
    clock.advance(5)
    for _turn in range(11):
        await said(turns, CHAT, Priority.ANSWER)
    first = asyncio.ensure_future(turns.take(CHAT, Priority.ANSWER, line))
    await asyncio.sleep(0)
    other = asyncio.ensure_future(said(turns, CHAT, Priority.ANSWER))
    await asyncio.sleep(0)
    line.join(Left(2, {}, begun=False))
    with pytest.raises(Overtaken):
        await first
    line.waiting.popleft()
    second = asyncio.ensure_future(turns.take(CHAT, Priority.ANSWER, line))
    await asyncio.sleep(0)
    clock.advance(5)  # room for one
    await turns.came_back(await asyncio.wait_for(second, 5))
    assert not other.done()
    clock.advance(10)
    await asyncio.wait_for(other, 5)
    assert turns._waiting == []


async def test_people_who_press_without_end_do_not_silence_cards() -> None:
    clock, done = Standing(), list[float]()
    turns = Turns(clock)
    for number in range(26):
        await said(turns, str(number), Priority.ANSWER)
        clock.advance(1 / 26)
    begun = clock.now()

    async def card() -> None:
        await said(turns, GROUP)
        done.append((clock.now() - begun).total_seconds())

    waiting = asyncio.ensure_future(card())
    for number in range(1000):
        if waiting.done():
            break
        clock.advance(1 / 26)
        await said(turns, str(number % 500), Priority.ANSWER)
        for _turn in range(3):
            await asyncio.sleep(0)
    await waiting
    assert AGED < done[0] < AGED + 5


async def test_cards_without_end_do_not_silence_a_digest() -> None:
    clock = Standing()
    turns, begun = Turns(clock), clock.now()

    async def flood() -> None:
        while True:
            await said(turns, GROUP)

    topics = [asyncio.ensure_future(flood()) for _ in range(4)]
    await asyncio.sleep(0)
    digest = asyncio.ensure_future(said(turns, GROUP, Priority.DIGEST))
    while not digest.done() and (clock.now() - begun).total_seconds() < 10 * PATIENT:
        clock.advance(SOON)
        await asyncio.sleep(0)
    seconds = (clock.now() - begun).total_seconds()
    for one in topics:
        one.cancel()
    await asyncio.gather(*topics, return_exceptions=True)
    assert PATIENT < seconds < 3 * PATIENT
    await digest
