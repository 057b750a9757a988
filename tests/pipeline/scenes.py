"""What tests of the pipeline begin with and look at."""

from sqlalchemy import select

from services.db.models import CallRow, DeliveryRow, MemberRow
from services.domain.workspace import Member
from services.workspace.workspaces import member_of_row
from tests.fakes.rows import add_prompt
from tests.pipeline.world import World

ADD = "crm.timeline.comment.add"


async def prepared(world: World, *texts: str) -> int:
    """Prompts, a cursor, and a deal."""
    now = world.clock.now()
    for number, text in enumerate(texts or ("Кратко?",)):
        await add_prompt(world.database, world.company, f"П{number}", text, enabled_at=now, now=now)
    await world.pull()
    world.clock.advance(5)
    return world.portal.add_deal("Балкон")


async def call_row(world: World) -> CallRow:
    async with world.database.read() as session:
        return (await session.scalars(select(CallRow))).one()


async def delivery(world: World) -> DeliveryRow:
    async with world.database.read() as session:
        return (await session.scalars(select(DeliveryRow))).one()


async def owner(world: World) -> Member:
    async with world.database.read() as session:
        return member_of_row((await session.scalars(select(MemberRow))).one())
