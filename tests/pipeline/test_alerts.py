"""Alerts through the whole pipeline: raised by a found quote alone, asked in the same request, told once."""

import json
from typing import Any

from sqlalchemy import select, update

from services.db.models import AlertMessageRow, AlertRow, ChatRow, PromptRow
from services.domain.alert import AlertState
from services.jobs.queues import Job
from services.ports import ChatBusy
from services.prompts.service import PromptService
from tests.fakes.rows import OWNER
from tests.pipeline.desk import Desk
from tests.pipeline.scenes import owner, prepared
from tests.pipeline.world import World

LEAVES = "клиент уходит к конкуренту"
COMPLAINS = "клиент жалуется на сквозняк"


async def warned(world: World, condition: str = LEAVES, *texts: str) -> int:
    """A deal, and prompts of which the first has an alert."""
    deal = await prepared(world, *texts)
    async with world.database.read() as session:
        first = (await session.scalars(select(PromptRow).order_by(PromptRow.id))).first()
    assert first is not None
    prompts = PromptService(world.database, world.clock)
    await prompts.alerts.set(await owner(world), first.id, condition, first.revision)
    return deal


async def ring(world: World, deal: int) -> None:
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    world.clock.advance(5)
    await world.pull()


async def alerts(world: World) -> list[AlertRow]:
    async with world.database.read() as session:
        return list(await session.scalars(select(AlertRow).order_by(AlertRow.id)))


async def set_chat(world: World, **values: Any) -> None:
    async with world.database.write() as session:
        await session.execute(update(ChatRow).values(**values))


def says(**told: Any) -> dict[str, Any]:
    """The model's next answer, instead of what the stand-in would find."""
    answer = {"found": False, "answer": "", "quote": None, "value": None, "alert": None, "alert_quote": None}
    return {"content": json.dumps(answer | told, ensure_ascii=False)}


async def test_a_yes_with_its_quote_is_told_loudly_in_the_same_request(world: World) -> None:
    deal = await warned(world)
    await ring(world, deal)
    ((address, view),) = world.notifier.alerts
    assert address.chat_id == OWNER
    assert "у конкурентов дешевле" in view.quote
    assert view.quote_at is not None
    assert view.quote_at > 0
    assert view.condition == LEAVES
    assert view.object_url.endswith(f"/crm/deal/details/{deal}/")
    (asked,) = world.model.asked("chat")
    assert asked.body["messages"][-1]["content"].endswith(f"Условие тревоги: {LEAVES}")


async def test_a_no_is_silent_and_known(world: World) -> None:
    deal = await warned(world, COMPLAINS)
    await ring(world, deal)
    assert world.notifier.alerts == []
    assert [row.state for row in await alerts(world)] == [AlertState.NO]


async def test_a_prompt_without_a_condition_has_no_alert(world: World) -> None:
    deal = await prepared(world)
    world.model.chat.odd.append(says(alert=True, alert_quote="У конкурентов дешевле"))
    await ring(world, deal)
    assert await alerts(world) == []


async def test_a_broken_form_mended_once_keeps_the_proven_alert(world: World) -> None:
    deal = await warned(world)
    first = says(found=True, answer="Да", quote="этого не было", alert=True, alert_quote="у конкурентов дешевле")
    world.model.chat.odd += [first, says(found=True, answer="Да", quote="для меня это дорого")]
    await ring(world, deal)
    assert [row.state for row in await alerts(world)] == [AlertState.RAISED]


async def test_of_several_questions_the_first_that_is_answered_carries_the_condition(desk: Desk) -> None:
    world = desk.world
    number = await desk.ask_fields()
    await PromptService(world.database, world.clock).alerts.set(await owner(world), number, LEAVES, 1)
    world.model.chat.odd.append({"content": None, "refusal": "no"})
    world.clock.advance(5)
    await ring(world, desk.deal)
    carried = ["Условие тревоги:" in entry.body["messages"][-1]["content"] for entry in world.model.asked("chat")]
    assert carried == [True, True]
    assert [row.state for row in await alerts(world)] == [AlertState.RAISED]


async def test_a_lost_job_and_a_repeated_call_tell_it_once(world: World) -> None:
    deal = await warned(world, LEAVES, "Кратко?", "Какой бюджет?")
    world.notifier.failures += [ChatBusy(1.0)] * 3
    await ring(world, deal)
    world.jobs.lose_all()
    for _ in range(6):
        world.clock.advance(60)
        await world.pipeline.handlers[Job.SWEEP]("now", 0)
        await world.jobs.run_due()
    assert len(world.notifier.alerts) == 1
    async with world.database.read() as session:
        (row,) = await session.scalars(select(AlertMessageRow))
        assert row.sent
        assert row.message_id is not None
