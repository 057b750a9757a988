"""The old cabinet: signed REST API 1.0 with statistics, links to recordings and signed notifications."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.novofon.legacy_world import LegacyBuilder, LegacyLeg
from sandbox.serving import Server, answer_with_faults

FORMAT = "%Y-%m-%d %H:%M:%S"
MOST = 1000
MONTH = timedelta(days=30)
STATISTICS = "/v1/statistics/pbx/"
TIMEZONE = "/v1/info/timezone/"
RECORD = "/v1/pbx/record/request/"
SIGNED = {
    "NOTIFY_END": ("caller_id", "called_did", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_START": ("caller_id", "called_did", "call_start"),
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}


class Refusal(Exception):
    def __init__(self, status: int, message: Any) -> None:
        super().__init__(str(message))
        self.status = status
        self.message = message


class LegacyCabinet(Server, LegacyBuilder):
    def __init__(
        self,
        *,
        clock: Clock | None = None,
        faults: Faults | None = None,
        key: str = "key-of-the-cabinet",
        secret: str = "secret-of-the-cabinet",
    ) -> None:
        Server.__init__(self)
        LegacyBuilder.__init__(self, clock or Clock())
        self.faults = faults or Faults()
        self.key, self.secret = key, secret
        self.offset = timedelta(hours=3)
        self.enforce_limits = False
        self.words_for_flags = True
        """`is_recorded` as a text, as live data has it; else as a boolean."""
        self.links: dict[str, tuple[LegacyLeg, float]] = {}
        """Token of a link -> its leg, and until when it opens."""
        self.requests: list[tuple[str, float]] = []
        self.queries: list[str] = []
        """As they were sent."""
        for path in (STATISTICS, TIMEZONE, RECORD):
            self.app.router.add_get(path, self._handle)
        self.app.router.add_get("/records/{token}.mp3", self._sound)

    def notification(self, **fields: str) -> tuple[dict[str, str], str]:
        """A form as the service sends it, and its signature."""
        told = "".join(fields.get(name, "") for name in SIGNED[fields["event"]])
        return fields, _signature(self.secret, told)

    # --- requests -------------------------------------------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        return await answer_with_faults(
            self.faults, request.path, request, lambda: self._answer(request), self._limited
        )

    def _limited(self, fault: Fault) -> web.Response:
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(fault.seconds))}
        return web.json_response({"status": "error", "message": "Too Many Requests"}, status=429, headers=headers)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            self._admit(request)
            params = dict(request.query)
            body = self._work(request.path, params)
        except Refusal as refusal:
            return web.json_response({"status": "error", "message": refusal.message}, status=refusal.status)
        await self.notify()
        return web.json_response({"status": "success", **body})

    def _admit(self, request: web.Request) -> None:
        """The query is signed as it was sent, and has to be written as their own library writes it."""
        raw = request.rel_url.raw_query_string
        sent = request.raw_path.partition("?")[2]
        self.queries.append(sent)
        pairs = sorted(parse_qsl(sent, keep_blank_values=True))
        written = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).replace("~", "%7E")
        digest = hashlib.md5(written.encode(), usedforsecurity=False).hexdigest()
        wanted = f"{self.key}:{_signature(self.secret, request.path + written + digest)}"
        if sent != written or request.headers.get("Authorization") != wanted or not raw:
            raise Refusal(401, "Not authorized")
        self._count(request.path)

    def _count(self, path: str) -> None:
        now = self.clock.now()
        self.requests.append((path, now))
        recent = [one for one, at in self.requests if now - at < 60]
        if self.enforce_limits and (len(recent) > 100 or recent.count(STATISTICS) > 3):
            raise Refusal(429, "Too Many Requests")

    def _work(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        if path == TIMEZONE:
            return self._timezone()
        return self._statistics(params) if path == STATISTICS else self._record(params)

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(timezone(self.offset)).strftime(FORMAT)

    def _timezone(self) -> dict[str, Any]:
        hours = self.offset.total_seconds() / 3600
        now = self.clock.datetime()
        return {"unixtime": int(now.timestamp()), "datetime": self._local(now), "timezone": f"UTC{hours:+g}"}

    def _statistics(self, params: Mapping[str, str]) -> dict[str, Any]:
        try:
            start, end = (datetime.strptime(params[name], FORMAT) for name in ("start", "end"))  # noqa: DTZ007
            skip, limit = int(params.get("skip", "0")), int(params.get("limit", "1000"))
        except (KeyError, ValueError):
            raise Refusal(400, {"error": "Wrong parameters"}) from None
        if not 0 < limit <= MOST or skip < 0 or params.get("version") != "2":
            raise Refusal(400, "Wrong parameters")
        end = min(end, start + MONTH)
        first, last = start.strftime(FORMAT), end.strftime(FORMAT)
        shown = [leg for leg in self.legs if leg.reported_at <= self.clock.now()]
        rows = [self._row(leg) for leg in shown if first <= self._local(leg.started) <= last]
        return {"start": first, "end": last, "version": 2, "stats": rows[skip : skip + limit]}

    def _row(self, leg: LegacyLeg) -> dict[str, Any]:
        recorded = leg.recording is not None
        return {
            "call_id": leg.call_id,
            "pbx_call_id": leg.pbx_call_id,
            "sip": leg.sip,
            "callstart": self._local(leg.started),
            "clid": leg.clid,
            "destination": leg.destination,
            "disposition": leg.disposition,
            "seconds": leg.seconds,
            "is_recorded": str(recorded).lower() if self.words_for_flags else recorded,
        }

    def _record(self, params: Mapping[str, str]) -> dict[str, Any]:
        lifetime = int(params.get("lifetime", "1800"))
        if not 180 <= lifetime <= 5_184_000 or ("call_id" in params) == ("pbx_call_id" in params):
            raise Refusal(400, "Wrong parameters")
        now = self.clock.now()
        ready = [leg for leg in self.legs if leg.recording is not None and leg.ready_at <= now]
        by_call = "pbx_call_id" in params
        name = "pbx_call_id" if by_call else "call_id"
        links = [self._link(leg, now + lifetime) for leg in ready if getattr(leg, name) == params[name]]
        links.reverse()  # their order is nobody's promise
        if not links:
            raise Refusal(400, "Record not found")
        till = self._local(datetime.fromtimestamp(now + lifetime, UTC))
        return {"links": links, "lifetime_till": till} if by_call else {"link": links[0], "lifetime_till": till}

    def _link(self, leg: LegacyLeg, until: float) -> str:
        token = hashlib.sha1(f"{leg.call_id} {until}".encode(), usedforsecurity=False).hexdigest()
        self.links[token] = (leg, until)
        return f"{self.url}/records/{token}.mp3"

    async def _sound(self, request: web.Request) -> web.StreamResponse:
        async def work() -> web.StreamResponse:
            leg, until = self.links.get(request.match_info["token"], (None, 0.0))
            if leg is None or self.clock.now() >= until:
                return web.Response(status=404, text="<html>Not Found</html>", content_type="text/html")
            return web.Response(body=leg.recording or b"", content_type="audio/mpeg")

        return await answer_with_faults(self.faults, "media", request, work, self._limited)


def _signature(secret: str, text: str) -> str:
    """Base64 over the hexadecimal text of the hash."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), "sha1").hexdigest().encode()).decode()
