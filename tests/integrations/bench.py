"""What the benches of all systems share: a connector among the usual doors, read until there is no more."""

from typing import Any

from services.domain.call import FoundCall
from services.integrations.base import Connector, Cursor
from services.integrations.doors import Doors
from services.throttle import LocalThrottle
from tests.fakes.clock import FakeClock


def doors_for(clock: FakeClock, **more: Any) -> Doors:
    given: dict[str, Any] = {"throttle": LocalThrottle(clock), "guard": lambda: None, "allow_private_hosts": True}
    return Doors(clock=clock, **(given | more))


async def pull_all(connector: Connector, cursor: Cursor) -> tuple[list[FoundCall], Cursor]:
    """Everything there is, each call once, as the table of calls would keep it."""
    found: dict[str, FoundCall] = {}
    more = True
    while more:
        page = await connector.pull(cursor)
        for call in page.calls:
            found.setdefault(call.external_id, call)
        cursor, more = page.cursor, page.more
    return list(found.values()), cursor
