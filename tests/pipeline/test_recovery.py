"""What people and other processes do in the middle of the work does no harm."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from sandbox.faults import Fault
from services.db.models import CallRow, DeliveryRow, IntegrationRow, PromptRow, VerdictRow
from services.domain.answer import DeliveryState
from services.domain.call import CallState, Reason
from services.domain.integration import IntegrationState
from tests.pipeline.scenes import ADD, call_row, delivery, owner, prepared
from tests.pipeline.world import World

DAYS = 4 * 24 * 3600


async def test_repeating_an_unclear_write_looks_before_it_writes(world: World) -> None:
    deal = await prepared(world)
    world.portal.faults.add(Fault("reset", ADD, "after"))
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    down = world.portal.faults.add(Fault("html", "*", times=None))
    await world.jobs.run_for(DAYS)
    assert (await delivery(world)).state == DeliveryState.UNVERIFIABLE
    world.portal.faults.planned.remove(down)
    await world.pipeline.calls.retry(await owner(world), (await call_row(world)).id)
    await world.jobs.run_for(600)
    assert (await delivery(world)).state == DeliveryState.CONFIRMED
    assert len(world.portal.comments("deal", deal)) == 1


async def test_a_missing_right_stops_only_the_work_that_needs_it(world: World) -> None:
    deal = await prepared(world, "Кратко?", "Какой бюджет?")
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    refused = '{"error": "insufficient_scope", "error_description": "The request requires higher privileges"}'
    lacking = world.portal.faults.add(Fault("status", ADD, status=403, body=refused, times=None))
    await world.pull()
    for _ in range(3):
        await world.tick(60)
    async with world.database.read() as session:
        integration = await session.get_one(IntegrationRow, world.company.integration_id)
    assert (integration.state, integration.problem) == (IntegrationState.ACTIVE, None)
    assert [notice.code for _, notice in world.notifier.told] == ["right_missing"]
    world.portal.faults.planned.remove(lacking)
    await world.jobs.run_for(24 * 3600)
    assert len(world.portal.comments("deal", deal)) == 2


async def test_lost_access_is_told_though_a_pause_was_told_before(world: World) -> None:
    await prepared(world)
    down = world.portal.faults.add(Fault("html", "*", times=None))
    for _ in range(8):
        await world.tick(60)
    world.portal.faults.planned.remove(down)
    world.portal.revoke()
    for _ in range(3):
        await world.tick(60)
    codes = [notice.code for _, notice in world.notifier.told]
    assert codes == ["integration_unreachable", "integration_expired"]


async def test_a_prompt_that_was_off_while_the_call_waited_is_not_run(world: World) -> None:
    deal = await prepared(world)
    call = world.portal.add_call(deal=deal, duration=60)
    await world.pull()
    async with world.database.write() as session:
        prompt = (await session.scalars(select(PromptRow))).one()
        prompt.enabled_at = world.clock.now() + timedelta(seconds=30)
    world.clock.advance(60)
    world.portal.attach_recording(call, world.sound(), "call.wav")
    await world.jobs.run_for(3600)
    async with world.database.read() as session:
        verdict = (await session.scalars(select(VerdictRow))).one()
    assert (verdict.state, verdict.reason) == ("skipped", Reason.PROMPT_OFF)
    assert world.portal.comments("deal", deal) == []


async def test_a_number_too_long_for_its_column_keeps_no_call_out(world: World) -> None:
    deal = await prepared(world)
    world.portal.add_call(deal=deal, phone="sip:" + "9" * 96, recording=world.sound(), filename="call.wav")
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    async with world.database.read() as session:
        states = list(await session.scalars(select(CallRow.state)))
    assert states == [CallState.DONE, CallState.DONE]


@pytest.mark.parametrize("kind", ["reset", "html"])
async def test_the_parts_of_a_long_comment_stand_in_their_order(world: World, kind: str) -> None:
    deal = await prepared(world)
    long = '{"found": true, "answer": "%s", "quote": null}' % ("Очень длинный ответ. " * 1500)
    world.model.chat.odd.append({"content": long})
    world.portal.faults.add(Fault(kind, ADD, "before"))  # type: ignore[arg-type]
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    await world.jobs.run_for(900)
    heads = [comment.text.split("\n")[0] for comment in world.portal.comments("deal", deal)]
    assert len(heads) >= 2
    assert heads == sorted(heads)


async def test_a_process_that_was_overtaken_leaves_the_delivery_alone(world: World) -> None:
    deal = await prepared(world)

    async def overtake() -> None:
        """Another process has taken the delivery over and brought it to its end."""
        while not world.portal.faults.shown:
            await asyncio.sleep(0)
        async with world.database.write() as session:
            row = (await session.scalars(select(DeliveryRow))).one()
            row.state, row.remote_id, row.attempt = DeliveryState.CONFIRMED, "77", row.attempt + 1

    world.portal.faults.add(Fault("delay", ADD, seconds=0.3))
    world.portal.faults.add(Fault("rate_limit", ADD, "after"))
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await asyncio.gather(world.pull(), overtake())
    await world.jobs.run_for(600)
    row = await delivery(world)
    assert (row.state, row.remote_id) == (DeliveryState.CONFIRMED, "77")
