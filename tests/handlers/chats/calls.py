"""A call that every chat which wants it hears of."""

from itertools import count

from sqlalchemy import select

from services.cards.wanted import want
from services.db.models import CallRow, IntegrationRow
from services.domain.call import CallState
from services.domain.integration import IntegrationState, Kind
from tests.harness.world import World

_numbers = count(1)


async def ring(world: World, state: CallState = CallState.DONE) -> int:
    """The call's number; its cards are wanted, and come with the jobs that are due."""
    now = world.clock.now()
    async with world.database.write() as session:
        integration = await session.scalar(select(IntegrationRow).limit(1))
        if integration is None:
            integration = IntegrationRow(
                workspace_id=1,
                kind=Kind.BITRIX24,
                name="Портал",
                account="portal.test",
                secrets="",
                settings={},
                state=IntegrationState.ACTIVE,
                created_at=now,
            )
            session.add(integration)
            await session.flush()
        call = CallRow(
            workspace_id=1,
            integration_id=integration.id,
            external_id=f"call-{next(_numbers)}",
            started_at=now,
            duration=60,
            direction="incoming",
            client_name="Сергей",
            state=state,
            object_kind="deal",
            object_id="1",
            due_at=now,
            seen_at=now,
            finished_at=now,
        )
        session.add(call)
        await session.flush()
        await want(session, world.jobs, call.id, now)
        return call.id
