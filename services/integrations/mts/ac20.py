"""Автосекретарь 2.0 (aa.mts.ru): statistics by trunk. "No data" and "not ready" are answers of their own (204)."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from services.domain.call import FoundCall, Transcript
from services.errors import BadAnswer, Rejected, RemoteError, Unauthorized
from services.integrations.base import Check, CheckLine
from services.integrations.knocking import Knock, Reply
from services.integrations.mts import ac20_sound
from services.integrations.mts.ac20_rows import MOSCOW, call_of, lowered
from services.integrations.mts.access import Cabinet, Key, domain_of, expiry_of
from services.integrations.mts.checking import Tried, recordings_line
from services.integrations.mts.client import Client, Place
from services.integrations.mts.driver import At, Portion, Window
from services.integrations.mts.spoken import as_transcript
from services.integrations.mts.values import number, text
from services.ports import Rate

log = structlog.get_logger(__name__)

PLACE = Place("https://aa.mts.ru", "/api/ac20", Rate(per_second=5.0, burst=1))
"""A pause of 0.2 seconds between requests is what known clients keep."""
PAGE = 500
"""Rows; the server gives up to 1,000."""
TRUNKS_FRESH = timedelta(hours=1)


@dataclass(frozen=True)
class _Trunk:
    id: str
    cli: str


class Ac20:
    lag = timedelta(minutes=5)
    """Calls that are still going on are left out there."""
    longest = timedelta(days=10)

    def __init__(self, client: Client, key: Key, shift: timedelta) -> None:
        self.client = client
        self.reading = f"ac20{shift.total_seconds():+.0f}"
        self._key = key
        self._shift = shift
        self._domain = domain_of(key.token)
        self._trunks: Sequence[_Trunk] = ()
        self._trunks_stale_at: datetime | None = None
        self._refused = 0
        """Trunks that the latest window was refused for."""
        self._trouble: RemoteError | None = None

    async def check(self) -> Check:
        now = self.client.now()
        trunks = await self._load_trunks()
        lines = [CheckLine("trunks", ok=bool(trunks), values={"count": str(len(trunks))})]
        if trunks:
            calls = await self._days_around(now)
            lines.append(CheckLine("history", ok=True))
            if self._refused:
                values = {"count": str(self._refused)}
                lines.append(CheckLine("trunks_refused", ok=False, required=False, values=values))
            lines += [replace(line, code=f"check_{line.code}", required=False) for line in _latest(calls, now)]
            lines += await recordings_line(Tried(self, calls, now))
        settings: dict[str, Any] = {"cabinet": Cabinet.AC20.value}
        expiry = expiry_of(self._key.token)
        if expiry is not None:
            settings["expires_at"] = expiry.isoformat()
        return Check(lines=tuple(lines), account=self._domain, title=self._domain, settings=settings)

    async def greet(self) -> None:
        await self._load_trunks()

    async def portion(self, window: Window, at: At | None, told: At | None = None) -> Portion:
        """Pages of one trunk after the other, in the order of their ids, until there are enough rows.

        A trunk that is refused keeps nobody from the others; when all are, so is the window.
        """
        calls: list[FoundCall] = []
        trunk_id, offset = (text(at.get("trunk")), number(at.get("offset"))) if at else ("", 0)
        rows = 0
        refused: dict[str, RemoteError] = {}
        trunks = [trunk for trunk in await self._known_trunks() if trunk.id >= trunk_id]
        for trunk in trunks:
            offset = offset if trunk.id == trunk_id else 0
            while True:
                if rows >= PAGE:
                    return Portion(calls, {"trunk": trunk.id, "offset": offset}, trouble=self._trouble)
                try:
                    page = await self._page(trunk, window, offset)
                except (Rejected, Unauthorized) as failure:
                    refused[trunk.id] = failure
                    break
                rows, offset = rows + len(page), offset + len(page)
                calls += self._calls(page, trunk)
                if len(page) < PAGE:
                    break
        self._note_refused(refused, all_of=len(trunks) if at is None else None)
        return Portion(calls, trouble=self._trouble)

    def _calls(self, page: list[Any], trunk: _Trunk) -> list[FoundCall]:
        found = (call_of(row, trunk.id, trunk.cli, self._shift) for row in page)
        return [call for call in found if call is not None]

    def _note_refused(self, refused: Mapping[str, RemoteError], *, all_of: int | None) -> None:
        """A key that nobody knows any more (401) is refused by all of them."""
        self._refused = len(refused)
        self._trouble = Rejected("some trunks are refused", remote_code="trunks") if refused else None
        failures = list(refused.values())
        lost = next((one for one in failures if one.remote_code == "401"), None)
        if lost is not None:
            raise lost
        if failures:
            log.warning("mts_trunks_refused", refused=len(failures), failure=failures[0].code)
        if failures and len(failures) == all_of:
            raise failures[0]

    async def _page(self, trunk: _Trunk, window: Window, offset: int) -> list[Any]:
        told = await self._ask(
            ("trunks", "statistics"),
            TrunkId=trunk.id,
            Begin=self._local(window.begin),
            End=self._local(window.end + timedelta(seconds=1)),
            Limit=str(PAGE),
            Offset=str(offset),
        )
        if told is None:
            return []
        if not isinstance(told, list) or (told and not any(isinstance(row, dict) for row in told)):
            raise BadAnswer("no rows of statistics")
        return told

    def _local(self, moment: datetime) -> str:
        """As the server's clock on the wall shows it; the fraction of a second is cut off."""
        return (moment + MOSCOW + self._shift).strftime("%Y-%m-%dT%H:%M:%S")

    async def _ask(self, path: tuple[str, ...], **query: str) -> Any:
        """A trunk may have been removed meanwhile: what is refused makes us look at them anew."""
        try:
            return await self.client.read(self.client.address(*path, query={"Domain": self._domain, **query}))
        except Rejected:
            self._trunks_stale_at = None
            raise

    async def _known_trunks(self) -> Sequence[_Trunk]:
        stale_at = self._trunks_stale_at
        if stale_at is None or self.client.now() >= stale_at:
            await self._load_trunks()
        return self._trunks

    async def _load_trunks(self) -> Sequence[_Trunk]:
        told = await self._ask(("trunks", "all"))
        if told is not None and not isinstance(told, list):
            raise BadAnswer("no list of trunks")
        rows = [lowered(row) for row in told or []]
        found = {trunk: _Trunk(trunk, text(row.get("cli"))) for row in rows if (trunk := text(row.get("trunkid")))}
        if rows and not found:
            raise BadAnswer("no trunk among the trunks")
        self._trunks = [found[trunk] for trunk in sorted(found)]
        self._trunks_stale_at = self.client.now() + TRUNKS_FRESH
        return self._trunks

    async def again(self, call: FoundCall) -> FoundCall | None:
        trunk = next((one for one in await self._known_trunks() if one.id == call.refs.get("trunk")), None)
        if trunk is None:
            return None
        around = Window(call.started_at - timedelta(seconds=1), call.started_at + timedelta(seconds=1))
        rows = await self._page(trunk, around, 0)
        found = (call_of(row, trunk.id, trunk.cli, self._shift) for row in rows)
        return next((one for one in found if one is not None and one.external_id == call.external_id), None)

    async def transcript(self, call: FoundCall) -> Transcript | None:
        """A paid option; 204 until it is done."""
        told = await self._ask(("stt", "result"), **self._names(call))
        if not isinstance(told, dict) or text(told.get("status")).lower() != "completed":
            return None
        phrases = told.get("phrases")
        said = [text(one.get("phrase")) for one in phrases if isinstance(one, dict)] if phrases else []
        return as_transcript(said, call.duration)

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        query = {"Domain": self._domain, **self._names(call), "Type": "mp3"}
        return ac20_sound.heard(self.client, self.client.address("trunks", "record", query=query), call)

    def recording_pause(self, call: FoundCall, waited: timedelta) -> timedelta | None:
        return ac20_sound.pause_before_next(call, waited)

    def _names(self, call: FoundCall) -> Mapping[str, str]:
        return {"TrunkId": call.refs.get("trunk", ""), "CallId": call.refs.get("call", "")}

    def answer(self, knock: Knock) -> Reply:
        """This one sends nothing, as far as is known."""
        return Reply(wakes=False, status=404)

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        """A wrong shift shows itself: the latest call has not begun yet."""
        if field != "time_shift":
            return []
        now, changed = self.client.now(), timedelta(hours=float(value))
        calls = await Ac20(self.client, self._key, changed)._days_around(now)
        return _latest(calls, now) or [CheckLine("no_call_to_try", ok=False, required=False)]

    async def _days_around(self, now: datetime) -> Sequence[FoundCall]:
        """Tomorrow is looked at, too: by a wrong clock calls seem to lie ahead."""
        day = timedelta(days=1)
        return (await self.portion(Window(now - day, now + day), None)).calls


def _latest(calls: Sequence[FoundCall], now: datetime) -> list[CheckLine]:
    """How long ago the latest call began, which only people know to be right; none when there is no call."""
    if not calls:
        return []
    ago = (now - max(call.started_at for call in calls)).total_seconds() // 60
    code = "latest_call" if ago >= 0 else "latest_call_ahead"
    return [CheckLine(code, ok=ago >= 0, values={"minutes": f"{abs(ago):.0f}"})]
