"""Employees by their ids: names and extensions for calls whose rows do not tell them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.errors import BadAnswer, RateLimited, Rejected, Unreachable
from services.integrations.novofon.v2.client import Client
from services.integrations.novofon.v2.failures import NotAllowed
from services.integrations.novofon.values import identity, text
from services.ports import Clock

log = structlog.get_logger(__name__)

EMPLOYEES = "get.employees"
KEPT = timedelta(hours=24)
NEWCOMER = timedelta(minutes=30)
"""An unknown employee is a reason to read the list anew, this often at most."""
PAGE = 1000
MOST = 20_000


@dataclass(frozen=True)
class Person:
    name: str
    extension: str


class People:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: Mapping[str, Person] = {}
        self._read_at: datetime | None = None

    async def get(self, employee_id: str) -> Person | None:
        """None for one who is unknown, or when the employees cannot be read: no reason to keep a call waiting."""
        now = self._clock.now()
        age = None if self._read_at is None else now - self._read_at
        if age is None or age >= KEPT or (employee_id not in self._known and age >= NEWCOMER):
            try:
                self._known = await self._read()
            except RateLimited:
                raise
            except (Rejected, NotAllowed, Unreachable, BadAnswer) as failure:
                log.info("novofon_shows_no_employees", failure=failure.code, reason=failure.remote_code)
            self._read_at = now
        return self._known.get(employee_id)

    async def _read(self) -> dict[str, Person]:
        known: dict[str, Person] = {}
        read = 0
        while read < MOST:
            page = await self._client.call(EMPLOYEES, {"limit": PAGE, "offset": read})
            for row in page.rows:
                if number := identity(row.get("id")):
                    known[number] = Person(_name(row), _extension(row))
            read += len(page.rows)
            if len(page.rows) < PAGE:
                break
        return known


def _name(row: dict[str, Any]) -> str:
    parts = (text(row.get("last_name")), text(row.get("first_name")))
    return text(row.get("full_name")) or " ".join(part for part in parts if part)


def _extension(row: dict[str, Any]) -> str:
    told = row.get("extension")
    return text(told.get("extension_phone_number"), 64) if isinstance(told, dict) else ""
