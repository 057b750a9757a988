"""Updates on their way to the bot: by long polling or by webhook."""

import asyncio
from collections import deque
from typing import Any

import aiohttp

from sandbox.telegram.errors import ApiError, bad_request

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    def __init__(self) -> None:
        self._queue: deque[dict[str, Any]] = deque()
        self._next_id = 100
        self._arrived = asyncio.Event()
        self.pollers = 0
        """How many have asked so far: only the latest is served."""
        self.allowed: list[str] | None = None
        self.webhook = ""
        self.secret = ""
        self._delivery: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        return len(self._queue)

    def put(self, kind: str, body: dict[str, Any]) -> None:
        if self.allowed is None:
            wanted = kind not in NOT_BY_DEFAULT
        else:
            wanted = not self.allowed or kind in self.allowed
        if not wanted:
            return
        self._queue.append({"update_id": self._next_id, kind: body})
        self._next_id += 1
        self._arrived.set()
        self._start_delivery()

    def _start_delivery(self) -> None:
        if self.webhook and self._queue and self._delivery is None:
            self._delivery = asyncio.get_running_loop().create_task(self._deliver())

    def take(self) -> list[dict[str, Any]]:
        """Everything that waits, taken out at once."""
        taken = list(self._queue)
        self._queue.clear()
        return taken

    async def poll(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """getUpdates: confirms what lies before `offset`, then waits for more."""
        if self.webhook:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        self.pollers += 1
        mine = self.pollers
        self._arrived.set()  # an older poller wakes up and finds itself replaced
        self.allowed = params.get("allowed_updates", self.allowed)
        offset = params.get("offset", 0)
        while self._queue and self._queue[0]["update_id"] < offset:
            self._queue.popleft()
        try:
            async with asyncio.timeout(params.get("timeout", 0)):
                while not self._queue:
                    self._arrived.clear()
                    await self._arrived.wait()
                    if self.pollers != mine:
                        raise ApiError(409, CONFLICT)
        except TimeoutError:
            pass
        return list(self._queue)[: params.get("limit", 100)]

    def set_webhook(self, params: dict[str, Any]) -> None:
        if params["url"] and not params["url"].startswith(("https://", "http://127.0.0.1")):
            raise bad_request("bad webhook: HTTPS url must be provided for webhook")
        self.webhook, self.secret = params["url"], params.get("secret_token", "")
        self.allowed = params.get("allowed_updates", self.allowed)
        if params.get("drop_pending_updates"):
            self._queue.clear()
        self._start_delivery()

    async def _deliver(self) -> None:
        """Again and again until the bot answers with 2xx."""
        try:
            async with aiohttp.ClientSession() as session:
                while self._queue and self.webhook:
                    headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
                    try:
                        async with session.post(self.webhook, json=self._queue[0], headers=headers) as answer:
                            if answer.status // 100 == 2:
                                self._queue.popleft()
                                continue
                    except aiohttp.ClientError:
                        pass
                    await asyncio.sleep(0.2)
        finally:
            self._delivery = None

    async def stop(self) -> None:
        """Whoever still waits for updates is let go at once."""
        self.pollers += 1
        self._arrived.set()
        self.webhook = ""
        if self._delivery is not None:
            self._delivery.cancel()
