"""Fields of a request through the method that a customer's installation was given for it."""

from collections.abc import Mapping, Sequence

from services.clean import without_controls
from services.domain.call import ObjectRef
from services.domain.field import FieldType, RemoteField, Value
from services.domain.integration import ObjectKind
from services.errors import Rejected, RemoteError
from services.integrations.base import CheckLine
from services.integrations.macrocrm.client import Client
from services.integrations.macrocrm.template import OwnMethod
from services.integrations.writing import Remote

TEXT_LIMIT = 4000
TRIAL = "Проверка записи: этот текст можно удалить"


class Fields:
    def __init__(self, client: Client, method: OwnMethod) -> None:
        self._client = client
        self._method = method

    @property
    def can_be_read(self) -> bool:
        return bool(self._method.read_method)

    def of(self, kind: ObjectKind) -> Sequence[RemoteField]:
        if kind is not ObjectKind.DEAL:
            return ()
        return [
            RemoteField(id=code, name=name, type=FieldType.TEXT, limit=TEXT_LIMIT, readable=self.can_be_read)
            for name, code in self._method.fields.items()
        ]

    def to_remote(self, field: RemoteField, value: Value) -> Remote:
        return without_controls(str(value)).strip()[:TEXT_LIMIT] or None

    async def read(self, target: ObjectRef, fields: Sequence[RemoteField]) -> Mapping[str, Remote]:
        """As they are; where nothing can be read they count as empty."""
        known = set(self._method.fields.values())
        return {field.id: await self._read(target, field.id) for field in fields if field.id in known}

    async def _read(self, target: ObjectRef, field: str) -> Remote:
        if not self.can_be_read:
            return None
        asked = self._method.reading_of(_number(target), field)
        return self._method.value_in(await self._client.read(self._method.read_method, asked))

    async def write(
        self, target: ObjectRef, fields: Sequence[RemoteField], values: Mapping[str, Remote]
    ) -> Mapping[str, Remote]:
        """One request for each field; what cannot be read back is believed."""
        after: dict[str, Remote] = {}
        for field in fields:
            value = values[field.id]
            await self._client.write(self._method.method, self._method.body_of(_number(target), field.id, value))
            after[field.id] = await self._read(target, field.id) if self.can_be_read else value
        return after

    async def trial(self) -> Sequence[CheckLine]:
        """Really writes, into the first field of the request that the owner named; puts back what stood there.

        Once something may have been written it is put back, even if it could not be read after that.
        """
        target = ObjectRef(ObjectKind.DEAL, str(self._method.trial))
        name, code = next(iter(self._method.fields.items()))
        field = RemoteField(id=code, name=name, type=FieldType.TEXT)
        told = {"request": target.id, "field": name}
        try:
            before = await self._read(target, code)
        except RemoteError as failure:
            return [_failed("fields_read", failure, told)]
        try:
            after = (await self.write(target, [field], {code: TRIAL}))[code]
        except RemoteError as failure:
            return [_failed("fields_written", failure, told), *await self._put_back(target, field, before, told)]
        lines = [CheckLine("fields_written", ok=True, values=told)]
        if not self.can_be_read:
            return [*lines, CheckLine("fields_blind", ok=False, required=False, values=told)]
        left = await self._put_back(target, field, before, told)
        return [*lines, *(left or [CheckLine("fields_read", ok=after == TRIAL, values=told)])]

    async def _put_back(
        self, target: ObjectRef, field: RemoteField, before: Remote, told: Mapping[str, str]
    ) -> Sequence[CheckLine]:
        """Nothing to say when all is as it was, and where nobody can tell what was."""
        if not self.can_be_read:
            return []
        try:
            if await self._read(target, field.id) != before:
                await self.write(target, [field], {field.id: before})
        except RemoteError:
            return [CheckLine("fields_left", ok=False, values={**told, "before": str(before or "")[:200]})]
        return []


def _failed(code: str, failure: RemoteError, told: Mapping[str, str]) -> CheckLine:
    return CheckLine(code, ok=False, values={**told, "failure": failure.code, "status": failure.remote_code})


def _number(target: ObjectRef) -> int:
    if not target.id.isdecimal():
        raise Rejected("not the number of a request")
    return int(target.id)
