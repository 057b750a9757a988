"""MTS Exolve: JSON over POST, numbers of 64 bits as texts, errors of two shapes."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.mts.serving import Cabinet, Refusal

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass
class ExolveCall:
    """`began` is in seconds since 1970."""

    id: int
    began: float
    caller: str
    called: str
    direction: str
    duration: int
    status: str
    recording: bytes | None = None
    chunks: tuple[str, ...] = ()
    link: str = ""
    """Where its recording lies, as the record tells it."""


class Exolve(Cabinet):
    per_second = 2.0

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        key: str = "exolve-key-of-the-stand-in",
        limits: bool = False,
    ) -> None:
        super().__init__(clock=clock, faults=faults, limits=limits)
        self.key = key
        self.calls: list[ExolveCall] = []
        self.versions = {"v1", "v2"}
        """Of the history that are served."""
        self.list_name = "calls"
        self.names: dict[str, str] = {}
        """Names of a row that are different: usual -> this one."""
        self.flat_errors = False
        self.largest_page = 50
        self._numbers = 701234567000
        self.route("POST", "/statistics/call-history/{version}/GetList", "history", self._history)
        self.route("GET", "/statistics/download/{call}", "recording", self._download)
        self.route("POST", "/statistics/call-record/v1/GetInfo", "record", self._record)
        self.route("POST", "/statistics/call-record/v1/GetTranscribation", "text", self._transcribation)

    def add_call(
        self,
        *,
        phone: str = "79000000011",
        own: str = "74951234567",
        incoming: bool = True,
        duration: int = 60,
        answered: bool = True,
        began: float | None = None,
        recording: bytes | None = None,
        **more: Any,
    ) -> ExolveCall:
        self._numbers += 1
        call = ExolveCall(
            id=self._numbers,
            began=self.clock.now() if began is None else began,
            caller=phone if incoming else own,
            called=own if incoming else phone,
            direction="inbound" if incoming else "outbound",
            duration=duration if answered else 0,
            status="completed" if answered else "no_answer",
            recording=recording,
        )
        for name, value in more.items():
            setattr(call, name, value)
        self.calls.append(call)
        return call

    def refused(self, refusal: Refusal, request: web.Request) -> web.Response:
        inner: Any = refusal.message if self.flat_errors else {"message": refusal.message, "code": refusal.code}
        body = {"error": inner, **({"code": refusal.code} if self.flat_errors else {})}
        return web.json_response(body, status=refusal.status)

    def _check(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            raise Refusal(401, "wrong key", code=16)

    async def _history(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        if request.match_info["version"] not in self.versions:
            raise Refusal(404, "no such method", code=5)
        body = await request.json()
        if not isinstance(body, dict) or set(body) - {"date_from", "date_to", "limit", "offset", "sip_id"}:
            raise Refusal(400, "unknown field", code=3)
        begin, end = self._moment(body.get("date_from")), self._moment(body.get("date_to"))
        limit, offset = body.get("limit", 50), body.get("offset", 0)
        if not isinstance(limit, int) or not 0 < limit <= 50 or not isinstance(offset, int) or offset < 0:
            raise Refusal(400, "limit is not valid", code=3)
        wanted = sorted(
            (one for one in self.calls if begin <= one.began < end), key=lambda one: (-one.began, one.id)
        )
        rows = [self._row(one) for one in wanted[offset : offset + min(limit, self.largest_page)]]
        return web.json_response({self.list_name: rows} if rows else {})

    def _moment(self, text: Any) -> float:
        if not isinstance(text, str) or not _MOMENT.fullmatch(text):
            raise Refusal(400, "a moment in UTC is wanted", code=3)
        return datetime.fromisoformat(text).timestamp()

    def _row(self, call: ExolveCall) -> dict[str, Any]:
        row = {
            "call_id": str(call.id),
            "date_start": datetime.fromtimestamp(call.began, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "duration": call.duration,
            "number_a": call.caller,
            "number_b": call.called,
            "direction": call.direction,
            "call_status": call.status,
            "sip_id": "883140000000001",
        }
        return {self.names.get(name, name): value for name, value in row.items()}

    def _find(self, number: str) -> ExolveCall | None:
        return next((one for one in self.calls if str(one.id) == number), None)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        call = self._find(request.match_info["call"])
        if call is None or call.recording is None:
            raise Refusal(404, "no record", code=5)
        return web.Response(body=call.recording, content_type="audio/mpeg")

    async def _record(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        uids = (await request.json()).get("uids")
        if not isinstance(uids, list) or not all(isinstance(one, int) for one in uids):
            raise Refusal(400, "uids are numbers", code=3)
        found = [call for one in uids if (call := self._find(str(one))) is not None and call.link]
        return web.json_response({"records": [{"uid": str(one.id), "url": one.link} for one in found]})

    async def _transcribation(self, request: web.Request) -> web.StreamResponse:
        self._check(request)
        body = await request.json()
        if not isinstance(body.get("uid"), int):
            raise Refusal(400, "uid is a number", code=3)
        call = self._find(str(body["uid"]))
        if call is None or not call.chunks:
            raise Refusal(404, "not yet", code=5)
        chunks: Any = [{"text": one} for one in call.chunks]
        return web.json_response({"transcribation": [{"chunks": chunks if len(chunks) > 1 else chunks[0]}]})
