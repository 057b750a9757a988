"""The telephony's own server, where recordings lie. It is not amoCRM: a token that comes here has leaked."""

from aiohttp import web

from sandbox.faults import Fault, Faults
from sandbox.serving import Server, answer_with_faults


class Pbx(Server):
    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults
        self.files: dict[str, bytes] = {}
        self.kind = "audio/mpeg"
        self.leaked = 0
        """Requests that carried somebody's access."""
        self.app.router.add_get("/r/{name}", self._download)

    def put(self, name: str, content: bytes) -> str:
        """The link of a recording."""
        self.files[name] = content
        return f"{self.url}/r/{name}"

    async def _download(self, request: web.Request) -> web.StreamResponse:
        async def work() -> web.StreamResponse:
            if "Authorization" in request.headers:
                self.leaked += 1
                return web.Response(status=400, text="unexpected header")
            content = self.files.get(request.match_info["name"])
            if content is None:
                return web.Response(status=404, text="not here")
            return web.Response(body=content, content_type=self.kind)

        return await answer_with_faults(self.faults, "download", request, work, _busy)


def _busy(fault: Fault) -> web.Response:
    return web.Response(status=429, text="Too many requests", headers={"Retry-After": str(int(fault.seconds))})
