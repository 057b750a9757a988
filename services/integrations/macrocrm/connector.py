"""A connected account at work: implements `services.integrations.base.Connector`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from services.domain.call import Binding, FoundCall, ObjectRef, Transcript
from services.domain.field import RemoteField, Value
from services.domain.integration import ObjectKind
from services.errors import RemoteError, ScopeMissing, Unauthorized
from services.integrations.base import CallPage, Check, CheckLine, Cursor
from services.integrations.books import RemoteFunnel, RemoteStage
from services.integrations.doors import Doors
from services.integrations.macrocrm import notes, probing, template
from services.integrations.macrocrm.binding import FUNNEL, Binder, stage_id
from services.integrations.macrocrm.checking import Checker
from services.integrations.macrocrm.choices import FIELDS, choices_of
from services.integrations.macrocrm.client import Client, Dialect, Key, Transport, Way
from services.integrations.macrocrm.fields import Fields
from services.integrations.macrocrm.polling import Polling
from services.integrations.macrocrm.requests import Requests
from services.integrations.macrocrm.sound import Sound
from services.integrations.macrocrm.template import OwnMethod
from services.integrations.macrocrm.walking import Walker
from services.integrations.writing import Remote


class MacroCRM:
    def __init__(self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> None:
        self.choices = choices_of(settings)
        key = Key(secrets["token"], secrets.get("app_id", ""))
        self.client = Client(key, _way(secrets, settings), doors, per_minute=self.choices.per_minute)
        self._settings = settings
        self._clock = doors.clock
        self._polling = Polling(self.client, doors.clock, self.choices)
        self._requests = Requests(self.client, doors.clock)
        self._binder = Binder(self._requests, self.choices)
        self._sound = Sound(self.client)

    async def close(self) -> None:
        await self.client.http.close()

    async def check(self) -> Check:
        return await Checker(self.client, self._settings, self._clock).check()

    async def funnels(self) -> Sequence[RemoteFunnel]:
        stages = []
        for status in await self._requests.statuses(anew=True):
            stages.append(RemoteStage(stage_id(status.id), status.name))
            stages += [
                RemoteStage(stage_id(status.id, number), f"{status.name} → {name}")
                for number, name in status.custom.items()
            ]
        return [RemoteFunnel(ObjectKind.DEAL, FUNNEL, "Заявки", tuple(stages))]

    async def pull(self, cursor: Cursor | None) -> CallPage:
        try:
            return await self._polling.pull(cursor)
        except ScopeMissing as failure:
            raise await self._told_apart(failure) from None

    async def _told_apart(self, failure: ScopeMissing) -> Unauthorized:
        """A revoked key may be answered as a missing right, for every method."""
        try:
            await self.client.read("estateBuy/statuses", {}, tries=1)
        except Unauthorized:
            return Unauthorized("every method is refused")
        except RemoteError:
            return failure
        return failure

    async def refresh(self, calls: Sequence[FoundCall]) -> Sequence[FoundCall]:
        return await self._polling.refresh(calls)

    async def bind(self, call: FoundCall) -> Binding | None:
        return next(iter(await self.bindings(call)), None)

    async def bindings(self, call: FoundCall) -> Sequence[Binding]:
        return await self._binder.bindings(call)

    async def bind_phone(self, phone: str, started_at: datetime) -> Binding | None:
        return await self._binder.by_phone(phone, started_at)

    async def transcript(self, call: FoundCall) -> Transcript | None:
        return None

    def recording(self, call: FoundCall) -> AbstractAsyncContextManager[Path | None]:
        return self._sound.recording(call)

    def comment_parts(self, title: str, text: str, marker: str) -> Sequence[tuple[str, str]]:
        return notes.note_parts(title, text, marker, self.choices.note_limit)

    async def add_comment(self, target: ObjectRef, text: str) -> str:
        return await notes.add_note(self.client, target.id, text)

    @property
    def unseen_repeats(self) -> int:
        """A person decides about a note that may be lost, unless the owner prefers a rare double."""
        return notes.MOST_DOUBLES if self.choices.at_least_once else 0

    async def find_comment(self, target: ObjectRef, marker: str, since: datetime) -> str | None:
        raise notes.cannot_be_read()

    async def remove_comment(self, target: ObjectRef, comment_id: str) -> None:
        raise notes.cannot_be_read()

    async def try_option(self, field: str, value: str) -> Sequence[CheckLine]:
        """The way of the calls is tried by reading; the method for fields by really writing."""
        method = template.from_text(value) if field == FIELDS else None
        if method is not None:
            return await Fields(self.client, method).trial()
        if field == "calls_transport" and value in get_args(Transport):
            return await self._try_transport(value)
        return ()

    async def _try_transport(self, value: str) -> Sequence[CheckLine]:
        before = self.client.way
        self.client.go(calls=value)
        try:
            walker = Walker(self.client, self.choices.zone)
            seen = await probing.look(walker, self._clock.now(), probing.SPANS[0])
        except RemoteError as failure:
            return [CheckLine("calls", ok=False, values={"status": failure.remote_code, "transport": value})]
        finally:
            self.client.go(calls=before.calls)
        told = {"count": str(len(seen.rows)), "days": str(seen.days), "transport": value}
        return [CheckLine("calls", ok=True, values=told)]


class MacroCRMWithFields(MacroCRM):
    """An account whose installation has a method of its own for fields."""

    def __init__(
        self, secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors, method: OwnMethod
    ) -> None:
        super().__init__(secrets, settings, doors)
        self._fields = Fields(self.client, method)

    @property
    def writes_blindly(self) -> bool:
        return not self._fields.can_be_read

    async def object_fields(self, kind: ObjectKind) -> Sequence[RemoteField]:
        return self._fields.of(kind)

    def to_remote(self, field: RemoteField, value: Value) -> Remote:
        return self._fields.to_remote(field, value)

    async def read_values(self, target: ObjectRef, fields: Sequence[RemoteField]) -> Mapping[str, Remote]:
        return await self._fields.read(target, fields)

    async def write_values(
        self, target: ObjectRef, fields: Sequence[RemoteField], values: Mapping[str, Remote]
    ) -> Mapping[str, Remote]:
        return await self._fields.write(target, fields, values)


def open_account(secrets: Mapping[str, str], settings: Mapping[str, Any], doors: Doors) -> MacroCRM:
    method = choices_of(settings).own_method
    if method is None:
        return MacroCRM(secrets, settings, doors)
    return MacroCRMWithFields(secrets, settings, doors, method)


def _way(secrets: Mapping[str, str], settings: Mapping[str, Any]) -> Way:
    """As the check found it and people chose; before the first check a guess."""
    base = str(settings.get("base_url") or secrets["base_url"])
    dialects: tuple[Dialect, ...] = get_args(Dialect)
    transports: tuple[Transport, ...] = get_args(Transport)
    return Way(
        base=base,
        dialect=next((one for one in dialects if one == settings.get("dialect")), "d1"),
        calls=next((one for one in transports if one == settings.get("calls_transport")), "get_body"),
        camel=settings.get("camel") is True,
    )
