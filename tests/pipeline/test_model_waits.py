"""A busy, absent or raving model: the call waits as long as it was asked to, other prompts go on."""

import json
from datetime import timedelta

import pytest

from sandbox.faults import Fault
from sandbox.models.errors import ModelError
from sandbox.models.server import WaitForm
from services.domain.call import CallState
from services.domain.card import LineState
from tests.pipeline.scenes import call_row, prepared
from tests.pipeline.world import World


async def ring(world: World, deal: int) -> None:
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()


@pytest.mark.parametrize("form", ["seconds", "milliseconds", "date"])
@pytest.mark.parametrize("method", ["chat", "speech"])
async def test_a_busy_server_is_asked_again_when_it_said_and_it_costs_no_try(
    world: World, method: str, form: WaitForm
) -> None:
    deal = await prepared(world)
    world.model.wait_told_in = form
    world.model.faults.add(Fault("rate_limit", method, seconds=20))
    await ring(world, deal)
    await world.jobs.run_for(19)
    assert world.model.asked("chat") == []
    assert (await call_row(world)).tries == 0
    await world.jobs.run_for(1)
    assert len(world.model.asked("chat")) == 1


async def test_a_long_wait_that_was_asked_for_is_kept(world: World) -> None:
    deal = await prepared(world)
    world.model.chat.odd.append(ModelError(503, "Overloaded", headers={"retry-after": "7200"}))
    await ring(world, deal)
    await world.jobs.run_for(7199)
    assert len(world.model.asked("chat")) == 1
    await world.jobs.run_for(2)
    assert len(world.model.asked("chat")) == 2


async def test_other_prompts_do_not_press_a_busy_server(world: World) -> None:
    deal = await prepared(world, "Кратко?", "Какой бюджет?", "Какие возражения?")
    world.model.faults.add(Fault("rate_limit", "chat", seconds=2))
    await ring(world, deal)
    assert len(world.model.faults.shown) == 1
    assert world.model.asked("chat") == []
    await world.jobs.run_for(5)
    assert len(world.portal.comments("deal", deal)) == 3


async def test_a_server_that_is_busy_for_ever_is_asked_ever_less_often_and_given_up(world: World) -> None:
    deal = await prepared(world)
    world.model.faults.add(Fault("rate_limit", "chat", seconds=1, times=None))
    await ring(world, deal)
    await world.jobs.run_for(300)
    asked = len(world.model.faults.shown)
    assert 20 < asked < 80
    world.clock.advance(timedelta(hours=23).total_seconds())
    await world.jobs.run_for(1)
    assert (await call_row(world)).tries == 0
    await world.jobs.run_for(5 * 24 * 3600)
    assert (await call_row(world)).state == CallState.FAILED
    assert len(world.model.faults.shown) < asked + 15


async def test_a_prompt_that_breaks_leaves_the_others_alone(world: World) -> None:
    deal = await prepared(world, "Кратко?", "Какой бюджет?", "Какие возражения?")
    world.model.faults.add(Fault("status", "chat", status=200, body='{"choices": "none"}'))
    await ring(world, deal)
    states = [line.state for line in world.notifier.latest().lines]
    assert states == [LineState.WAITING, LineState.ANSWERED, LineState.ANSWERED]
    await world.jobs.run_for(120)
    assert len(world.portal.comments("deal", deal)) == 3
    assert len(world.model.asked("chat")) == 3


async def test_what_no_database_takes_is_paid_for_once(world: World) -> None:
    deal = await prepared(world)
    told = {"found": True, "answer": "Бюджет\x00 есть\ud83d", "quote": "до ста\x00 десяти тысяч", "value": None}
    world.model.chat.odd.append({"content": json.dumps(told)})
    await ring(world, deal)
    await world.jobs.run_for(3600)
    assert "Бюджет есть" in world.portal.comments("deal", deal)[0].text
    assert len(world.model.asked("chat")) == 1


@pytest.mark.parametrize(("method", "code"), [("chat", "model_not_found"), ("speech", "speech_not_found")])
async def test_a_model_that_is_not_there_is_said_in_words_of_its_own(world: World, method: str, code: str) -> None:
    deal = await prepared(world)
    missing = world.model.faults.add(
        Fault("status", method, status=404, body='{"detail": "Not Found"}', times=None)
    )
    await ring(world, deal)
    await world.jobs.run_for(timedelta(hours=2).total_seconds())
    assert [notice.code for _, notice in world.notifier.told] == [code]
    world.model.faults.planned.remove(missing)
    await world.jobs.run_for(1200)
    assert len(world.portal.comments("deal", deal)) == 1
