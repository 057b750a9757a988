"""The button under a card, through the real dispatcher: who may press it and what it does."""

import pytest
from sqlalchemy import func, select, update

from handlers.callbacks.cards import CallRetry
from services.cards.wanted import want
from services.db.models import AuditRow, CallRow, PromptRow, PromptVersionRow, VerdictRow
from services.domain.call import CallState, Reason
from services.domain.workspace import ChatAddress, Language, Role
from services.jobs.queues import Job
from services.listening.chats import ChatService
from tests.fakes.rows import Company, add_prompt
from tests.harness.world import User, World


@pytest.fixture
async def failed_call(world: World, connected: User) -> int:
    """A call whose recording never came, and its card in the owner's chat."""
    now = world.clock.now()
    assert connected.member is not None
    await ChatService(world.database, world.clock).subscribe(
        connected.member, ChatAddress(connected.chat.id), "private", "Анна", Language.RU
    )
    company = Company(1, connected.member.id, 1, 1)
    prompt_id = await add_prompt(world.database, company, "Итог", "О чём?", enabled_at=now, now=now)
    async with world.database.write() as session:
        version = (await session.scalars(select(PromptVersionRow))).one()
        call = CallRow(
            workspace_id=1,
            integration_id=1,
            external_id="lost",
            started_at=now,
            duration=60,
            direction="incoming",
            client_name="<b>Сергей</b>",
            state=CallState.FAILED,
            reason=Reason.NO_RECORD,
            object_kind="deal",
            object_id="1",
            due_at=now,
            seen_at=now,
            finished_at=now,
        )
        session.add(call)
        await session.flush()
        session.add(
            VerdictRow(
                call_id=call.id,
                prompt_id=prompt_id,
                version_id=version.id,
                position=1,
                state="failed",
                reason=Reason.NO_RECORD,
            )
        )
        await session.flush()
        await want(session, world.jobs, call.id, now)
        number = call.id
    world.jobs.handlers[Job.PROCESS] = _stays
    await world.jobs.run_due()
    return number


async def _stays(key: str, attempt: int) -> None:
    """The call is not worked on in these tests."""


async def state_of(world: World, call_id: int) -> CallState:
    async with world.database.read() as session:
        return CallState((await session.get_one(CallRow, call_id)).state)


async def retries(world: World) -> int:
    async with world.database.read() as session:
        asked = select(func.count(AuditRow.id)).where(AuditRow.action == "call_retried")
        return await session.scalar(asked) or 0


async def test_the_owner_repeats_and_the_card_is_redrawn(world: World, connected: User, failed_call: int) -> None:
    card = connected.last
    assert "<b>Сергей</b>" in card.text
    assert "запись разговора так и не появилась" in card.text
    await connected.press("Повторить")
    assert "Повторяю" in connected.alert
    assert await state_of(world, failed_call) is CallState.BOUND
    await world.jobs.run_for(5)
    assert connected.last.message_id == card.message_id
    assert "думаю" in connected.last.text
    assert connected.last.buttons == []


async def test_whoever_finds_the_failure_in_the_status_repeats_it_there(
    world: World, connected: User, failed_call: int
) -> None:
    viewer = await world.member(Role.VIEWER, "Вера")
    for one in (viewer, connected):
        await one.types("/status")
        await one.press("1", message=one.last)
    assert viewer.last.buttons == ["‹ Назад"]
    assert connected.last.buttons == ["🔁 Повторить", "‹ Назад"]
    story = connected.last
    await connected.press("Повторить", message=story)
    assert connected.alert == "Повторяю."
    assert await state_of(world, failed_call) is CallState.BOUND
    assert connected.last.message_id == story.message_id
    assert "⚠️" not in connected.last.text
    assert connected.last.buttons == ["‹ Назад"]


async def test_a_second_press_does_no_harm(world: World, connected: User, failed_call: int) -> None:
    card = connected.last
    await connected.press("Повторить", message=card)
    await connected.forges(CallRetry(call_id=failed_call).pack())
    assert "Повторять нечего" in connected.alert
    assert await retries(world) == 1


async def test_in_a_group_the_presser_counts(world: World, connected: User, failed_call: int) -> None:
    viewer = await world.member(Role.VIEWER, "Вика")
    editor = await world.member(Role.EDITOR, "Егор")
    stranger = world.stranger()
    group = world.telegram.group("Отдел", [connected.person, viewer.person, editor.person, stranger.person])
    data = CallRetry(call_id=failed_call).pack()
    for user in (viewer, stranger):
        await user.within(group).forges(data)
        assert await state_of(world, failed_call) is CallState.FAILED
    await editor.within(group).forges(data)
    assert await state_of(world, failed_call) is CallState.BOUND


async def test_a_call_that_is_not_there_is_said(world: World, connected: User) -> None:
    await connected.forges(CallRetry(call_id=404).pack())
    assert connected.alert
    assert await retries(world) == 0


async def test_a_repeated_call_that_is_skipped_says_so_on_its_card(
    world: World, connected: User, failed_call: int
) -> None:
    card = connected.last
    await connected.press("Повторить")
    async with world.database.write() as session:
        await session.execute(update(PromptRow).values(enabled=False))
    world.jobs.handlers[Job.PROCESS] = world.pipeline.handlers[Job.PROCESS]
    await world.jobs.run_for(10)
    assert await state_of(world, failed_call) is CallState.SKIPPED
    assert connected.last.message_id == card.message_id
    assert "думаю" not in connected.last.text
