"""Recordings of Автосекретарь 2.0: 204 while it is made, for a week at most; 404 or 410: never."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from yarl import URL

from services.domain.call import FoundCall
from services.errors import Gone
from services.integrations.mts.client import Client
from services.integrations.mts.sound import entered

WITHIN = timedelta(days=7)
"""After the call; later nobody has seen one come."""
FIRST_DAY, HOURLY = timedelta(days=1), timedelta(hours=1)
RARELY = timedelta(hours=6)
NEVER = frozenset({"404", "410"})
BELIEVED_AFTER = timedelta(hours=1)
"""Of a younger call's recording "never" may only mean that it was not begun."""


def pause_before_next(call: FoundCall, waited: timedelta) -> timedelta | None:
    """Only of a call that is said to be recorded: where nobody records, nothing is waited for by the week."""
    if not call.has_recording or waited >= WITHIN:
        return None
    return min(HOURLY if waited < FIRST_DAY else RARELY, WITHIN - waited)


@asynccontextmanager
async def heard(client: Client, address: URL, call: FoundCall) -> AsyncIterator[Path | None]:
    """None: it is not ready. Raises Gone: it never will be."""
    async with AsyncExitStack() as stack:
        try:
            path = await entered(client, address, stack)
        except Gone as failure:
            if failure.remote_code in NEVER and client.now() - call.started_at >= BELIEVED_AFTER:
                raise
            path = None
        yield path
