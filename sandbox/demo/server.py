"""The page's own server: what it shows, and what its buttons do."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.bitrix24 import Portal
from sandbox.bitrix24.world import Item
from sandbox.demo import tables
from sandbox.recordings.library import FILES, recording
from sandbox.recordings.scenarios import SCENARIOS
from sandbox.serving import Server
from sandbox.telegram import Person, ShownMessage, TelegramServer

STATIC = Path(__file__).parent / "static"
FILE_LIMIT = 1024 * 1024


class DemoServer(Server):
    def __init__(self, telegram: TelegramServer, portal: Portal, person: Person) -> None:
        super().__init__()
        self._telegram = telegram
        self._portal = portal
        self._person = person
        self._chat = telegram.private(person)
        self._played: dict[tuple[str, int], list[dict[str, Any]]] = {}
        routes = self.app.router
        routes.add_get("/", self._page)
        routes.add_static("/static", STATIC)
        routes.add_static("/recordings", FILES)
        routes.add_get("/api/state", self._state)
        routes.add_get("/api/changes", self._changes)
        routes.add_post("/api/say", self._say)
        routes.add_post("/api/file", self._file)
        routes.add_post("/api/press", self._press)
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
        waits = [asyncio.ensure_future(one.next_change()) for one in (self._telegram, self._portal, self)]
        try:
            await asyncio.wait(waits, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _state(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "person": self._person.first_name,
                "bot": self._telegram.username,
                "messages": [self._message(one) for one in self._telegram.messages(self._chat)],
                "commands": self._commands(),
                "crm": {
                    "webhook": self._portal.webhook_url,
                    "funnels": [self._funnel(number) for number in self._portal.funnels],
                    "lists": tables.lists(self._portal),
                },
                "recordings": [
                    {"key": one.key, "title": one.title, "direction": one.direction} for one in SCENARIOS
                ],
            }
        )

    def _commands(self) -> list[dict[str, Any]]:
        own = self._telegram.methods.commands.get((f"chat:{self._chat.id}", ""))
        return own or self._telegram.methods.commands.get(("default", ""), [])

    def _message(self, shown: ShownMessage) -> dict[str, Any]:
        return {
            "id": shown.message_id,
            "mine": not shown.from_bot,
            "text": shown.text,
            "entities": shown.entities,
            "keyboard": [[self._button(button) for button in row] for row in shown.keyboard],
            "document": shown.document[0] if shown.document else None,
            "date": shown.date,
            "edited": bool(shown.edited),
        }

    def _button(self, button: dict[str, Any]) -> dict[str, Any]:
        return {"text": button["text"], "data": button.get("callback_data"), "url": button.get("url")}

    def _funnel(self, number: int) -> dict[str, Any]:
        funnel = self._portal.funnels[number]
        items = [item for (kind, _), item in self._portal.items.items() if kind == "deal"]
        return {
            "name": funnel.name,
            "stages": [
                {
                    "name": stage.name,
                    "deals": [
                        self._deal(item)
                        for item in items
                        if item.funnel_id == number and item.stage_id == stage.id
                    ],
                }
                for stage in funnel.stages
            ],
        }

    def _deal(self, item: Item) -> dict[str, Any]:
        contact = self._portal.contacts.get(item.contact_ids[0]) if item.contact_ids else None
        comments = [
            {"kind": "comment", "text": one.text, "at": one.created.timestamp()}
            for one in self._portal.comments("deal", item.id)
        ]
        entries = [*comments, *self._played.get(("deal", item.id), [])]
        return {
            "id": item.id,
            "title": item.title,
            "client": contact.name if contact else "",
            "fields": tables.fields(self._portal, item.id),
            "timeline": sorted(entries, key=lambda entry: -entry["at"]),
        }

    async def _say(self, request: web.Request) -> web.StreamResponse:
        text = str((await request.json()).get("text", ""))[:4096]
        if text.strip():
            self._telegram.send_text(self._chat, self._person, text)
        return await self._done()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content = await request.content.read(FILE_LIMIT)
        name = request.query.get("name", "file.txt")[:100]
        self._telegram.send_document(self._chat, self._person, name, content)
        return await self._done()

    async def _press(self, request: web.Request) -> web.StreamResponse:
        """Presses a button and waits a moment for the bot's answer to it."""
        body = await request.json()
        number = self._telegram.press(self._chat, int(body["message"]), self._person, data=str(body["data"]))
        press = self._telegram.callbacks[number]
        try:
            await self._telegram.wait_for(lambda: press["answer"] is not None, timeout=3)
        except TimeoutError:
            return web.json_response({})
        return web.json_response(press["answer"])

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """A call of the chosen recording has just ended in the chosen deal."""
        body = await request.json()
        deal, key = int(body["deal"]), str(body["recording"])
        scenario = next(one for one in SCENARIOS if one.key == key)
        item = self._portal.items["deal", deal]
        contact = self._portal.contacts[item.contact_ids[0]]
        seconds = max(5, len(scenario.lines) * 4)
        # The conversation is said to start now: a prompt that was enabled a moment ago is for it.
        started = self._portal.clock.datetime() + timedelta(seconds=1)
        self._portal.add_call(
            phone=contact.phone,
            direction=scenario.direction,
            manager=item.assigned_by,
            started=started,
            duration=seconds,
            deal=deal,
            contact=contact.id,
            recording=recording(scenario),
            filename=f"{key}.mp3",
        )
        self._played.setdefault(("deal", deal), []).append(
            {
                "kind": "call",
                "title": scenario.title,
                "direction": scenario.direction,
                "recording": f"/recordings/{key}.mp3",
                "at": started.timestamp(),
            }
        )
        return await self._done()

    async def _done(self) -> web.StreamResponse:
        await self.notify()
        return web.json_response({})
