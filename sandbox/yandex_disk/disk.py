"""The Disk itself: access, lists, links that expire, and faults."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.serving import Server, answer_with_faults
from sandbox.yandex_disk.errors import DiskError, forbidden, invalid, locked, not_found, unauthorized
from sandbox.yandex_disk.sharing import Share, Shares
from sandbox.yandex_disk.tokens import INFO, READ, Tokens
from sandbox.yandex_disk.tree import Node, Tree, sort_key
from sandbox.yandex_disk.wire import as_shared, only, resource, whole

LINK_SECONDS = 14_400
SORTS = {"name", "path", "created", "modified", "size"}


@dataclass(frozen=True)
class Asked:
    """One request in the journal; `error` is the word of a refusal, empty for a success."""

    method: str
    query: dict[str, str]
    error: str
    at: float


Work = Callable[[web.Request], Awaitable[web.Response]]


class Disk(Server):
    """`token` opens it; `tree` is what lies on it."""

    def __init__(self, *, clock: Clock | None = None, faults: Faults | None = None, login: str = "sales") -> None:
        super().__init__()
        self.clock = clock or Clock()
        self.faults = faults or Faults()
        self.login = login
        self.tree = Tree(self.clock)
        self.shares = Shares()
        self.tokens = Tokens(self.clock)
        self.token = self.tokens.new_token()
        self.journal: list[Asked] = []
        self.links: dict[str, tuple[Node, float]] = {}
        self.cut = 0
        """So many downloads to come end early, with a length that says nothing of it."""
        self.odd: dict[str, int] = {}
        """Path of a folder -> the status of an answer that tells nothing of it."""
        self.leaks = 0
        """Downloads that brought our token to another host."""
        get = self.app.router.add_get
        get("/v1/disk", self._handler("disk", INFO, self._disk))
        get("/v1/disk/resources", self._handler("resources", READ, self._resources))
        get("/v1/disk/resources/last-uploaded", self._handler("last-uploaded", READ, self._last_uploaded))
        get("/v1/disk/resources/download", self._handler("link", READ, self._link))
        get("/v1/disk/public/resources", self._handler("public", "", self._public))
        get("/v1/disk/public/resources/download", self._handler("public-link", "", self._public_link))
        get("/disk/{signature}/{ends}/{name}", self._handler("download", "", self._download))
        self.app.router.add_post("/token", self._handler("token", "", self.tokens.answer))

    def asked(self, method: str) -> list[Asked]:
        return [one for one in self.journal if one.method == method]

    def _handler(
        self, method: str, scope: str, work: Work
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            return await answer_with_faults(
                self.faults, method, request, lambda: self._work(method, scope, work, request), self._limited
            )

        return answer

    async def _work(self, method: str, scope: str, work: Work, request: web.Request) -> web.Response:
        error = ""
        try:
            if scope:
                self._admit(request, scope)
            response = await work(request)
        except DiskError as refusal:
            error, response = refusal.error, refusal.response()
        self.journal.append(Asked(method, dict(request.query), error, self.clock.now()))
        response.headers["Date"] = formatdate(self.clock.now(), usegmt=True)
        await self.notify()
        return response

    def _admit(self, request: web.Request, scope: str) -> None:
        if not self.tokens.good(request.headers.get("Authorization", "")):
            raise unauthorized()
        if scope not in self.tokens.scopes:
            raise forbidden()

    def _limited(self, fault: Fault) -> web.Response:
        response = DiskError(429, "TooManyRequestsError", "Too many requests").response()
        if fault.seconds:
            response.headers["Retry-After"] = str(int(fault.seconds))
        return response

    async def _disk(self, request: web.Request) -> web.Response:
        body = {
            "total_space": 10**12,
            "used_space": 10**9,
            "trash_size": 0,
            "is_paid": False,
            "max_file_size": 2**30,
            "revision": max((node.revision for node in self.tree.files()), default=self.tree.root.revision),
            "user": {"login": self.login, "uid": "455675172", "display_name": self.login},
            "system_folders": {},
        }
        return web.json_response(only(body, request.query.get("fields")))

    def _node(self, request: web.Request) -> Node:
        path = request.query.get("path", "")
        if not path.startswith(("disk:/", "/")):
            raise invalid("path")
        node = self.tree.find(path)
        if node.locked:
            raise locked()
        return node

    async def _resources(self, request: web.Request) -> web.Response:
        node = self._node(request)
        if node.path in self.odd:
            return web.json_response({"error": "FieldValidationError", "type": "dir"}, status=self.odd[node.path])
        return web.json_response(only(self._told(node, request), request.query.get("fields")))

    def _told(self, node: Node, request: web.Request) -> dict[str, Any]:
        """What is said of a resource; of a folder with a page of what lies in it."""
        limit = whole(request.query.get("limit"), 20, "limit", most=1000)
        offset = whole(request.query.get("offset"), 0, "offset", most=10**9)
        sort = request.query.get("sort", "name")
        if sort.lstrip("-") not in SORTS:
            raise invalid("sort")
        body = resource(node, self._new_link(node))
        if node.is_folder:
            shown = sorted(node.children.values(), key=sort_key(sort.lstrip("-")), reverse=sort.startswith("-"))
            body["_embedded"] = {
                "path": node.path,
                "sort": sort,
                "limit": limit,
                "offset": offset,
                "total": len(shown),
                "items": [resource(one) for one in shown[offset : offset + limit]],
            }
        return body

    async def _public(self, request: web.Request) -> web.Response:
        share, node = self._shared(request, downloads=False)
        body = as_shared(self._told(node, request), share.node.path, share.link)
        return web.json_response(only(body, request.query.get("fields")))

    async def _public_link(self, request: web.Request) -> web.Response:
        _, node = self._shared(request, downloads=True)
        if node.is_folder:
            raise not_found()  # a whole folder comes as an archive, which nobody here wants
        body = {"href": self._new_link(node), "method": "GET", "templated": False}
        return web.json_response(only(body, request.query.get("fields")))

    def _shared(self, request: web.Request, *, downloads: bool) -> tuple[Share, Node]:
        query = request.query
        return self.shares.find(query.get("public_key", ""), query.get("path", "/"), downloads=downloads)

    async def _last_uploaded(self, request: web.Request) -> web.Response:
        """The whole Disk, newest uploads first; there is no offset."""
        if "offset" in request.query:
            raise invalid("offset")
        limit = whole(request.query.get("limit"), 20, "limit", most=1000)
        kinds = request.query.get("media_type", "")
        files = [node for node in self.tree.files() if not kinds or node.media_type in kinds.split(",")]
        newest = sorted(files, key=lambda node: node.uploaded, reverse=True)[:limit]
        body = {"items": [resource(node) for node in newest], "limit": limit}
        return web.json_response(only(body, request.query.get("fields")))

    def _new_link(self, node: Node) -> str:
        if node.is_folder:
            return ""
        ends = self.clock.now() + LINK_SECONDS
        signature = secrets.token_hex(16)
        self.links[signature] = (node, ends)
        return f"{self.url}/disk/{signature}/{int(ends):x}/recording"

    async def _link(self, request: web.Request) -> web.Response:
        node = self._node(request)
        if node.is_folder:
            raise not_found()
        body = {"href": self._new_link(node), "method": "GET", "templated": False}
        return web.json_response(only(body, request.query.get("fields")))

    async def _download(self, request: web.Request) -> web.Response:
        """The other host: it knows nothing of tokens, and says everything in HTML."""
        self.leaks += "Authorization" in request.headers
        node, ends = self.links.get(request.match_info["signature"], (None, 0.0))
        if node is None or node.content is None or ends <= self.clock.now():
            return web.Response(status=410, text="<html><body>Gone</body></html>", content_type="text/html")
        content = node.content
        if self.cut:
            self.cut -= 1
            content = content[: len(content) // 2]
        return web.Response(body=content, content_type=node.mime_type)
