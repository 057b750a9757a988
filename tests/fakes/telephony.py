"""A telephony of the smallest kind: calls and recordings, neither deals nor funnels."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from services.domain.call import Direction, FoundCall, Trait, Transcript
from services.domain.integration import Ability, Kind
from services.integrations.base import CallPage, Check, Connector, Cursor
from services.integrations.entry import CatalogueEntry, Step


@dataclass
class Exchange:
    """What the telephony knows."""

    folder: Path
    calls: list[FoundCall] = field(default_factory=list)
    recordings: dict[str, bytes] = field(default_factory=dict)
    answers: asyncio.Event | None = None
    """Until it is set, nobody is answered; None: everybody is."""
    asked: int = 0

    def add_call(
        self, phone: str, recording: bytes, started: datetime, traits: Mapping[str, str] | None = None
    ) -> FoundCall:
        key = f"call:{len(self.calls) + 1}"
        call = FoundCall(
            key,
            started,
            60,
            Direction.INCOMING,
            phone,
            answered=True,
            manager_id="501",
            manager_name="Ирина",
            has_recording=True,
            traits=dict(traits or {}),
        )
        self.calls.append(call)
        self.recordings[key] = recording
        return call

    def entry(self) -> CatalogueEntry:
        async def close(_connector: Connector) -> None: ...

        return CatalogueEntry(
            kind=Kind.NOVOFON,
            title="Телефония",
            abilities=frozenset({Ability.GIVES_CALLS}),
            steps=(Step("token"),),
            parse_secret=lambda _field, text: text.strip(),
            open=lambda _secrets, _settings, _doors: _Telephony(self),
            close=close,
            traits=frozenset({Trait.LINE, Trait.EXTENSION}),
        )


class _Telephony:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def check(self) -> Check:
        return Check((), "phones.test", "Телефония", {})

    async def pull(self, cursor: Cursor | None) -> CallPage:
        self._exchange.asked += 1
        if self._exchange.answers is not None:
            await self._exchange.answers.wait()
        after = len(self._exchange.calls) if cursor is None else int(cursor["after"])
        return CallPage(tuple(self._exchange.calls[after:]), {"after": len(self._exchange.calls)})

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        return calls

    async def transcript(self, call: FoundCall) -> Transcript | None:
        return None

    @asynccontextmanager
    async def recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        path = self._exchange.folder / f"{call.external_id.replace(':', '-')}.wav"
        path.write_bytes(self._exchange.recordings[call.external_id])
        yield path
