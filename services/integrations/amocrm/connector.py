"""A connected account at work: a `services.integrations.base.Connector` with the parts of its abilities."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.domain.call import Binding, FoundCall, ObjectRef, Transcript
from services.domain.field import RemoteField, Value
from services.domain.integration import ObjectKind
from services.errors import Rejected
from services.integrations.amocrm import checking, pipelines, refreshing, timeline, waking
from services.integrations.amocrm.binding import Binder
from services.integrations.amocrm.client import Client
from services.integrations.amocrm.fields import Fields
from services.integrations.amocrm.mapping import text
from services.integrations.amocrm.people import People
from services.integrations.amocrm.polling import Polling
from services.integrations.amocrm.sound import Sound
from services.integrations.base import CallPage, Check, Cursor
from services.integrations.books import RemoteFunnel
from services.integrations.doors import Doors
from services.integrations.knocking import Knock, Reply
from services.integrations.writing import Remote


class AmoCrm:
    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> None:
        self._client = Client(secrets, doors)
        self._settings = settings
        self._polling = Polling(self._client)
        self._people = People(self._client, doors.clock)
        self._binder = Binder(self._client, take_closed=settings.get("closed_deals") == "take")
        self._timeline = timeline.Timeline(self._client, doors.clock)
        currency = text(settings.get("currency"), 3)
        self._fields = Fields(self._client, doors.clock, _zone(settings.get("zone")), currency)
        self._sound = Sound(self._client, text(settings.get("drive"), 200))

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> Check:
        return await checking.check(self._client)

    async def pull(self, cursor: Cursor | None) -> CallPage:
        page = await self._polling.pull(cursor)
        return replace(page, calls=tuple([await self._as_told(call) for call in page.calls]))

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        return [await self._as_told(call) for call in await refreshing.refresh(self._client, calls)]

    async def _as_told(self, call: FoundCall) -> FoundCall:
        """With the name of who talked, and begun when this account's telephony means it to have begun."""
        if self._settings.get("dated") == "end":
            call = replace(call, started_at=call.started_at - timedelta(seconds=call.duration))
        if not call.manager_id or call.manager_name:
            return call
        return replace(call, manager_name=await self._people.name_of(call.manager_id))

    async def transcript(self, call: FoundCall) -> Transcript | None:
        """The account has none to give."""
        return None

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._sound.recording(call)

    async def funnels(self) -> Sequence[RemoteFunnel]:
        return await pipelines.funnels(self._client)

    async def bind(self, call: FoundCall) -> Binding | None:
        return next(iter(await self.bindings(call)), None)

    async def bindings(self, call: FoundCall) -> Sequence[Binding]:
        return await self._binder.bindings(call)

    async def bind_phone(self, phone: str, started_at: datetime) -> Binding | None:
        return await self._binder.bind_phone(phone, started_at)

    @property
    def looks(self) -> int:
        """A note that one look did not find may still be on its way into the list."""
        return 2

    def comment_parts(self, title: str, text: str, marker: str) -> Sequence[tuple[str, str]]:
        return timeline.comment_parts(title, text, marker)

    async def add_comment(self, target: ObjectRef, text: str) -> str:
        return await self._timeline.add(target, text)

    async def find_comment(self, target: ObjectRef, marker: str, since: datetime) -> str | None:
        return await self._timeline.find(target, marker, since)

    async def remove_comment(self, target: ObjectRef, comment_id: str) -> None:
        raise Rejected("notes cannot be deleted there", remote_code="not_offered")

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

    async def answer(self, knock: Knock) -> Reply:
        return waking.answer(knock, text(self._settings.get("account_id"), 20))


def _zone(name: object) -> ZoneInfo:
    """The account's zone as the check told it: dates are midnights there."""
    try:
        return ZoneInfo(str(name or "Europe/Moscow"))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Europe/Moscow")
