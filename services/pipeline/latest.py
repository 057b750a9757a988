"""A call that waited, as the remote system tells it by now."""

from services.db.models import CallRow
from services.db.repositories.calls import found_of, update_found
from services.db.unit_of_work import Database
from services.domain.call import Call, FoundCall
from services.integrations.base import Connector


async def latest(database: Database, connector: Connector, call: Call) -> FoundCall:
    """Late recordings and late activities appear in the same call; what is new is stored."""
    refreshed = await connector.refresh([call.found])
    if not refreshed:
        return call.found
    async with database.write() as session:
        row = await session.get_one(CallRow, call.id)
        update_found(row, refreshed[0])
        return found_of(row)
