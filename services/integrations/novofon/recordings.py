"""Fetches a recording, perhaps in several parts. Its addresses are secrets: nothing of them is ever told."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog

from services.errors import BadAnswer, BadAudio, Rejected, Unreachable
from services.integrations.http import Http
from services.speech.joiner import join

log = structlog.get_logger(__name__)


def secure(address: str) -> str:
    return f"https://{address.removeprefix('http://')}" if address.startswith("http://") else address


class Recordings:
    def __init__(self, http: Http, *, scratch: Path | None, plain_http: bool) -> None:
        self._http = http
        self._scratch = scratch
        self._plain_http = plain_http
        """Links over http are followed as they are; else over https, where their hosts send everybody anyway."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Reading"]:
        """What is fetched lives inside the context."""
        async with AsyncExitStack() as stack:
            yield Reading(self, stack)

    async def fetch(self, address: str, suffix: str, stack: AsyncExitStack) -> Path | None:
        """None when there is no sound at this place. Raises Unreachable."""
        where = address if self._plain_http else secure(address)
        try:
            return await stack.enter_async_context(self._http.download(where, suffix=suffix))
        except (Rejected, BadAnswer) as failure:
            log.info("novofon_recording_not_read", failure=failure.code)
            return None

    def folder(self) -> "tempfile.TemporaryDirectory[str]":
        return tempfile.TemporaryDirectory(prefix="recording-", dir=self._scratch)


class Reading:
    def __init__(self, recordings: Recordings, stack: AsyncExitStack) -> None:
        self._recordings = recordings
        self._stack = stack

    async def first(self, addresses: Sequence[str], suffix: str) -> Path | None:
        """The first of these places that has sound. Raises Unreachable when none has and one is out of order."""
        broken: Unreachable | None = None
        for address in addresses:
            try:
                path = await self._recordings.fetch(address, suffix, self._stack)
            except Unreachable as failure:
                broken = failure
                continue
            if path is not None:
                return path
        if broken is not None:
            raise broken
        return None

    async def joined(self, parts: Sequence[tuple[Sequence[str], str]]) -> Path | None:
        """All parts as one file; each is given by its possible addresses and its suffix.

        None while any part is missing: a conversation must not be judged by a piece of it.
        """
        paths: list[Path] = []
        for addresses, suffix in parts:
            path = await self.first(addresses, suffix)
            if path is None:
                return None
            paths.append(path)
        if len(paths) < 2:
            return paths[0] if paths else None
        return await self._join(paths)

    async def _join(self, paths: Sequence[Path]) -> Path | None:
        target = Path(self._stack.enter_context(self._recordings.folder())) / "recording.flac"
        try:
            await join(paths, target)
        except BadAudio as failure:
            log.info("novofon_recording_not_read", failure=failure.code)
            return None
        return target
