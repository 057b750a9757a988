"""A connected Novofon account: implements `Connector`, `Waker` and `OptionTrial` of the base."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from services.domain.call import FoundCall, Transcript
from services.integrations.base import CallPage, Check, CheckLine, Cursor
from services.integrations.doors import Doors
from services.integrations.knocking import Knock, Reply
from services.integrations.novofon.addresses import LEGACY
from services.integrations.novofon.v1.driver import Legacy
from services.integrations.novofon.v2.driver import Platform
from services.integrations.novofon.zones import zone_of


class Driver(Protocol):
    """One generation of their API. A customer has one of them."""

    async def close(self) -> None: ...

    async def check(self) -> Check: ...

    async def pull(self, cursor: Cursor | None) -> CallPage: ...

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]: ...

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]: ...

    async def answer(self, knock: Knock) -> Reply: ...


class Novofon:
    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> None:
        generation = Legacy if secrets["cabinet"] == LEGACY else Platform
        self._driver: Driver = generation(secrets, settings, doors)
        self._clock = doors.clock

    async def close(self) -> None:
        await self._driver.close()

    async def check(self) -> Check:
        return await self._driver.check()

    async def pull(self, cursor: Cursor | None) -> CallPage:
        return await self._driver.pull(cursor)

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        return await self._driver.refresh(calls)

    async def transcript(self, call: FoundCall) -> Transcript | None:
        """Both generations have none."""
        return None

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._driver.recording(call)

    async def answer(self, knock: Knock) -> Reply:
        return await self._driver.answer(knock)

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        """What time it is there: a wrong zone is seen at once."""
        zone = zone_of(value) if field == "zone" else None
        if zone is None:
            return ()
        return (CheckLine("zone_now", ok=True, values={"time": f"{self._clock.now().astimezone(zone):%H:%M}"}),)
