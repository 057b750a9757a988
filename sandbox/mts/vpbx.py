"""The virtual exchange (vpbx.mts.ru): history of legs in pages, subscribers, recordings by tracking id."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.mts.serving import Cabinet, Refusal, only, whole

QUERY = ("direction", "status", "calledNumber", "callingNumber", "dateFrom", "dateTo", "page", "size")
DAY = 24 * 3600
KEPT = 92 * DAY
"""The history goes back three months."""


@dataclass
class Employee:
    first_name: str
    last_name: str
    extension: str
    mobile: str = ""
    """Ten digits, without the country."""
    line: str = "4951234567"


@dataclass
class Leg:
    """A row of the history: one employee's part of a conversation. `began` is in seconds since 1970."""

    tracking: str | None
    group: str | None
    began: float
    calling: str
    called: str
    incoming: bool
    duration: int
    answered: int
    placed: bool = True
    user: str = "X214G1A2I@nvg.ru"
    name: str | None = None
    redirecting: str = ""
    recording: bytes | None = None
    halves: list[bytes] = field(default_factory=list)
    """Several recordings of one conversation; then there is none under the plain id."""

    def row(self, zone: str) -> dict[str, Any]:
        return {
            "enterpriseBwksId": "X214",
            "groupBwksId": "X214G1",
            "departmentBwksId": "",
            "userId": self.user,
            "callTime": round(self.began * 1000),
            "callingNumber": self.calling,
            "calledNumber": self.called,
            "duration": self.duration,
            "answerDuration": self.answered,
            "direction": "TERMINATING" if self.incoming else "ORIGINATING",
            "status": "PLACED" if self.placed else "MISSED",
            "terminationCause": "NORMAL",
            "redirectingNumber": self.redirecting,
            "redirectingReason": None,
            "callGroupId": self.group,
            "recordAbonentId": None,
            "abonentName": self.name,
            "timeZone": zone,
            "extTrackingId": self.tracking,
        }


class Vpbx(Cabinet):
    def __init__(
        self,
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        token: str = "vpbx-token-of-the-stand-in",
        limits: bool = False,
    ) -> None:
        super().__init__(clock=clock, faults=faults, limits=limits)
        self.token = token
        self.zone = "GMT+03:00"
        self.employees = [
            Employee("Анна", "Петрова", "202", mobile="9001112233"),
            Employee("Олег", "Иванов", "205", line="4951234568"),
        ]
        self.legs: list[Leg] = []
        self.redirects_to: str | None = None
        """Recordings lie on another host, whose address begins like this."""
        self.sends_page_instead = False
        """A page that says 200 and calls itself sound."""
        self._numbers = 21289855
        self.route("GET", "/api/v1/callHistory/enterprise", "history", self._history)
        self.route("GET", "/api/abonents", "abonents", self._abonents)
        self.route("GET", "/api/callRecording/{rest:.+}", "recording", self._recording)

    def add_leg(
        self,
        *,
        phone: str = "+79000000011",
        own: str = "202",
        incoming: bool = True,
        duration: int = 60,
        placed: bool = True,
        group: str | None = "",
        began: float | None = None,
        recording: bytes | None = None,
        **more: Any,
    ) -> Leg:
        """A leg that has just begun and is over. `group` empty: a conversation of its own; None: not told."""
        self._numbers += 1
        leg = Leg(
            tracking=f"{self._numbers}:1",
            group=str(self._numbers % 1_000_000) if group == "" else group,
            began=self.clock.now() if began is None else began,
            calling=phone if incoming else own,
            called=own if incoming else phone,
            incoming=incoming,
            duration=duration + 7 if placed else duration,
            answered=duration if placed else 0,
            placed=placed,
            recording=recording,
        )
        for name, value in more.items():
            setattr(leg, name, value)
        self.legs.append(leg)
        return leg

    def refused(self, refusal: Refusal, request: web.Request) -> web.Response:
        body = {
            "timestamp": round(self.clock.now() * 1000),
            "status": refusal.status,
            "error": {401: "Unauthorized", 404: "Not Found"}.get(refusal.status, "Bad Request"),
            "message": refusal.message,
            "path": request.path,
        }
        return web.json_response(body, status=refusal.status)

    def _check_token(self, request: web.Request) -> None:
        if "X-AUTH-TOKEN" in request.query:
            raise Refusal(400, "the token belongs into a header")
        if request.headers.get("X-AUTH-TOKEN") != self.token:
            raise Refusal(401, "Unauthorized")

    async def _history(self, request: web.Request) -> web.StreamResponse:
        self._check_token(request)
        query, now = request.query, self.clock.now()
        only(query, *QUERY)
        begin, end = self._moment(query.get("dateFrom"), now - DAY), self._moment(query.get("dateTo"), now)
        if begin > end:
            raise Refusal(400, "dateFrom is after dateTo")
        page, size = whole(query, "page", 0, 10**6), whole(query, "size", 50, 100)
        wanted = [leg for leg in self.legs if max(begin, now - KEPT) <= leg.began < end and _fits(leg, query)]
        wanted.sort(key=lambda leg: (leg.began, leg.tracking or ""), reverse=True)
        shown = wanted[page * size : (page + 1) * size]
        pages = -(-len(wanted) // size)
        body = {
            "content": [leg.row(self.zone) for leg in shown],
            "totalElements": len(wanted),
            "totalPages": pages,
            "number": page,
            "size": size,
            "first": page == 0,
            "last": page + 1 >= pages,
        }
        return web.json_response(body)

    def _moment(self, text: str | None, usual: float) -> float:
        if text is None:
            return usual
        if not text.isdigit() or len(text) != 13:
            raise Refusal(400, "a moment is in milliseconds since 1970")
        return int(text) / 1000

    async def _abonents(self, request: web.Request) -> web.StreamResponse:
        self._check_token(request)
        only(request.query)
        rows = [
            {
                "serviceProviderId": 101,
                "groupId": 202,
                "userId": 1735 + number,
                "firstName": one.first_name,
                "lastname": one.last_name,
                "phoneNumber": one.mobile,
                "extension": one.extension,
                "callingLineIdPhoneNumber": one.line,
                "department": "Продажи",
                "email": f"user{number}@example.ru",
            }
            for number, one in enumerate(self.employees)
        ]
        return web.json_response(rows)

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        self._check_token(request)
        raw = request.raw_path.partition("/api/callRecording/")[2]
        if ":" in raw:
            raise Refusal(400, "an id is to be encoded")
        name = unquote(raw.removeprefix("mp3/"))
        content = self._sound(name, stored=not raw.startswith("mp3/"))
        if content is None:
            raise Refusal(404, "no record")
        if self.redirects_to is not None:
            return web.Response(status=302, headers={"Location": f"{self.redirects_to}/{raw}"})
        if self.sends_page_instead:
            return web.Response(body=b"\n<html>sign in</html>", content_type="audio/mpeg")
        return web.Response(body=content, content_type="audio/mpeg")

    def _sound(self, name: str, *, stored: bool) -> bytes | None:
        plain, half, number = name.partition(":1callhalf-")
        leg = next((one for one in self.legs if one.tracking == plain), None)
        if leg is None:
            return None
        if half:
            known = stored and number.isdigit() and 1 <= int(number) <= len(leg.halves)
            return leg.halves[int(number) - 1] if known else None
        return None if leg.halves else leg.recording


def _fits(leg: Leg, query: Any) -> bool:
    row = leg.row("")
    for name in ("direction", "status", "calledNumber", "callingNumber"):
        if name in query and row[name] != query[name]:
            return False
    return True
