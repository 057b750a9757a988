"""What a card shows is read from the rows of its call."""

import pytest

from services.domain.answer import AnswerState, DeliveryState
from services.domain.call import CallState, Reason
from services.domain.card import LineState, Written
from tests.cards.conftest import Desk


async def test_lines_stand_in_the_order_of_the_prompts(desk: Desk) -> None:
    for name in ("Бюджет", "Погода", "Итог", "Чужой"):
        await desk.add_verdict(name)
    await desk.add_verdict("Не для него", "skipped", Reason.OTHER_STAGE)
    await desk.add_verdict("Шаг", "failed", Reason.MODEL_REFUSED)
    await desk.add_answer("Погода", "", AnswerState.NO_DATA)
    await desk.add_answer("Бюджет", "110 тысяч", quote="до ста десяти", quote_at=12.0)
    view = await desk.view()
    assert [(line.prompt_name, line.state) for line in view.lines] == [
        ("Бюджет", LineState.ANSWERED),
        ("Погода", LineState.NO_DATA),
        ("Итог", LineState.WAITING),
        ("Чужой", LineState.WAITING),
        ("Шаг", LineState.FAILED),
    ]
    assert (view.lines[0].text, view.lines[0].quote, view.lines[0].quote_at) == (
        "110 тысяч",
        "до ста десяти",
        12.0,
    )
    assert view.lines[4].reason is Reason.MODEL_REFUSED
    assert (view.zone, view.retryable, view.reason) == ("Europe/Moscow", False, None)


@pytest.mark.parametrize(
    ("state", "written", "retryable"),
    [
        (DeliveryState.PLANNED, Written.NOT_YET, False),
        (DeliveryState.SENDING, Written.NOT_YET, False),
        (DeliveryState.UNKNOWN, Written.NOT_YET, False),
        (DeliveryState.CONFIRMED, Written.WRITTEN, False),
        (DeliveryState.FAILED, Written.FAILED, True),
        (DeliveryState.UNVERIFIABLE, Written.UNCLEAR, True),
    ],
)
async def test_whether_it_reached_the_crm(
    desk: Desk, state: DeliveryState, written: Written, retryable: bool
) -> None:
    await desk.add_verdict("Итог")
    await desk.add_answer("Итог", "да")
    await desk.add_delivery("Итог", state)
    view = await desk.view()
    assert (view.lines[0].written, view.retryable) == (written, retryable)


async def test_an_answer_for_the_chat_alone_is_not_written(desk: Desk) -> None:
    await desk.add_verdict("Итог", destination="chat")
    await desk.add_answer("Итог", "да")
    assert (await desk.view()).lines[0].written is Written.NOT_NEEDED


@pytest.mark.parametrize("state", [CallState.FAILED, CallState.SKIPPED])
async def test_a_call_that_ended_without_an_answer_says_why(desk: Desk, state: CallState) -> None:
    await desk.add_verdict("Итог", "failed" if state is CallState.FAILED else "skipped", Reason.SILENCE)
    await desk.set_call(state=state, reason=Reason.SILENCE)
    view = await desk.view()
    assert (view.reason, view.retryable) == (Reason.SILENCE, state is CallState.FAILED)


async def test_where_something_was_answered_the_lines_say_enough(desk: Desk) -> None:
    await desk.add_verdict("Итог")
    await desk.add_answer("Итог", "да")
    await desk.add_verdict("Шаг", "failed", Reason.MODEL_FAILED)
    await desk.set_call(state=CallState.FAILED, reason=Reason.MODEL_FAILED)
    view = await desk.view()
    assert (view.reason, view.retryable) == (None, True)
