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


def fitting(field: RemoteField) -> tuple[Known, ...]:
    """What this column could be filled with."""
    return tuple(known for known, types in FITS.items() if field.type in types)


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
