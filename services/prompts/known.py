"""What a call tells without a model, as values for columns."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from services.domain.call import Call
from services.domain.field import FieldType, RemoteField, Value
from services.domain.prompt import Known
from services.domain.workspace import Workspace
from services.wording import length

FITS: dict[Known, frozenset[FieldType]] = {
    Known.OBJECT: frozenset({FieldType.OBJECT, FieldType.LINK, FieldType.TEXT}),
    Known.STARTED_AT: frozenset({FieldType.DATETIME, FieldType.DATE, FieldType.TEXT}),
    Known.MANAGER: frozenset({FieldType.EMPLOYEE, FieldType.TEXT}),
    Known.CLIENT: frozenset({FieldType.TEXT}),
    Known.PHONE: frozenset({FieldType.TEXT}),
    Known.DURATION: frozenset({FieldType.INTEGER, FieldType.NUMBER, FieldType.TEXT}),
}


MAY_BE_EMPTY = frozenset({Known.MANAGER, Known.CLIENT, Known.PHONE})
"""Some calls do not tell these."""


EVIDENT: dict[Known, frozenset[str]] = {
    Known.OBJECT: frozenset(
        {"сделка", "лид", "сделка или лид", "ссылка на сделку", "ссылка на лид", "deal", "lead"}
    ),
    Known.STARTED_AT: frozenset(
        {"дата звонка", "время звонка", "дата и время звонка", "дата разговора", "call date", "call time"}
    ),
    Known.MANAGER: frozenset({"менеджер", "имя менеджера", "manager"}),
    Known.CLIENT: frozenset({"клиент", "имя клиента", "client", "customer"}),
    Known.PHONE: frozenset({"телефон", "номер телефона", "телефон клиента", "phone", "phone number"}),
    Known.DURATION: frozenset({"длительность", "длительность звонка", "длительность разговора", "duration"}),
}
"""Names of columns that say by themselves what belongs there."""


def fitting(field: RemoteField) -> tuple[Known, ...]:
    """What this column could be filled with."""
    return tuple(known for known, types in FITS.items() if field.type in types)


def evident(field: RemoteField) -> Known | None:
    """What fills this column without being asked: its name tells, or nothing else could fill it."""
    if field.type is FieldType.OBJECT:
        return Known.OBJECT
    name = " ".join(field.name.lower().replace("ё", "е").split())
    return next((one for one in fitting(field) if name in EVIDENT[one]), None)


def known_value(known: Known, field: RemoteField, call: Call, place: Workspace) -> Value:
    """None when the call does not tell it."""
    tell: dict[Known, Callable[[], Value]] = {
        Known.OBJECT: lambda: _object(field, call),
        Known.STARTED_AT: lambda: _started(field, call, place),
        Known.MANAGER: lambda: _manager(field, call),
        Known.CLIENT: lambda: call.binding.client_name if call.binding is not None else "",
        Known.PHONE: lambda: call.found.phone,
        Known.DURATION: lambda: _duration(field, call, place),
    }
    return tell[known]() or None


def _is(field: RemoteField, kind: FieldType) -> bool:
    return field.type is kind


def _manager(field: RemoteField, call: Call) -> Value:
    return call.found.manager_id if _is(field, FieldType.EMPLOYEE) else call.found.manager_name


def _object(field: RemoteField, call: Call) -> Value:
    if call.binding is None:
        return None
    if _is(field, FieldType.OBJECT):
        return f"{call.binding.object.kind}:{call.binding.object.id}"
    return call.binding.url


def _started(field: RemoteField, call: Call, place: Workspace) -> Value:
    local = call.found.started_at.astimezone(ZoneInfo(place.zone))
    if _is(field, FieldType.DATETIME):
        return local.isoformat(timespec="seconds")
    return local.date().isoformat() if _is(field, FieldType.DATE) else f"{local:%d.%m.%Y %H:%M}"


def _duration(field: RemoteField, call: Call, place: Workspace) -> Value:
    seconds = call.found.duration
    if not seconds:
        return None
    if _is(field, FieldType.INTEGER):
        return seconds
    return str(seconds) if _is(field, FieldType.NUMBER) else length(seconds, place.language)
