"""Taking back is offered for what our integration can take back; the rest is left to people, and said so."""

import pytest
from sqlalchemy import update

from services.db.models import DeliveryRow, IntegrationRow
from services.domain.answer import DeliveryState, UndoState
from services.domain.card import Written
from services.domain.integration import Kind
from services.domain.workspace import Member, Role
from services.errors import Refused
from services.pipeline.schedule import Schedule
from services.undo import UndoService
from tests.cards.conftest import Desk
from tests.fakes.rows import OWNER


async def write(desk: Desk, kind: Kind, *destinations: str) -> list[int]:
    """Answers that stand in the CRM."""
    written = []
    async with desk.database.write() as session:
        await session.execute(update(IntegrationRow).values(kind=kind))
    for number, destination in enumerate(destinations):
        name = f"Итог {number}"
        await desk.add_verdict(name)
        await desk.add_answer(name, "да")
        written.append(await desk.add_delivery(name, DeliveryState.CONFIRMED))
        async with desk.database.write() as session:
            row = await session.get_one(DeliveryRow, written[-1])
            row.destination, row.confirmed_at = destination, desk.clock.now()
    return written


async def undo(desk: Desk) -> int:
    company = desk.company
    owner = Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, None)
    schedule = Schedule(desk.jobs, desk.clock, 1)
    return await UndoService(desk.database, desk.jobs, schedule, desk.clock).undo(owner, desk.call_id)


@pytest.mark.parametrize(
    ("kind", "destination", "offered"),
    [
        (Kind.BITRIX24, "comment", True),
        (Kind.BITRIX24, "list", True),
        (Kind.AMOCRM, "comment", False),
        (Kind.AMOCRM, "fields", True),
        (Kind.MACROCRM, "comment", False),
    ],
)
async def test_what_is_offered(desk: Desk, kind: Kind, destination: str, offered: bool) -> None:
    await write(desk, kind, destination)
    assert (await desk.view()).undoable is offered
    if offered:
        assert await undo(desk) == 1
    else:
        with pytest.raises(Refused, match="undone_by_hand"):
            await undo(desk)


async def test_a_comment_that_only_people_can_remove_is_told_of_when_the_rest_is_taken_back(desk: Desk) -> None:
    _comment, field = await write(desk, Kind.AMOCRM, "comment", "fields")
    assert await undo(desk) == 1
    async with desk.database.write() as session:
        (await session.get_one(DeliveryRow, field)).undo = UndoState.DONE
    view = await desk.view()
    assert [line.written for line in view.lines] == [Written.NOT_UNDONE, Written.UNDONE]
    assert not view.undoable
