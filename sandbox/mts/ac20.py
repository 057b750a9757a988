"""Автосекретарь 2.0 (aa.mts.ru): statistics by trunk in local time, "no data" as 204."""

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.mts.serving import Cabinet, Refusal, only, whole

_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
GOING_ON = 300.0
"""Seconds for which a call is not told of."""


def make_token(domain: str = "firma.example", expires_at: float | None = None) -> str:
    """A JWT as the cabinet makes it; nobody checks its signature here."""
    payload: dict[str, Any] = {"id": f"director@{domain}"}
    if expires_at is not None:
        payload["exp"] = round(expires_at)
    parts = [json.dumps({"alg": "HS256"}).encode(), json.dumps(payload).encode(), b"signature-of-the-stand-in"]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@dataclass
class Ac20Call:
    """`began` is in seconds since 1970; `recording_status` is what is answered while there is no recording."""

    id: int
    trunk: str
    began: float
    caller: str
    called: str
    via: str
    duration: int
    wait: int = 12
    internal: bool = False
    recording: bytes | None = None
    recorded: int = 0
    recording_status: int = 204
    ready_after: float = 0.0
    """Seconds from its beginning until its recording is made; it is told to be recorded from the start."""
    phrases: tuple[str, ...] = ()


class Ac20(Cabinet):
    per_second = 5.0

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        domain: str = "firma.example",
        limits: bool = False,
    ) -> None:
        super().__init__(clock=clock, faults=faults, limits=limits)
        self.domain = domain
        self.token = make_token(domain)
        self.trunks = {"0123456789": "4951234567", "0123456790": "4951234568"}
        """Id -> its number."""
        self.closed: set[str] = set()
        """Trunks that the key is not for."""
        self.zone = timedelta(hours=3)
        self.pascal = False
        """The case of names in rows differs between releases."""
        self.calls: list[Ac20Call] = []
        self._numbers = 987654000
        self.route("GET", "/api/ac20/trunks/all", "trunks", self._all)
        self.route("GET", "/api/ac20/trunks/statistics", "statistics", self._statistics)
        self.route("GET", "/api/ac20/trunks/record", "recording", self._record)
        self.route("GET", "/api/ac20/stt/result", "text", self._text)

    def add_call(
        self,
        *,
        phone: str = "9000000011",
        own: str = "101",
        incoming: bool = True,
        duration: int = 60,
        answered: bool = True,
        trunk: str = "0123456789",
        began: float | None = None,
        recording: bytes | None = None,
        **more: Any,
    ) -> Ac20Call:
        """`duration` is the talk in seconds; the wait comes on top of it in what is told."""
        self._numbers += 1
        call = Ac20Call(
            id=self._numbers,
            trunk=trunk,
            began=self.clock.now() if began is None else began,
            caller=phone if incoming else own,
            called=own if incoming else phone,
            via=self.trunks.get(trunk, ""),
            duration=(duration if answered else 0) + 12,
            recording=recording,
            recorded=duration if recording is not None else 0,
        )
        for name, value in more.items():
            setattr(call, name, value)
        self.calls.append(call)
        return call

    def refused(self, refusal: Refusal, request: web.Request) -> web.Response:
        return web.json_response({"title": refusal.message, "status": refusal.status}, status=refusal.status)

    def _check(self, request: web.Request, *known: str) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refusal(401, "Unauthorized")
        only(request.query, "Domain", *known)
        if request.query.get("Domain") != self.domain:
            raise Refusal(403, "Domain is not yours")

    async def _all(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        rows = [
            {"trunkId": trunk, "name": f"Линия {trunk[-2:]}", "cli": cli} for trunk, cli in self.trunks.items()
        ]
        return web.json_response(rows) if rows else web.Response(status=204)

    async def _statistics(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        self._check(request, "TrunkId", "Begin", "End", "Limit", "Offset")
        if query.get("TrunkId") not in self.trunks:
            raise Refusal(404, "no such trunk")
        if query["TrunkId"] in self.closed:
            raise Refusal(403, "this trunk is not yours")
        begin, end = self._moment(query.get("Begin")), self._moment(query.get("End"))
        if not 0 <= end - begin <= 10 * 24 * 3600 + 1:
            raise Refusal(400, "a window of ten days at most")
        limit, offset = whole(query, "Limit", 100, 1000), whole(query, "Offset", 0, 10**9)
        ready = self.clock.now() - GOING_ON
        wanted = sorted(
            (one for one in self.calls if one.trunk == query["TrunkId"] and begin <= one.began < min(end, ready)),
            key=lambda one: (one.began, one.id),
        )
        rows = [self._row(one) for one in wanted[offset : offset + limit]]
        return web.json_response(rows) if rows else web.Response(status=204)

    def _moment(self, text: str | None) -> float:
        if text is None or not _LOCAL.fullmatch(text):
            raise Refusal(400, "a moment without a zone is wanted")
        return (datetime.fromisoformat(text).replace(tzinfo=UTC) - self.zone).timestamp()

    def _row(self, call: Ac20Call) -> dict[str, Any]:
        local = datetime.fromtimestamp(call.began, UTC) + self.zone
        row = {
            "callId": call.id,
            "trunkId": call.trunk,
            "startTime": local.strftime("%Y-%m-%dT%H:%M:%S"),
            "an": call.caller,
            "dn": call.called,
            "via": call.via,
            "rel": int(call.internal),
            "duration": call.duration,
            "wait": call.wait,
            "recDur": call.recorded,
        }
        return {name[0].upper() + name[1:]: value for name, value in row.items()} if self.pascal else row

    def _find(self, request: web.Request) -> Ac20Call | None:
        trunk, number = request.query.get("TrunkId"), request.query.get("CallId")
        return next((one for one in self.calls if one.trunk == trunk and str(one.id) == number), None)

    async def _record(self, request: web.Request) -> web.StreamResponse:
        self._check(request, "TrunkId", "CallId", "Type")
        if request.query.get("Type") != "mp3":
            raise Refusal(400, "Type is not known")
        call = self._find(request)
        if call is None:
            raise Refusal(404, "no such call")
        if call.recording is None or self.clock.now() < call.began + call.ready_after:
            return web.Response(status=call.recording_status)
        return web.Response(body=call.recording, content_type="audio/mpeg")

    async def _text(self, request: web.Request) -> web.StreamResponse:
        self._check(request, "TrunkId", "CallId")
        call = self._find(request)
        if call is None or not call.phrases:
            return web.Response(status=204)
        phrases = [{"phrase": one, "callSide": "User"} for one in call.phrases]
        return web.json_response({"status": "Completed", "phrases": phrases})
