"""The two buttons under a card whose write nobody can look up."""

from sqlalchemy import select

from handlers.callbacks.cards import CallConsiderDone
from services.cards.wanted import want
from services.db.models import CallRow, DeliveryRow, PromptVersionRow, VerdictRow
from services.domain.answer import DeliveryState
from services.domain.call import CallState, Reason
from services.domain.workspace import ChatAddress, Language, Role
from services.listening.chats import ChatService
from tests.fakes.rows import Company, add_prompt
from tests.harness.world import User, World


async def undecided_call(world: World, owner: User) -> int:
    now = world.clock.now()
    assert owner.member is not None
    await ChatService(world.database, world.clock).subscribe(
        owner.member, ChatAddress(owner.chat.id), "private", "Анна", Language.RU
    )
    company = Company(1, owner.member.id, 1, 1)
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
            state=CallState.DONE,
            object_kind="deal",
            object_id="1",
            due_at=now,
            seen_at=now,
            finished_at=now,
        )
        session.add(call)
        await session.flush()
        session.add(
            VerdictRow(call_id=call.id, prompt_id=prompt_id, version_id=version.id, position=1, state="answered")
        )
        session.add(
            DeliveryRow(
                call_id=call.id,
                prompt_id=prompt_id,
                version_id=version.id,
                integration_id=1,
                destination="comment",
                target="deal:1",
                part=1,
                parts=1,
                body="Итог",
                marker="ai:1",
                state=DeliveryState.UNVERIFIABLE,
                reason=Reason.CANNOT_VERIFY,
                due_at=now,
                created_at=now,
            )
        )
        await session.flush()
        await want(session, world.jobs, call.id, now)
        number = call.id
    await world.jobs.run_due()
    return number


async def state_of(world: World) -> str:
    async with world.database.read() as session:
        return (await session.scalars(select(DeliveryRow.state))).one()


async def test_a_person_who_saw_the_note_there_says_so(world: World, connected: User) -> None:
    await undecided_call(world, connected)
    assert {"✍️ Записать ещё раз", "👌 Уже записано"} <= set(connected.last.buttons)
    await connected.press("Уже записано")
    assert "считаю записанным" in connected.alert
    assert await state_of(world) == DeliveryState.CONFIRMED
    await world.jobs.run_for(5)
    assert "Уже записано" not in str(connected.last.buttons)


async def test_a_viewer_decides_nothing(world: World, connected: User) -> None:
    call_id = await undecided_call(world, connected)
    viewer = await world.member(Role.VIEWER, "Вика")
    await viewer.forges(CallConsiderDone(call_id=call_id).pack())
    assert await state_of(world) == DeliveryState.UNVERIFIABLE
