"""The media host: recordings by their ids; whoever knows an id may listen."""

from aiohttp import web

from sandbox.faults import Faults
from sandbox.novofon.builder import Builder
from sandbox.serving import answer_with_faults


class Media:
    def __init__(self, world: Builder, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self.by_session = False
        """Parts of recordings lie under the session's id instead of the communication's."""
        self.moved = False
        """As from http to https: everybody is sent on."""

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/{secure:(secure/)?}system/media/{kind}/{owner}/{record}/", self._part_of)
        router.add_get("/{secure:(secure/)?}media/{owner}/{record}", self._whole)

    async def _part_of(self, request: web.Request) -> web.StreamResponse:
        kind, owner, number = (request.match_info[name] for name in ("kind", "owner", "record"))
        for session in self._world.sessions.values():
            mine = session.id if self.by_session else session.communication_id
            for one in session.recordings:
                if str(mine) == owner and one.id == number and one.kind == kind:
                    return await self._sound(request, one.content, one.ready_at, kind)
        return await self._sound(request, b"", 0.0, kind)

    async def _whole(self, request: web.Request) -> web.StreamResponse:
        owner, number = request.match_info["owner"], request.match_info["record"]
        for session in self._world.sessions.values():
            one = session.whole
            if one is not None and str(session.communication_id) == owner and one.id == number:
                return await self._sound(request, one.content, one.ready_at, "talk")
        return await self._sound(request, b"", 0.0, "talk")

    async def _sound(self, request: web.Request, content: bytes, ready_at: float, kind: str) -> web.StreamResponse:
        async def work() -> web.StreamResponse:
            if self.moved and not request.match_info["secure"]:
                return web.Response(status=308, headers={"Location": f"/secure{request.path}"})
            if not content or self._world.clock.now() < ready_at:
                return web.Response(status=404, text="<html>Not Found</html>", content_type="text/html")
            sound = "audio/wav" if kind == "wav" else "audio/mpeg"
            name = 'attachment; filename="session_talk.mp3"'
            return web.Response(body=content, content_type=sound, headers={"Content-Disposition": name})

        limited = web.Response(status=429, text="<html>Too Many Requests</html>", content_type="text/html")
        return await answer_with_faults(self._faults, "media", request, work, lambda fault: limited)
