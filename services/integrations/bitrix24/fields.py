"""Fields of deals and leads. A portal drops names it does not know without a word: what came back is compared."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from services.domain.call import ObjectRef
from services.domain.field import FieldType, Option, RemoteField, Value
from services.domain.integration import ObjectKind
from services.integrations.bitrix24.binding import KINDS
from services.integrations.bitrix24.client import Client
from services.integrations.bitrix24.values import from_value, to_normal, to_wire
from services.integrations.writing import Remote

TYPES = {
    "string": FieldType.TEXT,
    "text": FieldType.TEXT,
    "integer": FieldType.INTEGER,
    "double": FieldType.NUMBER,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "enumeration": FieldType.CHOICE,
    "money": FieldType.MONEY,
    "url": FieldType.LINK,
    "employee": FieldType.EMPLOYEE,
}
SYSTEM = frozenset({"COMMENTS", "OPPORTUNITY", "CLOSEDATE", "SOURCE_DESCRIPTION"})
"""Fields of the portal's own that may be written; the others steer it."""
TEXT_LIMIT = 16_000
"""Characters that surely fit into a column of 65,535 bytes."""
ORIGINAL = {"useOriginalUfNames": "Y"}


class Fields:
    def __init__(self, client: Client, zone: ZoneInfo) -> None:
        self._client = client
        self._zone = zone
        self._keys: dict[ObjectKind, dict[str, str]] = {}
        """By kind: a field's lasting name, and the one that this portal takes in requests."""

    async def of(self, kind: ObjectKind) -> Sequence[RemoteField]:
        params = {"entityTypeId": KINDS[kind], **ORIGINAL}
        told = (await self._client.read("crm.item.fields", params)).fields.get("fields") or {}
        self._keys[kind] = {_lasting(key, row): key for key, row in told.items() if isinstance(row, dict)}
        found = [field for key, row in told.items() if (field := _field(key, row)) is not None]
        return sorted(found, key=lambda field: field.id in SYSTEM)

    def to_remote(self, field: RemoteField, value: Value) -> Remote:
        return from_value(field, value, self._zone)

    async def read(self, target: ObjectRef, fields: Sequence[RemoteField]) -> Mapping[str, Remote]:
        keys = await self._known_keys(target.kind)
        params = {"entityTypeId": KINDS[target.kind], "id": int(target.id), **ORIGINAL}
        item = (await self._client.read("crm.item.get", params)).fields.get("item")
        return self._values(item, fields, keys)

    async def write(
        self, target: ObjectRef, fields: Sequence[RemoteField], values: Mapping[str, Remote]
    ) -> Mapping[str, Remote]:
        keys = await self._known_keys(target.kind)
        sent = {
            keys[field.id]: to_wire(field, values[field.id], self._zone) for field in fields if field.id in keys
        }
        params = {"entityTypeId": KINDS[target.kind], "id": int(target.id), **ORIGINAL, "fields": sent}
        item = (await self._client.write("crm.item.update", params)).fields.get("item")
        return self._values(item, fields, keys)

    async def _known_keys(self, kind: ObjectKind) -> dict[str, str]:
        if kind not in self._keys:
            await self.of(kind)
        return self._keys[kind]

    def _values(self, item: Any, fields: Sequence[RemoteField], keys: Mapping[str, str]) -> Mapping[str, Remote]:
        if not isinstance(item, dict):
            return {}
        return {
            field.id: to_normal(field, item[keys[field.id]], self._zone)
            for field in fields
            if field.id in keys and keys[field.id] in item
        }


def _limit(row: Mapping[str, Any]) -> int:
    """The portal's administrator may have set a smaller one; 0 means none."""
    settings = row.get("settings")
    told = str(settings.get("MAX_LENGTH") or 0) if isinstance(settings, dict) else "0"
    return min(int(told), TEXT_LIMIT) if told.isdecimal() and int(told) else TEXT_LIMIT


def _lasting(key: str, row: Mapping[str, Any]) -> str:
    """Names in camel case are irregular and differ between releases; the upper one stays."""
    return str(row.get("upperName") or key)


def _field(key: str, row: Any) -> RemoteField | None:
    """None for what may not be written, or whose type is not known."""
    if not isinstance(row, dict) or row.get("isReadOnly") or row.get("isImmutable"):
        return None
    kind = TYPES.get(str(row.get("type")))
    name = _lasting(key, row)
    if kind is None or not (row.get("isDynamic") or name in SYSTEM):
        return None
    options = tuple(
        Option(str(one.get("ID")), str(one.get("VALUE") or "")) for one in row.get("items") or [] if one.get("ID")
    )
    if kind is FieldType.CHOICE and not options:
        return None
    label = row.get("listLabel") or row.get("formLabel") or row.get("title") or name
    return RemoteField(
        id=name,
        name=str(label),
        type=kind,
        multiple=bool(row.get("isMultiple")),
        options=options,
        limit=_limit(row) if kind in (FieldType.TEXT, FieldType.LINK) else None,
        native=str(row.get("type")),
    )
