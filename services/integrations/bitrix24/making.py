"""Makes a list under the caller's code, by which what a lost answer or a failure left is found and completed."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.domain.field import FieldType, RemoteList
from services.errors import Rejected, ScopeMissing
from services.integrations.bitrix24.client import Client
from services.integrations.bitrix24.lists import KIND, MISSING, TYPES, listed
from services.integrations.bitrix24.values import HTML
from services.integrations.writing import NewColumn

NEW_TYPES = {kind: native for native, kind in TYPES.items() if native != HTML}
EVERYBODY = "AU"
"""All who sign in to the portal: named rights are the only ones, and the list is not for its maker alone."""


async def make_list(client: Client, name: str, code: str, columns: Sequence[NewColumn], owner: str) -> RemoteList:
    """Needs an administrator's webhook. Raises ScopeMissing for one without the right."""
    made = await _find(client, code) or await _add(client, name, code, owner)
    told = (await client.read("lists.field.get", {**KIND, "IBLOCK_ID": int(made.id)})).fields
    names = {str(row.get("NAME")) for row in told.values() if isinstance(row, dict)}
    codes = {str(row.get("CODE")) for row in told.values() if isinstance(row, dict)}
    free = (own for own in (f"CALLPROMPT_{number}" for number in range(1, 1000)) if own not in codes)
    for place, column in enumerate(columns, start=1):
        if column.name not in names:
            fields = _fields(column, next(free), place)
            await client.write("lists.field.add", {**KIND, "IBLOCK_ID": int(made.id), "FIELDS": fields})
    return made


async def _find(client: Client, code: str) -> RemoteList | None:
    """Filters that are not understood are dropped: the code of each list is looked at."""
    try:
        rows = await listed(client, {"IBLOCK_CODE": code})
    except Rejected as failure:
        if failure.remote_code == MISSING:
            return None
        raise
    found = next((row for row in rows if row.get("CODE") == code), None)
    return RemoteList(str(found["ID"]), str(found.get("NAME") or found["ID"])) if found is not None else None


async def _add(client: Client, name: str, code: str, owner: str) -> RemoteList:
    params = {
        **KIND,
        "IBLOCK_CODE": code,
        "FIELDS": {"NAME": name, "BIZPROC": "N"},
        "RIGHTS": {EVERYBODY: "R"} | ({f"U{owner}": "X"} if owner else {}),
    }
    try:
        return RemoteList(str((await client.write("lists.add", params)).result), name)
    except Rejected as failure:
        if failure.remote_code == "ACCESS_DENIED":
            raise ScopeMissing("lists", remote_code=failure.remote_code) from None
        raise


def _fields(column: NewColumn, code: str, place: int) -> Mapping[str, Any]:
    fields: dict[str, Any] = {
        "NAME": column.name,
        "TYPE": NEW_TYPES[column.type],
        "CODE": code,
        "IS_REQUIRED": "N",
        "MULTIPLE": "N",
        "SORT": 10 * place,
    }
    if column.type is FieldType.TEXT:
        fields |= {"ROW_COUNT": 6, "COL_COUNT": 60}
    if column.type is FieldType.OBJECT:
        fields["USER_TYPE_SETTINGS"] = {"VISIBLE": "Y", "DEAL": "Y", "LEAD": "Y", "CONTACT": "N", "COMPANY": "N"}
    if column.options:
        fields["LIST_TEXT_VALUES"] = "\n".join(column.options)
    return fields
