"""MTS Exolve (exolve.ru), the platform for developers: JSON over POST, errors of several shapes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from yarl import URL

from services.domain.call import FoundCall, Transcript
from services.errors import BadAnswer, Gone, RateLimited, Rejected, RemoteError, Unauthorized, Unreachable
from services.integrations.base import Check, CheckLine
from services.integrations.knocking import Knock, Reply
from services.integrations.mts.access import Cabinet, Key
from services.integrations.mts.checking import Tried, recordings_line
from services.integrations.mts.client import Client, Place
from services.integrations.mts.driver import At, Portion, Window
from services.integrations.mts.exolve_rows import Table, rows_of
from services.integrations.mts.sound import first_heard
from services.integrations.mts.spoken import as_transcript
from services.integrations.mts.values import number, text
from services.ports import Rate

PLACE = Place("https://api.exolve.ru", "", Rate(per_second=2.0, burst=4))
"""No rate is published; this one is ours."""
PAGE = 50
"""The largest number of rows that is known to be given at once."""
ROWS = 500
"""Of one portion."""
VERSIONS = ("v2", "v1")
"""Of the history: clients use the second, the documentation still tells of the first."""
FAILURES: dict[int, type[RemoteError]] = {
    5: Gone,
    7: Unauthorized,
    8: RateLimited,
    14: Unreachable,
    16: Unauthorized,
}
"""Codes of gRPC, of which this is a gateway."""


class Exolve:
    lag = timedelta(0)
    longest = timedelta(days=31)

    def __init__(self, client: Client, key: Key, table: Table) -> None:
        self.client = client
        self.reading = f"exolve {sorted(table.own.items())} {table.per_second}"
        self._key = key
        self._table = table
        self._versions = list(VERSIONS)

    async def check(self) -> Check:
        """Rows that cannot be read are no reason to refuse: their names can be told once it is connected."""
        now = self.client.now()
        rows, calls = await self._day(now, self._table)
        lines = [CheckLine("history", ok=True)]
        if rows:
            values = {"count": str(len(calls)), "of": str(len(rows))}
            lines.append(CheckLine("rows", ok=bool(calls), required=False, values=values))
        lines += await recordings_line(Tried(self, calls, now))
        return Check(
            lines=tuple(lines),
            account=f"exolve.ru/{self._key.fingerprint}",
            title="exolve.ru",
            settings={"cabinet": Cabinet.EXOLVE.value},
        )

    async def _day(self, now: datetime, table: Table) -> tuple[list[Any], list[FoundCall]]:
        rows = await self._rows(Window(now - timedelta(days=1), now), 0)
        return rows, [call for row in rows if (call := table.call_of(row)) is not None]

    async def greet(self) -> None:
        now = self.client.now()
        await self._rows(Window(now - timedelta(minutes=1), now), 0)

    async def portion(self, window: Window, at: At | None, told: At | None = None) -> Portion:
        """No total is told and the largest page is not documented: an empty page is the end."""
        offset = number(at.get("offset")) if at else 0
        found: dict[str, FoundCall] = {}
        """By call, of whose rows the longest counts: one is written for each who was called."""
        read: list[Any] = []
        while len(read) < ROWS:
            rows = await self._rows(window, offset)
            if not rows or rows == read[-len(rows) :]:
                return Portion(list(found.values()))
            offset += len(rows)
            read += rows
            for row in rows:
                call = self._table.call_of(row)
                known = found.get(call.refs["call"]) if call is not None else None
                if call is not None and (known is None or _weight(call) > _weight(known)):
                    found[call.refs["call"]] = call
        return Portion(list(found.values()), {"offset": offset})

    async def _rows(self, window: Window, offset: int) -> list[Any]:
        body = {
            "date_from": _moment(window.begin),
            "date_to": _moment(window.end),
            "limit": PAGE,
            "offset": offset,
        }
        rows = rows_of(await self._history(body))
        if rows is None or (rows and not any(isinstance(row, dict) for row in rows)):
            raise BadAnswer("no list of calls")
        return rows

    async def _history(self, body: Any) -> Any:
        """The version that answered last is asked first: one that was not found once may be back."""
        first, *others = self._versions
        try:
            return await self._post("statistics", "call-history", first, "GetList", body=body)
        except Gone:
            for version in others:
                told = await self._post("statistics", "call-history", version, "GetList", body=body)
                self._versions = [version, *(one for one in self._versions if one != version)]
                return told
            raise

    async def _post(self, *path: str, body: Any) -> Any:
        told = await self.client.read(self.client.address(*path), body)
        if isinstance(told, dict) and told.get("error"):
            raise _failure(told)
        return told

    async def again(self, call: FoundCall) -> FoundCall | None:
        around = Window(call.started_at - timedelta(seconds=1), call.started_at + timedelta(seconds=1))
        portion = await self.portion(around, None)
        return next((one for one in portion.calls if one.external_id == call.external_id), None)

    async def transcript(self, call: FoundCall) -> Transcript | None:
        """404 until it is made; several chunks, or a single one that is no list."""
        try:
            body = {"uid": _uid(call)}
            told = await self._post("statistics", "call-record", "v1", "GetTranscribation", body=body)
        except Rejected:
            return None
        parts = told.get("transcribation") if isinstance(told, dict) else None
        chunks = [chunk for part in _listed(parts) for chunk in _listed(part.get("chunks"))]
        return as_transcript([text(chunk.get("text")) for chunk in chunks], call.duration)

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._recording(call)

    @asynccontextmanager
    async def _recording(self, call: FoundCall) -> AsyncIterator[Path | None]:
        """By its direct address, else where the record says that it lies."""
        direct = self.client.address("statistics", "download", call.refs.get("call", ""))
        async with first_heard(self.client, [direct]) as path:
            if path is not None:
                yield path
                return
        async with first_heard(self.client, await self._links(call)) as path:
            yield path

    async def _links(self, call: FoundCall) -> list[URL]:
        """What the link is called in a record is not documented: any address in it is one."""
        try:
            body = {"uids": [_uid(call)]}
            told = await self._post("statistics", "call-record", "v1", "GetInfo", body=body)
        except (Rejected, BadAnswer, Unreachable) as failure:
            if isinstance(failure, RateLimited):
                raise
            return []
        records = _listed(told.get("records") if isinstance(told, dict) else None)
        values = [value for record in records for value in record.values() if isinstance(value, str)]
        return [link for value in values if (link := _link(value)) is not None]

    def answer(self, knock: Knock) -> Reply:
        """Events are not documented: any of them is a hint."""
        return Reply()

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        """How many of the last day's calls would be understood."""
        if field != "row_names":
            return []
        rows, calls = await self._day(self.client.now(), Table.of(value, ""))
        if not rows:
            return [CheckLine("no_call_to_try", ok=False, required=False)]
        return [CheckLine("rows", ok=bool(calls), values={"count": str(len(calls)), "of": str(len(rows))})]


def _failure(told: dict[str, Any]) -> RemoteError:
    """`{"error": {"message": ...}}` and `{"error": "..."}` are both seen; their words are not for our log."""
    inner = told["error"] if isinstance(told["error"], dict) else told
    code = number(inner.get("code") or told.get("code"))
    return FAILURES.get(code, BadAnswer)(f"an error with code {code}")


def _weight(call: FoundCall) -> tuple[bool, int]:
    return call.answered, call.duration


def _listed(value: Any) -> list[dict[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _link(text: str) -> URL | None:
    try:
        link = URL(text)
    except ValueError:
        return None
    return link if link.scheme in ("http", "https") and link.host else None


def _uid(call: FoundCall) -> int | str:
    told = call.refs.get("call", "")
    return int(told) if told.isascii() and told.isdigit() else told


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
