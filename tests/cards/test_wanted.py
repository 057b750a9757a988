"""Which cards a call gets, and how many jobs and edits that takes."""

from datetime import timedelta

from sqlalchemy import update

from services.cards.show import ShowCards
from services.cards.wanted import APART, refresh
from services.db.models import DeliveryRow
from services.domain.answer import DeliveryState
from services.domain.call import CallState
from services.domain.card import CardView, LineState
from services.domain.workspace import ChatAddress, Language
from services.jobs.queues import Job
from services.listening.closed import ClosedChats
from services.notices import Notices
from tests.cards.conftest import Desk
from tests.fakes.notifier import MemoryNotifier

NAMES = [f"П{number}" for number in range(7)]


async def test_every_chat_that_listens_gets_one_card(desk: Desk) -> None:
    await desk.add_chat(-500)
    await desk.add_chat(-600, subscribed=False)
    for _ in range(3):
        await desk.want()
    await desk.jobs.run_due()
    assert sorted(address.chat_id for address, _ in desk.notifier.cards) == [-500, 1001]
    assert [(card.shown, card.wanted) for card in await desk.cards()] == [(3, 3), (3, 3)]
    assert desk.shown() == 2


async def test_a_chat_that_missed_a_call_gets_no_card_when_it_is_touched_later(desk: Desk) -> None:
    """Taking back or repeating a write of yesterday is shown where the call's card stands, and nowhere else."""
    await desk.set_chat(muted_until=desk.clock.now() + timedelta(hours=1))
    group = await desk.add_chat(-500)
    await desk.want()
    await desk.set_call(state=CallState.DONE, finished_at=desk.clock.now())
    await desk.jobs.run_for(2 * 3600)
    await desk.add_chat(-600)
    await desk.want()
    await desk.jobs.run_due()
    assert [card.chat_id for card in await desk.cards()] == [group]
    assert {address.chat_id for address, _ in desk.notifier.cards} == {-500}


async def test_jobs_of_a_chat_share_its_lane(desk: Desk) -> None:
    await desk.want()
    assert [job.lane for job in desk.jobs.waiting] == [f"cards:{desk.company.chat_id}"]


async def test_answers_that_come_together_are_shown_together(desk: Desk) -> None:
    for name in NAMES:
        await desk.add_verdict(name)
    await desk.want()
    await desk.jobs.run_due()
    for name in NAMES:
        await desk.add_answer(name, "да")
        await desk.want()
        await desk.jobs.run_for(0.5)
    await desk.jobs.run_for(5)
    assert 2 <= desk.shown() <= 4
    assert {line.state for line in desk.notifier.latest().lines} == {LineState.ANSWERED}


async def test_the_last_edit_does_not_wait(desk: Desk) -> None:
    await desk.add_verdict("Итог")
    await desk.want()
    await desk.jobs.run_due()
    await desk.add_answer("Итог", "да")
    await desk.add_delivery("Итог", DeliveryState.PLANNED)
    await desk.want()
    assert await desk.jobs.run_due() == 0
    await desk.set_call(state=CallState.DONE)
    await desk.want()
    assert await desk.jobs.run_due() == 0
    async with desk.database.write() as session:
        await session.execute(update(DeliveryRow).values(state=DeliveryState.CONFIRMED))
    await desk.want()
    assert await desk.jobs.run_due() == 1
    assert desk.shown() == 2
    await desk.jobs.run_for(APART.total_seconds() * 2)
    assert desk.shown() == 2


async def test_what_is_wanted_while_a_card_is_being_shown_is_shown_next(desk: Desk) -> None:
    class AnswersMeanwhile(MemoryNotifier):
        """An answer arrives while Telegram is at work on the first message."""

        async def show_card(
            self,
            address: ChatAddress,
            language: Language,
            view: CardView,
            message_id: int | None,
            *,
            silent: bool = False,
        ) -> int:
            if message_id is None:
                await desk.add_answer("Итог", "да")
                await desk.want()
            return await super().show_card(address, language, view, message_id, silent=silent)

    notifier = AnswersMeanwhile()
    notices = Notices(desk.database, desk.jobs, notifier, desk.clock)
    desk.jobs.handlers[Job.CARDS] = ShowCards(
        desk.database, notifier, desk.jobs, ClosedChats(notices, desk.clock), desk.clock
    ).run
    await desk.add_verdict("Итог")
    await desk.want()
    await desk.jobs.run_due()
    assert notifier.latest().lines[0].state is LineState.WAITING
    await desk.jobs.run_for(5)
    assert notifier.latest().lines[0].state is LineState.ANSWERED
    (card,) = await desk.cards()
    assert card.shown == card.wanted


async def test_a_refresh_makes_no_new_cards(desk: Desk) -> None:
    async with desk.database.write() as session:
        await refresh(session, desk.jobs, desk.call_id, desk.clock.now())
    assert await desk.cards() == []
    await desk.want()
    await desk.jobs.run_due()
    async with desk.database.write() as session:
        await refresh(session, desk.jobs, desk.call_id, desk.clock.now())
    await desk.jobs.run_for(5)
    assert desk.shown() == 2
