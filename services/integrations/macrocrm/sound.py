"""Recordings. What kind of sound it is nobody says, and "no recording yet" comes in many disguises."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog

from services.domain.call import FoundCall
from services.errors import BadAnswer, Gone, RateLimited, Rejected, Unauthorized, Unreachable
from services.integrations.macrocrm.client import Client
from services.integrations.macrocrm.failures import PAUSE
from services.integrations.macrocrm.reading import camel

log = structlog.get_logger(__name__)

RECORD = "calls/getRecord"
HEAD = 512
_KINDS = (
    (0, b"ID3", ".mp3"),
    (0, b"OggS", ".ogg"),
    (0, b"fLaC", ".flac"),
    (0, b"\x1aE\xdf\xa3", ".webm"),
    (0, b"#!AMR", ".amr"),
    (0, b"FORM", ".aiff"),
    (8, b"WAVE", ".wav"),
    (4, b"ftyp", ".m4a"),
)


def kind_of(head: bytes) -> str | None:
    """The suffix of a sound by its first bytes; empty for an unknown one, None for what is no sound at all."""
    for at, mark, suffix in _KINDS:
        if head[at : at + len(mark)] == mark:
            return suffix
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        return ".mp3"
    return None if _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    """A message under a success status: no sound is readable text from its first byte on."""
    try:
        told = head.decode()
    except UnicodeDecodeError as failure:
        if failure.start < len(head) - 3:
            return False
        told = head[: failure.start].decode()
    return all(sign.isprintable() or sign.isspace() for sign in told)


class Sound:
    def __init__(self, client: Client) -> None:
        self._client = client

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """None: there is none that can be heard yet. Raises ScopeMissing and Unauthorized for a lost right."""
        async with AsyncExitStack() as stack:
            yield await self.fetch(call.refs.get("call", ""), stack)

    async def fetch(self, number: str, stack: AsyncExitStack) -> Path | None:
        """The file lives as long as the stack. Redirects to another host do not carry the key."""
        name = camel("call_id") if self._client.way.camel else "call_id"
        asked = {name: int(number)} if number.isdecimal() else {}
        posts = self._client.way.dialect == "d2"
        address = self._client.address(RECORD, {} if posts else asked)
        await self._client.turn()
        try:
            path = await stack.enter_async_context(
                self._client.http.download(
                    address, headers=self._client.key.headers, json=asked if posts else None
                )
            )
        except (Gone, Unreachable, BadAnswer) as failure:
            await self._judge(failure, asked)
            log.info("macrocrm_no_recording", failure=failure.code, status=failure.remote_code)
            return None
        kind = kind_of(_head(path))
        return None if kind is None else path.rename(path.with_suffix(kind)) if kind else path

    async def _judge(self, failure: Gone | Unreachable | BadAnswer, asked: dict[str, int]) -> None:
        """A lost right must not look like a late recording; too many requests must not be asked again."""
        if isinstance(failure, RateLimited):
            await self._client.rest(failure.retry_after or PAUSE)
            raise failure
        if failure.remote_code not in ("401", "403"):
            return
        try:
            await self._client.read(RECORD, asked, tries=1)
        except Unauthorized:
            raise
        except (Rejected, Unreachable, BadAnswer):
            return


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)
