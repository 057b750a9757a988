"""A connected cabinet at work: implements `services.integrations.base.Connector`, whichever cabinet it is."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from services.domain.call import FoundCall, Transcript
from services.errors import Rejected, Unauthorized
from services.integrations.base import CallPage, Check, CheckLine, Cursor, SlowRecorder
from services.integrations.doors import Doors
from services.integrations.knocking import Knock, Reply
from services.integrations.mts import ac20, exolve, vpbx
from services.integrations.mts.access import KEY_OF, Cabinet, key_of
from services.integrations.mts.client import Client
from services.integrations.mts.driver import Driver
from services.integrations.mts.exolve_rows import Table
from services.integrations.mts.reading import Progress


class Mts:
    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> None:
        self._settings = settings
        self._cabinet = Cabinet(secrets["cabinet"])
        self._driver = _driver(self._cabinet, secrets[KEY_OF[self._cabinet]], settings, doors)

    def __repr__(self) -> str:
        return f"Mts({self._cabinet})"

    async def close(self) -> None:
        await self._driver.client.http.close()

    async def check(self) -> Check:
        await self._driver.greet()
        return await self._driver.check()

    async def pull(self, cursor: Cursor | None) -> CallPage:
        driver = self._driver
        if cursor is None:
            await driver.greet()
            return CallPage((), Progress.beginning(driver.client.now(), driver.reading).store())
        progress = Progress.load(cursor, driver.reading).begun(driver.client.now() - driver.lag)
        window = progress.slice(driver.longest)
        if window is None:
            return CallPage((), progress.store())
        portion = await driver.portion(window, progress.at, progress.told)
        calls = tuple(call for call in portion.calls if call.started_at >= progress.floor)
        progress = replace(progress.read(window, portion.at), told=portion.told)
        return CallPage(calls, progress.store(), more=progress.stretch is not None, trouble=portion.trouble)

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        found = [await self._driver.again(call) for call in calls]
        return [call for call in found if call is not None]

    async def transcript(self, call: FoundCall) -> Transcript | None:
        """Only where somebody pays MTS for it and has said so."""
        if self._settings.get("ready_text") != "yes":
            return None
        try:
            return await self._driver.transcript(call)
        except (Rejected, Unauthorized):
            return None  # not paid for: the recording is heard instead

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._driver.recording(call)

    def recording_pause(self, call: FoundCall, waited: timedelta) -> timedelta | None:
        driver = self._driver
        return driver.recording_pause(call, waited) if isinstance(driver, SlowRecorder) else None

    async def answer(self, knock: Knock) -> Reply:
        return self._driver.answer(knock)

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        return await self._driver.try_option(field, value)


def _driver(cabinet: Cabinet, stored: str, settings: Mapping[str, Any], doors: Doors) -> Driver:
    key = key_of(stored)
    chosen = settings.get("weak_tls")
    weak_tls = chosen == "yes" if chosen in ("yes", "no") else key.weak_tls
    if cabinet is Cabinet.VPBX:
        headers = {"X-AUTH-TOKEN": key.token}
        return vpbx.Vpbx(Client(vpbx.PLACE, key, headers, weak_tls, doors), key)
    headers = {"Authorization": f"Bearer {key.token}"}
    if cabinet is Cabinet.AC20:
        shift = timedelta(hours=float(settings.get("time_shift") or 0))
        return ac20.Ac20(Client(ac20.PLACE, key, headers, weak_tls, doors), key, shift)
    table = Table.of(str(settings.get("row_names") or ""), str(settings.get("duration_unit") or ""))
    return exolve.Exolve(Client(exolve.PLACE, key, headers, weak_tls, doors), key, table)
