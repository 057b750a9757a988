"""Fields of deals. One wrong field makes the account refuse the whole write: it is left out, the others go on."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from services.domain.call import ObjectRef
from services.domain.field import FieldType, Option, RemoteField, Value
from services.domain.integration import ObjectKind
from services.errors import RemoteError, Unclear, Unreachable
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.failures import Invalid
from services.integrations.amocrm.mapping import Row, fields, number, rows, text
from services.integrations.amocrm.pipelines import is_unsorted
from services.integrations.amocrm.values import fits, from_value, to_normal, to_wire
from services.integrations.writing import Remote
from services.ports import Clock

log = structlog.get_logger(__name__)

TYPES = {
    "text": FieldType.TEXT,
    "streetaddress": FieldType.TEXT,
    "tracking_data": FieldType.TEXT,
    "textarea": FieldType.TEXT,
    "url": FieldType.LINK,
    "numeric": FieldType.NUMBER,
    "price": FieldType.MONEY,
    "monetary": FieldType.MONEY,
    "checkbox": FieldType.BOOLEAN,
    "select": FieldType.CHOICE,
    "radiobutton": FieldType.CHOICE,
    "multiselect": FieldType.CHOICE,
    "date": FieldType.DATE,
    "birthday": FieldType.DATE,
    "date_time": FieldType.DATETIME,
}
"""The structured ones (addresses, legal persons, files, links to others) are not offered."""
LINE_LIMIT, LINES_LIMIT = 250, 15_000
"""Characters; neither is stated, 256 is commonly told of lines."""
FRESH = timedelta(minutes=10)
_PLACE = re.compile(r"custom_fields_values\.(\d+)(?:\.|$)")


class Fields:
    """`currency` is the account's own: that of amounts whose field names none."""

    def __init__(self, client: Client, clock: Clock, zone: ZoneInfo, currency: str) -> None:
        self._client = client
        self._clock = clock
        self._zone = zone
        self._currency = currency
        self._known: set[str] = set()
        """Numbers of all fields that are there, offered or not."""
        self._known_at: datetime | None = None

    async def of(self, kind: ObjectKind) -> Sequence[RemoteField]:
        if kind is not ObjectKind.DEAL:
            return ()
        return [field for row in await self._schema() if (field := self._field(row)) is not None]

    async def _schema(self) -> list[Row]:
        asked = {"order": {"sort": "asc"}}
        found = [row async for row in self._client.all("leads/custom_fields", "custom_fields", asked)]
        self._known = {str(number(row.get("id"))) for row in found}
        self._known_at = self._clock.now()
        return found

    def _field(self, row: Row) -> RemoteField | None:
        """None for what may not be written, or whose type is not offered."""
        native = str(row.get("type"))
        kind, field_id = TYPES.get(native), number(row.get("id"))
        if kind is None or not field_id or row.get("is_predefined") is True:
            return None
        enums = [Option(str(number(one.get("id"))), text(one.get("value"), 250)) for one in rows(row.get("enums"))]
        options = tuple(one for one in enums if one.id != "0" and one.name)
        if kind is FieldType.CHOICE and not options:
            return None
        if kind is FieldType.MONEY:
            native = f"{native}:{text(row.get('currency'), 3) or self._currency}"
        return RemoteField(
            id=str(field_id),
            name=text(row.get("name"), 250) or str(field_id),
            type=kind,
            multiple=row.get("type") == "multiselect",
            options=options if kind is FieldType.CHOICE else (),
            limit=_limit(kind, native),
            native=native,
        )

    def to_remote(self, field: RemoteField, value: Value) -> Remote:
        return from_value(field, value, self._zone)

    async def read(self, target: ObjectRef, wanted: Sequence[RemoteField]) -> Mapping[str, Remote]:
        """The deal tells only of fields that hold something: which of the others still exist says the schema."""
        lead = await self._client.one(f"leads/{int(target.id)}")
        told = {str(number(row.get("field_id"))): row for row in rows(lead.get("custom_fields_values"))}
        await self._know({field.id for field in wanted} - told.keys())
        return {
            field.id: to_normal(field, fields(told.get(field.id)).get("values"), self._zone)
            for field in wanted
            if field.id in told or field.id in self._known
        }

    async def _know(self, asked: set[str]) -> None:
        age = None if self._known_at is None else self._clock.now() - self._known_at
        if age is None or age >= FRESH or asked - self._known:
            await self._schema()

    async def write(
        self, target: ObjectRef, wanted: Sequence[RemoteField], values: Mapping[str, Remote]
    ) -> Mapping[str, Remote]:
        """Raises Unclear when the values may be there already: it is harmless to set them again."""
        sent = [field for field in wanted if field.id in values and fits(field, values[field.id])]
        if sent:
            await self._patch(int(target.id), sent, values)
        try:
            return await self.read(target, wanted)
        except RemoteError as failure:
            raise Unclear(f"written, not read back: {failure.code}") from None

    async def _patch(self, lead: int, sent: Sequence[RemoteField], values: Mapping[str, Remote]) -> None:
        try:
            await self._client.write("PATCH", f"leads/{lead}", self._body(sent, values))
        except Invalid as failure:
            left = _without_refused(sent, failure)
            if left is None:
                if await is_unsorted(self._client, lead):
                    raise Unreachable("the deal is not accepted yet") from None
                raise
            self._known_at = None
            log.warning("amocrm_fields_refused", account=self._client.account, fields=len(sent) - len(left))
            if left:
                await self._client.write("PATCH", f"leads/{lead}", self._body(left, values))

    def _body(self, sent: Sequence[RemoteField], values: Mapping[str, Remote]) -> Any:
        """By number: names and types of fields are refused."""
        items = [{"field_id": int(one.id), "values": to_wire(one, values[one.id], self._zone)} for one in sent]
        return {"custom_fields_values": items}


def _limit(kind: FieldType, native: str) -> int | None:
    if kind is not FieldType.TEXT:
        return None
    return LINES_LIMIT if native == "textarea" else LINE_LIMIT


def _without_refused(sent: Sequence[RemoteField], failure: Invalid) -> list[RemoteField] | None:
    """The fields that nobody complained of; None when the complaint is about something else."""
    places = [_PLACE.match(issue.path) for issue in failure.issues]
    if not places or None in places:
        return None
    refused = {int(place[1]) for place in places if place is not None}
    return [field for index, field in enumerate(sent) if index not in refused]
