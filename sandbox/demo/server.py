"""The page's own server: what it shows, and what its buttons do."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.demo.rooms import Cast
from sandbox.demo.systems.base import System
from sandbox.recordings.library import FILES
from sandbox.recordings.scenarios import SCENARIOS
from sandbox.serving import Server
from sandbox.telegram import Chat, Person, ShownMessage, TelegramServer

STATIC = Path(__file__).parent / "static"
FILE_LIMIT = 1024 * 1024


class DemoServer(Server):
    def __init__(self, telegram: TelegramServer, systems: Sequence[System], cast: Cast) -> None:
        super().__init__()
        self._telegram = telegram
        self._systems = {system.key: system for system in systems}
        self._cast = cast
        routes = self.app.router
        routes.add_get("/", self._page)
        routes.add_static("/static", STATIC)
        routes.add_static("/recordings", FILES)
        routes.add_get("/api/state", self._state)
        routes.add_get("/api/changes", self._changes)
        routes.add_post("/api/say", self._say)
        routes.add_post("/api/file", self._file)
        routes.add_post("/api/press", self._press)
        routes.add_post("/api/start", self._start)
        routes.add_post("/api/call", self._call)

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one line whenever something may have changed."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        await response.prepare(request)
        try:
            while True:
                await response.write(b"data: changed\n\n")
                await self._something_changes()
        except (ConnectionResetError, asyncio.CancelledError):
            return response

    async def _something_changes(self) -> None:
        those = [self._telegram, self, *(server for one in self._systems.values() for server in one.servers)]
        waits = [asyncio.ensure_future(one.next_change()) for one in those]
        try:
            await asyncio.wait(waits, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _state(self, request: web.Request) -> web.StreamResponse:
        person, chat, thread_id = self._seat(request.query)
        return web.json_response(
            {
                "person": str(person.id),
                "people": [{"id": str(one.id), "name": one.first_name} for one in self._cast.people],
                "rooms": [{"key": one.key, "title": one.title} for one in self._cast.rooms.values()],
                "latest": self._cast.latest(person),
                "group": chat.kind != "private",
                "bot": self._telegram.username,
                "messages": [
                    self._message(one, person) for one in self._telegram.messages(chat, thread_id=thread_id)
                ],
                "commands": self._commands(chat),
                "systems": [system.told() for system in self._systems.values()],
                "recordings": [
                    {"key": one.key, "title": one.title, "direction": one.direction} for one in SCENARIOS
                ],
            }
        )

    def _seat(self, told: Mapping[str, Any]) -> tuple[Person, Chat, int]:
        """Who acts, and where."""
        person = self._cast.person(str(told.get("person", "")))
        return person, *self._cast.place(person, str(told.get("room", "")))

    def _commands(self, chat: Chat) -> list[dict[str, Any]]:
        commands = self._telegram.methods.commands
        if chat.kind != "private":
            return commands.get(("all_group_chats", ""), [])
        return commands.get((f"chat:{chat.id}", "")) or commands.get(("default", ""), [])

    def _message(self, shown: ShownMessage, reader: Person) -> dict[str, Any]:
        return {
            "id": shown.message_id,
            "mine": shown.sender.get("id") == reader.id,
            "sender": shown.sender.get("first_name", ""),
            "bot": shown.from_bot,
            "text": shown.text,
            "entities": shown.entities,
            "keyboard": [[self._button(button) for button in row] for row in shown.keyboard],
            "document": shown.document[0] if shown.document else None,
            "date": shown.date,
            "edited": bool(shown.edited),
        }

    def _button(self, button: dict[str, Any]) -> dict[str, Any]:
        return {"text": button["text"], "data": button.get("callback_data"), "url": button.get("url")}

    async def _say(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        person, chat, thread_id = self._seat(body)
        text = str(body.get("text", ""))[:4096]
        if text.strip():
            self._telegram.send_text(chat, person, text, thread_id=thread_id)
        return await self._done()

    async def _start(self, request: web.Request) -> web.StreamResponse:
        """Somebody opens a link that leads to the bot."""
        body = await request.json()
        self._telegram.start_link(self._seat(body)[0], str(body.get("payload", ""))[:64])
        return await self._done()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content = await request.content.read(FILE_LIMIT)
        name = request.query.get("name", "file.txt")[:100]
        person, chat, _ = self._seat(request.query)
        self._telegram.send_document(chat, person, name, content)
        return await self._done()

    async def _press(self, request: web.Request) -> web.StreamResponse:
        """Presses a button and waits a moment for the bot's answer to it."""
        body = await request.json()
        person, chat, _ = self._seat(body)
        number = self._telegram.press(chat, int(body["message"]), person, data=str(body["data"]))
        press = self._telegram.callbacks[number]
        try:
            await self._telegram.wait_for(lambda: press["answer"] is not None, timeout=3)
        except TimeoutError:
            return web.json_response({})
        return web.json_response(press["answer"])

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """A call of the chosen recording has just ended at the chosen place of a system."""
        body = await request.json()
        scenario = next((one for one in SCENARIOS if one.key == body.get("recording")), None)
        system = self._systems.get(str(body.get("system")))
        if scenario is None or system is None:
            raise web.HTTPBadRequest
        try:
            system.call(str(body.get("place")), scenario)
        except KeyError:
            raise web.HTTPBadRequest from None
        return await self._done()

    async def _done(self) -> web.StreamResponse:
        await self.notify()
        return web.json_response({})
