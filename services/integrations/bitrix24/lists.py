"""Universal lists: their columns and rows.

An update of a row wipes every column that is not sent, and the row's code with it: rows are read, merged and
written whole. The code of a row is ours, by it the row is found again.
"""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from services.domain.field import FieldType, Option, RemoteField, RemoteList, RemoteRow, Value
from services.errors import BadAnswer, Gone, Rejected, Unclear
from services.integrations.bitrix24.client import PAGE, Client
from services.integrations.bitrix24.failures import Envelope
from services.integrations.bitrix24.values import HTML, from_value, to_normal, to_wire
from services.integrations.writing import Remote

TYPES = {
    "S": FieldType.TEXT,
    HTML: FieldType.TEXT,
    "N": FieldType.NUMBER,
    "L": FieldType.CHOICE,
    "S:Date": FieldType.DATE,
    "S:DateTime": FieldType.DATETIME,
    "S:Money": FieldType.MONEY,
    "S:employee": FieldType.EMPLOYEE,
    "S:ECrm": FieldType.OBJECT,
}
COUNTER = "N:Sequence"
"""Fills itself."""
LIMITS = {"S": 16_000, HTML: 15_000}
PREFIXES = {"deal": ("DEAL", "D_"), "lead": ("LEAD", "L_")}
KIND = {"IBLOCK_TYPE_ID": "lists"}
INVALID = "ERROR_ELEMENT_FIELD_VALUE"
MISSING = "ERROR_IBLOCK_NOT_FOUND"
UNSURE = frozenset({"ERROR_ELEMENT_ALREADY_EXISTS", "ERROR_ADD_ELEMENT", "ERROR_UPDATE_ELEMENT"})
"""Refusals after which the row may be there all the same: another request made it, or its workflow failed."""
SYSTEM = frozenset({"SORT", "ACTIVE_FROM", "ACTIVE_TO", "PREVIEW_TEXT", "DETAIL_TEXT"})
"""Columns of the portal's own that people fill, cleared like the others when they are not sent."""


async def listed(client: Client, which: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All pages of the portal's lists. A page that brings nothing new is the last one, whatever its size."""
    found: dict[str, dict[str, Any]] = {}
    start = 0
    while True:
        rows = (await client.read("lists.get", {**KIND, **which, "start": start})).rows
        new = {str(row["ID"]): row for row in rows if row.get("ID") and str(row["ID"]) not in found}
        found |= new
        if len(rows) < PAGE or not new:
            return list(found.values())
        start += PAGE


class Lists:
    def __init__(self, client: Client, zone: ZoneInfo) -> None:
        self._client = client
        self._zone = zone
        self._columns: dict[str, Sequence[RemoteField]] = {}

    async def all(self) -> Sequence[RemoteList]:
        rows = await listed(self._client, {"IBLOCK_ORDER": {"NAME": "ASC"}})
        return [RemoteList(str(row["ID"]), str(row.get("NAME") or row["ID"])) for row in rows]

    async def columns(self, list_id: str) -> Sequence[RemoteField]:
        """Raises Gone when the list is not there."""
        try:
            told = (await self._client.read("lists.field.get", {**KIND, "IBLOCK_ID": int(list_id)})).fields
        except Rejected as failure:
            if failure.remote_code == MISSING:
                raise Gone(f"list {list_id}", remote_code=MISSING) from None
            raise
        found = [field for row in told.values() if (field := _column(row)) is not None]
        self._columns[list_id] = found
        return found

    async def _known_columns(self, list_id: str) -> Sequence[RemoteField]:
        return self._columns.get(list_id) or await self.columns(list_id)

    def to_column(self, column: RemoteField, value: Value) -> Remote:
        if column.type is FieldType.OBJECT:
            return _binding(column, str(value))
        return from_value(column, value, self._zone)

    async def find(self, list_id: str, code: str) -> Sequence[RemoteRow]:
        """The oldest first. Filters that are not understood are dropped: the code of each row is looked at."""
        columns = await self._known_columns(list_id)
        rows = await self._rows(list_id, {"ELEMENT_CODE": code})
        found = [row for row in rows if row.get("CODE") == code]
        return [
            RemoteRow(
                str(row["ID"]),
                {column.id: self._value(column, row.get(column.id)) for column in columns},
                str(row.get("NAME") or ""),
            )
            for row in sorted(found, key=lambda row: int(row["ID"]))
        ]

    async def _rows(self, list_id: str, which: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            return (await self._client.read("lists.element.get", {**_address(list_id), **which})).rows
        except Rejected as failure:
            if failure.remote_code == MISSING:
                raise Gone(f"list {list_id}", remote_code=MISSING) from None
            raise

    def _value(self, column: RemoteField, told: Any) -> Remote:
        parts = list(told.values()) if isinstance(told, dict) else told if isinstance(told, list) else [told]
        return to_normal(column, parts if column.multiple else (parts or [None])[0], self._zone)

    async def add(self, list_id: str, code: str, name: str, values: Mapping[str, Remote]) -> str:
        columns = await self._known_columns(list_id)
        fields = {
            column.id: to_wire(column, values[column.id], self._zone, lists=True)
            for column in columns
            if column.id in values
        }
        params = {**_address(list_id), "ELEMENT_CODE": code, "FIELDS": {"NAME": name[:255], **fields}}
        return str((await self._write("lists.element.add", params)).result)

    async def _write(self, method: str, params: Mapping[str, Any]) -> Envelope:
        """Raises Unclear where a refusal does not mean that nothing happened."""
        try:
            return await self._client.write(method, params)
        except Rejected as failure:
            if failure.remote_code in UNSURE:
                raise Unclear(failure.detail, remote_code=failure.remote_code) from None
            if failure.remote_code == INVALID:
                self._columns.pop(str(params["IBLOCK_ID"]), None)  # a column has become required, perhaps
            raise

    async def merge(self, list_id: str, row_id: str, code: str, values: Mapping[str, Remote]) -> None:
        rows = [
            row for row in await self._rows(list_id, {"ELEMENT_ID": int(row_id)}) if str(row.get("ID")) == row_id
        ]
        if not rows:
            raise Gone(f"row {row_id}")
        columns = {column.id: column for column in await self._known_columns(list_id)}
        told = (await self._client.read("lists.field.get", {**KIND, "IBLOCK_ID": int(list_id)})).fields
        fields: dict[str, Any] = {"NAME": rows[0].get("NAME")}
        for row in told.values():
            name = str(row.get("FIELD_ID"))
            if name in values and name in columns:
                fields[name] = to_wire(columns[name], values[name], self._zone, lists=True)
            elif rows[0].get(name) and (name.startswith("PROPERTY_") or name in SYSTEM):
                fields[name] = _as_it_stands(row, rows[0][name])
        params = {**_address(list_id), "ELEMENT_ID": int(row_id), "ELEMENT_CODE": code, "FIELDS": fields}
        if rows[0].get("IBLOCK_SECTION_ID"):
            params["IBLOCK_SECTION_ID"] = rows[0]["IBLOCK_SECTION_ID"]
        if (await self._write("lists.element.update", params)).result is not True:
            raise BadAnswer("lists.element.update: not true")

    async def remove(self, list_id: str, row_id: str) -> None:
        try:
            await self._client.write("lists.element.delete", {**_address(list_id), "ELEMENT_ID": int(row_id)})
        except Rejected as failure:
            if failure.remote_code != "ERROR_ELEMENT_NOT_FOUND":
                raise


def _address(list_id: str) -> dict[str, Any]:
    return {**KIND, "IBLOCK_ID": int(list_id)}


def _column(row: Any) -> RemoteField | None:
    """None for what we do not write: the name, files, links to other lists, system columns.

    A required one is told all the same: without it no row is taken.
    """
    if not isinstance(row, dict) or not str(row.get("FIELD_ID") or "").startswith("PROPERTY_"):
        return None
    native = str(row.get("TYPE"))
    kind = TYPES.get(native)
    options = row.get("DISPLAY_VALUES_FORM")
    if kind is None or (kind is FieldType.CHOICE and not isinstance(options, dict)):
        return _obstacle(row, native) if row.get("IS_REQUIRED") == "Y" and native != COUNTER else None
    return RemoteField(
        id=str(row["FIELD_ID"]),
        name=str(row.get("NAME") or row["FIELD_ID"]),
        type=kind,
        multiple=row.get("MULTIPLE") == "Y",
        required=row.get("IS_REQUIRED") == "Y",
        options=tuple(Option(str(key), str(name)) for key, name in options.items())
        if isinstance(options, dict)
        else (),
        limit=LIMITS.get(native),
        native=f"{native}|{','.join(_kinds(row))}" if kind is FieldType.OBJECT else native,
    )


def _obstacle(row: Mapping[str, Any], native: str) -> RemoteField:
    return RemoteField(
        id=str(row["FIELD_ID"]),
        name=str(row.get("NAME") or row["FIELD_ID"]),
        type=FieldType.TEXT,
        multiple=row.get("MULTIPLE") == "Y",
        required=True,
        native=native,
        writable=False,
    )


def _kinds(row: Mapping[str, Any]) -> list[str]:
    """What a binding column takes."""
    settings = row.get("USER_TYPE_SETTINGS")
    if not isinstance(settings, dict):
        return []
    return [kind for kind in ("LEAD", "CONTACT", "COMPANY", "DEAL") if settings.get(kind) == "Y"]


def _binding(column: RemoteField, value: str) -> Remote:
    """One allowed kind takes the bare id, several a prefix; a kind that is not allowed is left empty."""
    kind, _, number = value.partition(":")
    name, prefix = PREFIXES[kind]
    allowed = column.native.partition("|")[2].split(",")
    if name not in allowed:
        return None
    bound = number if len(allowed) == 1 else f"{prefix}{number}"
    return [bound] if column.multiple else bound


def _as_it_stands(column: Mapping[str, Any], told: Any) -> Any:
    """A value that people entered, in the shape in which it can be written back."""
    parts = list(told.values()) if isinstance(told, dict) else [told]
    if column.get("TYPE") == "F" and any(parts):
        raise Rejected("files of a row cannot be written back", remote_code="files")
    bare = [_html(part) if isinstance(part, dict) else part for part in parts]
    if column.get("TYPE") in ("S:Date", "S:DateTime"):
        bare = [_iso(str(part)) for part in bare]
    return bare if column.get("MULTIPLE") == "Y" else bare[0]


def _html(part: Mapping[str, Any]) -> str:
    """Rich text goes back as HTML, whatever it was."""
    text = str(part.get("TEXT") or "")
    return html.escape(text).replace("\n", "<br>") if str(part.get("TYPE")).upper() == "TEXT" else text


def _iso(told: str) -> str:
    """A date in the site's format, as the portal takes it."""
    match = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{1,2}:\d{2}(?::\d{2})?))?", told)
    if match is None:
        return told
    day = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    return f"{day} {match[4]}" if match[4] else day
