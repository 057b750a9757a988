"""Leads (deals), and the contacts and companies that lead to them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.errors import Rejected
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.mapping import Row, embedded, last_digits, moment, number, rows, text

WON, LOST = 142, 143
"""Statuses of closed deals: the same two numbers in every pipeline."""
DIGITS = 10
"""So many last digits make a phone number, whatever its country's prefix is written like."""
SHORTEST = 6
ALIKE = 50
"""Cards that a search for a number may bring."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Lead:
    id: int
    name: str
    pipeline: int
    status: int
    responsible: str
    updated: datetime
    closed: datetime | None
    contact: int
    """The main contact; 0: none."""

    @property
    def is_open(self) -> bool:
        return self.status not in (WON, LOST)


@dataclass(frozen=True)
class Card:
    """A contact or a company with the numbers of its leads."""

    id: int
    name: str
    leads: tuple[int, ...]
    phones: frozenset[str]


class Cards:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def leads(self, ids: list[int]) -> list[Lead]:
        """Those that are there: a deleted one is missing, or says so."""
        found = await self._client.by_ids("leads", "leads", ids, {"with": "contacts"})
        return [lead for row in found if (lead := _lead(row)) is not None]

    @staticmethod
    def leads_of(row: Row) -> tuple[int, ...]:
        """Numbers of the deals of a contact or a company, as it tells them."""
        return tuple(found for one in embedded(row, "leads") if (found := number(one.get("id"))))

    async def card(self, place: str, card_id: int) -> Card | None:
        """`place` is contacts or companies. None: gone, or closed to our user."""
        try:
            row = await self._client.one(f"{place}/{card_id}", {"with": "leads"})
        except Rejected:
            return None
        return _card(row)

    async def of_phone(self, phone: str) -> list[Card]:
        """Contacts and companies with this number, contacts first. The search is for any text: it is compared."""
        digits = last_digits(phone, DIGITS)
        if len(digits) < SHORTEST:
            return []
        found = []
        for place in ("contacts", "companies"):
            asked = {"query": digits, "with": "leads", "limit": ALIKE}
            answer = await self._client.read(place, asked)
            cards = [card for row in embedded(answer, place) if (card := _card(row)) is not None]
            found += [card for card in cards if digits in card.phones]
        return found


def _lead(row: Row) -> Lead | None:
    if row.get("is_deleted") is True or not number(row.get("id")):
        return None
    contacts = embedded(row, "contacts")
    main = next((one for one in contacts if one.get("is_main") is True), contacts[0] if contacts else {})
    return Lead(
        id=number(row["id"]),
        name=text(row.get("name"), 250),
        pipeline=number(row.get("pipeline_id")),
        status=number(row.get("status_id")),
        responsible=str(number(row.get("responsible_user_id")) or ""),
        updated=moment(row.get("updated_at")) or LONG_AGO,
        closed=moment(row.get("closed_at")),
        contact=number(main.get("id")),
    )


def _card(row: Row) -> Card | None:
    if row.get("is_deleted") is True or not number(row.get("id")):
        return None
    leads = Cards.leads_of(row)
    phones = [
        last_digits(text(value.get("value"), 60), DIGITS)
        for one in rows(row.get("custom_fields_values"))
        if one.get("field_code") == "PHONE"
        for value in rows(one.get("values"))
    ]
    return Card(number(row["id"]), text(row.get("name"), 250), leads, frozenset(phones))
