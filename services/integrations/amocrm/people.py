"""Names of the account's users. Only an administrator may see them all: no name is worth losing a call."""

from datetime import datetime, timedelta

from services.errors import BadAnswer, RateLimited, Rejected, ScopeMissing, Unreachable
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import number, text
from services.ports import Clock

FRESH = timedelta(hours=6)
PAUSE = timedelta(minutes=10)
"""An unknown user is looked for once in so long."""


class People:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._names: dict[str, str] = {}
        self._asked_at: datetime | None = None

    async def name_of(self, user_id: str) -> str:
        """Empty for somebody who is not known."""
        age = None if self._asked_at is None else self._clock.now() - self._asked_at
        if age is None or age >= FRESH or (user_id not in self._names and age >= PAUSE):
            await self._load()
        return self._names.get(user_id, "")

    async def _load(self) -> None:
        self._asked_at = self._clock.now()
        try:
            found = [row async for row in self._client.all("users", "users", {})]
        except RateLimited:
            raise
        except (Rejected, ScopeMissing, BadAnswer, Unreachable):
            return
        self._names = {str(number(row.get("id"))): text(row.get("name"), 200) for row in found}
