"""A connected portal at work: implements `services.integrations.base.Connector`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.domain.call import Binding, FoundCall, ObjectRef, Transcript
from services.domain.field import Option, RemoteField, RemoteList, RemoteRow, Value
from services.domain.integration import ObjectKind
from services.errors import Rejected, ScopeMissing
from services.integrations.base import CallPage, Check, Cursor
from services.integrations.bitrix24 import checking, formatting, knocking
from services.integrations.bitrix24.binding import KINDS, LEADS_FUNNEL, Binder
from services.integrations.bitrix24.client import PAGE, Client
from services.integrations.bitrix24.fields import Fields
from services.integrations.bitrix24.lists import Lists
from services.integrations.bitrix24.making import make_list
from services.integrations.bitrix24.mapping import moment, number
from services.integrations.bitrix24.polling import Polling
from services.integrations.bitrix24.sound import Sound
from services.integrations.books import RemoteFunnel, RemoteStage
from services.integrations.doors import Doors
from services.integrations.knocking import Knock, Reply
from services.integrations.parts import last_line
from services.integrations.writing import NewColumn, Remote

LOOK_BACK = timedelta(minutes=10)
"""The portal's clock and ours need not agree."""


class Bitrix24:
    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> None:
        self._client = Client(secrets["webhook_url"], doors)
        self._settings = settings
        self._polling = Polling(self._client, doors.clock)
        self._binder = Binder(self._client)
        self._sound = Sound(self._client, doors.clock, makes_transcripts=settings.get("transcripts", True))
        zone = _zone(settings.get("zone"))
        self._fields = Fields(self._client, zone)
        self._lists = Lists(self._client, zone)
        self._names: dict[str, str] = {}

    async def close(self) -> None:
        await self._client.http.close()

    async def check(self) -> Check:
        return await checking.check(self._client)

    async def funnels(self) -> Sequence[RemoteFunnel]:
        envelope = await self._client.read("crm.category.list", {"entityTypeId": 2})
        found = []
        for category in envelope.listed("categories"):
            funnel = number(category.get("id"))  # the default funnel is 0
            entity = "DEAL_STAGE" if funnel == 0 else f"DEAL_STAGE_{funnel}"
            stages = await self._stages(entity)
            found.append(RemoteFunnel(ObjectKind.DEAL, str(funnel), str(category.get("name")), stages))
        if self._settings.get("leads", True):
            found.append(RemoteFunnel(ObjectKind.LEAD, LEADS_FUNNEL, "Лиды", await self._stages("STATUS")))
        return found

    async def _stages(self, entity: str) -> tuple[RemoteStage, ...]:
        params = {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": entity}}
        rows = (await self._client.read("crm.status.list", params)).rows
        return tuple(
            RemoteStage(str(row["STATUS_ID"]), str(row.get("NAME") or row["STATUS_ID"]))
            for row in rows
            if row.get("ENTITY_ID") == entity and row.get("STATUS_ID")
        )

    async def pull(self, cursor: Cursor | None) -> CallPage:
        page = await self._polling.pull(cursor)
        return replace(page, calls=tuple([await self._with_manager(call) for call in page.calls]))

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        return [await self._with_manager(call) for call in await self._polling.refresh(calls)]

    async def _with_manager(self, call: FoundCall) -> FoundCall:
        if not call.manager_id:
            return call
        if call.manager_id not in self._names:
            self._names[call.manager_id] = await self._name_of(call.manager_id)
        return replace(call, manager_name=self._names[call.manager_id])

    async def _name_of(self, user_id: str) -> str:
        try:
            rows = (await self._client.read("user.get", {"FILTER": {"ID": user_id}})).rows
        except (Rejected, ScopeMissing):
            return ""  # a name is not worth losing the call
        row: dict[str, Any] = next((row for row in rows if str(row.get("ID")) == user_id), {})
        return _full_name(row)

    async def answer(self, knock: Knock) -> Reply:
        return knocking.answer(knock)

    async def bind(self, call: FoundCall) -> Binding | None:
        return await self._binder.bind(call)

    async def bind_phone(self, phone: str, started_at: datetime) -> Binding | None:
        return await self._binder.by_phone(phone, started_at)

    async def transcript(self, call: FoundCall) -> Transcript | None:
        return await self._sound.transcript(call)

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._sound.recording(call)

    def comment_parts(self, title: str, text: str, marker: str) -> Sequence[tuple[str, str]]:
        return formatting.comment_parts(title, text, marker)

    async def add_comment(self, target: ObjectRef, text: str) -> str:
        fields = {"ENTITY_TYPE": str(target.kind), "ENTITY_ID": int(target.id), "COMMENT": text}
        envelope = await self._client.write("crm.timeline.comment.add", {"fields": fields})
        return str(envelope.result)

    async def find_comment(self, target: ObjectRef, marker: str, since: datetime) -> str | None:
        """The marker alone decides, not the author: with a renewed webhook our earlier comments are another's."""
        start = 0
        while True:
            params = {
                "filter": {"ENTITY_TYPE": str(target.kind), "ENTITY_ID": int(target.id)},
                "order": {"ID": "DESC"},
                "select": ["ID", "CREATED", "COMMENT", "AUTHOR_ID"],
                "start": start,
            }
            rows = (await self._client.read("crm.timeline.comment.list", params)).rows
            for row in rows:
                created = moment(row.get("CREATED"))
                if created is not None and created < since - LOOK_BACK:
                    return None
                if last_line(str(row.get("COMMENT") or "")) == marker:
                    return str(row["ID"])
            if len(rows) < PAGE:
                return None
            start += PAGE

    async def remove_comment(self, target: ObjectRef, comment_id: str) -> None:
        owner = {"ownerTypeId": KINDS[target.kind], "ownerId": int(target.id)}
        await self._client.write("crm.timeline.comment.delete", {"id": int(comment_id), **owner})

    async def object_fields(self, kind: ObjectKind) -> Sequence[RemoteField]:
        return await self._fields.of(kind)

    def to_remote(self, field: RemoteField, value: Value) -> Remote:
        return self._fields.to_remote(field, value)

    async def read_values(self, target: ObjectRef, fields: Sequence[RemoteField]) -> Mapping[str, Remote]:
        return await self._fields.read(target, fields)

    async def write_values(
        self, target: ObjectRef, fields: Sequence[RemoteField], values: Mapping[str, Remote]
    ) -> Mapping[str, Remote]:
        return await self._fields.write(target, fields, values)

    async def lists(self) -> Sequence[RemoteList]:
        return await self._lists.all()

    async def columns(self, list_id: str) -> Sequence[RemoteField]:
        return await self._lists.columns(list_id)

    async def create_list(self, name: str, code: str, columns: Sequence[NewColumn]) -> RemoteList:
        return await make_list(self._client, name, code, columns, str(self._settings.get("user_id") or ""))

    def to_column(self, column: RemoteField, value: Value) -> Remote:
        return self._lists.to_column(column, value)

    async def find_rows(self, list_id: str, code: str) -> Sequence[RemoteRow]:
        return await self._lists.find(list_id, code)

    async def add_row(self, list_id: str, code: str, name: str, values: Mapping[str, Remote]) -> str:
        return await self._lists.add(list_id, code, name, values)

    async def merge_row(self, list_id: str, row_id: str, code: str, values: Mapping[str, Remote]) -> None:
        await self._lists.merge(list_id, row_id, code, values)

    async def remove_row(self, list_id: str, row_id: str) -> None:
        await self._lists.remove(list_id, row_id)

    async def people(self) -> Sequence[Option]:
        """A page that brings nobody new is the last one, whatever its size: no portal keeps us for ever."""
        found: dict[str, Option] = {}
        start = 0
        while True:
            params = {"FILTER": {"ACTIVE": True}, "SORT": "ID", "ORDER": "ASC", "start": start}
            rows = (await self._client.read("user.get", params)).rows
            new = {number: row for row in rows if (number := str(row["ID"])) not in found}
            found |= {number: Option(number, _full_name(row)) for number, row in new.items()}
            if len(rows) < PAGE or not new:
                return [person for person in found.values() if person.name]
            start += PAGE


def _zone(name: object) -> ZoneInfo:
    """The portal's zone as the check told it; lists show their dates in it."""
    try:
        return ZoneInfo(str(name or "Europe/Moscow"))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Europe/Moscow")


def _full_name(row: Mapping[str, Any]) -> str:
    return " ".join(str(part) for part in (row.get("NAME"), row.get("LAST_NAME")) if part)
