"""An integration that becomes another portal: the old one's work ends, the new one's calls come."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from sandbox.bitrix24 import Portal
from sandbox.faults import Fault
from services.connecting.connections import Connected
from services.db.models import CallRow, DeliveryRow, FunnelRow, PromptRow, TranscriptRow
from services.domain.answer import DeliveryState
from services.domain.call import CallState, Reason
from services.domain.integration import Kind
from services.errors import Refused
from services.funnels import FunnelBook
from services.integrations.base import Check
from tests.fakes.rows import add_funnel, add_prompt
from tests.pipeline.desk import Desk
from tests.pipeline.scenes import ADD, owner, prepared
from tests.pipeline.world import PortalClock, World

OLD = "portal.test"


@pytest.fixture
async def other(world: World) -> AsyncIterator[Portal]:
    """A portal that counts its calls and deals as the first one does."""
    portal = Portal(clock=PortalClock(world.clock), secret="other-secret")
    await portal.start()
    yield portal
    await portal.stop()


async def move(world: World, portal: Portal, account: str) -> Connected:
    check = Check((), account, account, {})
    secrets = {"webhook_url": portal.webhook_url}
    moved = await world.integrations.connect(
        await owner(world), Kind.BITRIX24, secrets, check, into=world.company.integration_id
    )
    world.clock.advance(5)
    return moved


async def calls(world: World) -> list[CallRow]:
    async with world.database.read() as session:
        return list(await session.scalars(select(CallRow).order_by(CallRow.id)))


async def deliveries(world: World) -> list[DeliveryRow]:
    async with world.database.read() as session:
        return list(await session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)))


async def test_the_new_portals_calls_come_although_their_numbers_are_known(world: World, other: Portal) -> None:
    deal = await prepared(world)
    theirs = other.add_deal("Чужая сделка")
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    assert (await move(world, other, "new.test")).moved
    call = other.add_call(deal=theirs, recording=world.sound(), filename="call.wav")
    await world.pull()
    assert [row.external_id for row in await calls(world)] == [
        f"@{OLD}|stat:{call.statistic_id}",
        f"stat:{call.statistic_id}",
    ]
    assert len(other.comments("deal", theirs)) == 1


async def test_what_was_under_way_never_reaches_the_new_portal(world: World, other: Portal) -> None:
    deal = await prepared(world)
    other.add_deal("Чужая сделка")
    world.portal.faults.add(Fault("reset", ADD, "before"))
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    world.portal.add_call(deal=deal)
    await world.pull()
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    world.portal.faults.add(Fault("status", ADD, status=401, body='{"error": "INVALID_CREDENTIALS"}'))
    await world.pull()
    assert [row.state for row in await deliveries(world)] == [DeliveryState.UNKNOWN, DeliveryState.PLANNED]
    await move(world, other, "new.test")
    await world.tick(8 * 3600)
    assert other.asked(ADD) == []
    unclear, unsent = await deliveries(world)
    assert (unclear.state, unclear.reason) == (DeliveryState.UNVERIFIABLE, Reason.ACCESS_EXPIRED)
    assert (unsent.state, unsent.reason) == (DeliveryState.FAILED, Reason.ACCESS_EXPIRED)
    waiting = (await calls(world))[1]
    assert (waiting.state, waiting.reason) == (CallState.SKIPPED, Reason.ACCESS_EXPIRED)
    for views in world.notifier.cards.values():
        assert not any((views[-1].retryable, views[-1].undecided, views[-1].undoable))


async def test_an_old_call_can_neither_be_repeated_nor_taken_back(world: World, other: Portal) -> None:
    deal = await prepared(world)
    other.add_deal("Чужая сделка")
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    await move(world, other, "new.test")
    boss, (call,) = await owner(world), await calls(world)
    for again in (world.pipeline.calls.retry, world.pipeline.calls.write_again, world.pipeline.undo.undo):
        with pytest.raises(Refused) as refused:
            await again(boss, call.id)
        assert refused.value.why == "account_left"


async def test_a_step_that_was_under_way_does_not_bring_its_call_back(world: World, other: Portal) -> None:
    """The move is committed while the recording is being listened to."""
    deal = await prepared(world)

    async def moved_meanwhile() -> None:
        await world.portal.wait_for(lambda: bool(world.portal.asked("disk.file.get")))
        await move(world, other, "new.test")

    world.portal.faults.add(Fault("delay", "download", seconds=0.5))
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    async with asyncio.TaskGroup() as group:
        group.create_task(moved_meanwhile())
        await world.pull()
    await world.jobs.run_for(3600)
    (call,) = await calls(world)
    assert (call.state, call.reason) == (CallState.SKIPPED, Reason.ACCESS_EXPIRED)
    async with world.database.read() as session:
        assert (await session.scalars(select(TranscriptRow))).all() == []
    assert await deliveries(world) == []
    assert other.asked(ADD) == []


async def test_prompts_of_an_old_funnel_are_suspended_until_they_have_a_new_place(
    world: World, other: Portal
) -> None:
    """Both portals have a funnel 0 with a stage NEW."""
    now = world.clock.now()
    funnel, stages = await add_funnel(world.database, world.company.integration_id, "0", "Продажи", ["NEW"])
    await add_prompt(
        world.database,
        world.company,
        "Воронка",
        "Кратко?",
        enabled_at=now,
        now=now,
        funnel_id=funnel,
        stage_id=stages["NEW"],
    )
    await world.pull()
    await move(world, other, "new.test")
    await world.pull()
    book = FunnelBook(world.database, world.pipeline.fields._connectors, world.clock)
    await book.refresh(world.company.integration_id)
    known = {one.id: one for one in await book.of(world.company.integration_id)}
    old = known.pop(funnel)
    assert (old.missing, old.stages[0].missing) == (True, True)
    assert "0" in [one.external_id for one in known.values() if not one.missing]
    other.add_call(deal=other.add_deal("Сделка"), recording=world.sound(), filename="call.wav")
    await world.pull()
    (call,) = await calls(world)
    assert (call.state, call.reason) == (CallState.SKIPPED, Reason.NO_PROMPTS)
    assert other.asked("crm.item.get") == []


async def test_prompts_that_write_lists_or_fields_are_switched_off(desk: Desk, other: Portal) -> None:
    prompt = await desk.ask_list()
    await move(desk.world, other, "new.test")
    async with desk.world.database.read() as session:
        row = await session.get_one(PromptRow, prompt)
    assert (row.enabled, row.enabled_at) == (False, None)
    assert await desk.world.pipeline.fields.lists(desk.world.company.integration_id) == []


async def test_an_integration_that_comes_back_finds_its_own_again(world: World, other: Portal) -> None:
    deal = await prepared(world)
    await add_funnel(world.database, world.company.integration_id, "0", "Продажи", ["NEW"])
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    await move(world, other, "new.test")
    await move(world, world.portal, OLD)
    (call,) = await calls(world)
    assert call.external_id.startswith("stat:")
    async with world.database.read() as session:
        funnel = (await session.scalars(select(FunnelRow))).one()
    assert (funnel.external_id, funnel.missing) == ("0", False)
    assert await world.pipeline.undo.undo(await owner(world), call.id) == 1
