"""Recordings: whatever a cabinet sends instead of sound is no recording yet."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog
from yarl import URL

from services.errors import BadAnswer, Gone, RateLimited, Rejected, Unreachable
from services.integrations.mts.client import Client

log = structlog.get_logger(__name__)

_PAGE = (b"<", b"{", b"[")
"""How a page or an error begins that calls itself sound."""


@asynccontextmanager
async def first_heard(client: Client, addresses: Sequence[URL]) -> AsyncIterator[Path | None]:
    """The first of these places that holds sound; None: none does, or not yet."""
    async with AsyncExitStack() as stack:
        path, _ = await first_of(client, addresses, stack)
        yield path


async def first_of(client: Client, addresses: Sequence[URL], stack: AsyncExitStack) -> tuple[Path | None, bool]:
    """The same, and whether each of the others said that there is nothing: a broken line says nothing."""
    is_sure = True
    for address in addresses:
        try:
            path = await entered(client, address, stack)
        except Gone:
            continue
        if path is not None:
            return path, True
        is_sure = False
    return None, is_sure


async def entered(client: Client, address: URL, stack: AsyncExitStack) -> Path | None:
    """The sound of one place, kept for as long as `stack`; None: something else came.

    Raises Gone, and RateLimited, which is no matter of this place.
    """
    try:
        path = await stack.enter_async_context(client.download(address, suffix=".mp3"))
    except (RateLimited, Gone):
        raise
    except (Rejected, BadAnswer, Unreachable) as failure:
        log.info("mts_recording_not_read", failure=failure.code)
        return None
    if _begins_as_page(path):
        log.info("mts_recording_not_read", failure="page")
        return None
    return path


def _begins_as_page(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PAGE)
