"""The directory of the virtual exchange: who answers at an extension or a mobile number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.errors import BadAnswer, RemoteError
from services.integrations.mts.client import Client
from services.integrations.mts.values import text
from services.phones import e164

log = structlog.get_logger(__name__)

FRESH = timedelta(hours=1)
RETRY = timedelta(minutes=10)


@dataclass(frozen=True)
class Person:
    """`line` is the number that others see, in E.164."""

    name: str
    extension: str
    mobile: str
    line: str


def person_of(row: Any) -> Person | None:
    """`lastname` has a small n there; numbers come without their country."""
    if not isinstance(row, dict):
        return None
    name = f"{text(row.get('firstName'))} {text(row.get('lastname') or row.get('lastName'))}".strip()
    return Person(
        name=name,
        extension=text(row.get("extension")),
        mobile=e164(text(row.get("phoneNumber"))),
        line=e164(text(row.get("callingLineIdPhoneNumber"))),
    )


async def read_people(client: Client) -> list[dict[str, Any]]:
    """Rows of all subscribers; they come in one page. Raises remote failures."""
    rows = await client.read(client.address("abonents"))
    if rows is not None and not isinstance(rows, list):
        raise BadAnswer("no list of people")
    return [row for row in rows or [] if isinstance(row, dict)]


class Directory:
    """Kept for an hour. Names are not worth losing calls: without it calls come without them."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._by_number: Mapping[str, Person] = {}
        self._stale_at: datetime | None = None

    async def load(self) -> None:
        now = self._client.now()
        if self._stale_at is not None and now < self._stale_at:
            return
        self._stale_at = now + RETRY
        try:
            rows = await read_people(self._client)
        except RemoteError as failure:
            log.info("mts_people_not_read", failure=failure.code)
            return
        people = [person for row in rows if (person := person_of(row)) is not None]
        self._by_number = {
            number: person for person in people for number in (person.extension, person.mobile) if number
        }
        self._stale_at = now + FRESH

    def at(self, number: str) -> Person | None:
        """By extension or mobile number, however it is written."""
        return self._by_number.get(number) or self._by_number.get(e164(number) or number)
