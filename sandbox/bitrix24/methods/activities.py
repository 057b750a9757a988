"""Activities of type call, their bindings and transcripts."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.bitrix24.errors import PortalError, element_not_found, not_found
from sandbox.bitrix24.methods.context import Context
from sandbox.bitrix24.wire import comparable, moment, page_of, required, split_operator, whole
from sandbox.bitrix24.world import OWNER_NAMES, Call


def _fields(context: Context, call: Call) -> dict[str, Any]:
    """Comparable values; `_wire` turns them into what travels."""
    owner_type, owner = call.bindings[0] if call.bindings else (0, 0)
    return {
        "ID": call.activity_id or 0,
        "OWNER_ID": owner,
        "OWNER_TYPE_ID": owner_type,
        "TYPE_ID": 2,
        "PROVIDER_ID": "VOXIMPLANT_CALL" if call.telephony else "CALL",
        "PROVIDER_TYPE_ID": "CALL",
        "SUBJECT": ("Входящий от " if call.incoming else "Исходящий на ") + call.phone,
        "DIRECTION": 1 if call.incoming else 2,
        "COMPLETED": "Y",
        "STATUS": 2,
        "CREATED": call.started,
        "LAST_UPDATED": call.updated or call.started,
        "START_TIME": call.started,
        "END_TIME": _ended(call),
        "RESPONSIBLE_ID": call.manager,
        "ORIGINATOR_ID": "" if not call.telephony else "VOXIMPLANT",
        "ORIGIN_ID": f"VI_{call.call_id}" if call.telephony else "",
        "SETTINGS": [],
    }


def _ended(call: Call) -> datetime:
    return call.started + timedelta(seconds=call.duration)


def _wire(context: Context, call: Call, select: list[str] | None) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in _fields(context, call).items():
        if select and "*" not in select and name not in select and name != "ID":
            continue
        if name == "SETTINGS":
            row[name] = value
        elif hasattr(value, "isoformat"):
            row[name] = moment(value, context.settings.zone)
        else:
            row[name] = str(value)
    asked_files = not select or "FILES" in select or "STORAGE_ELEMENT_IDS" in select
    if asked_files and call.file_id is not None:
        url = f"{context.base_url}/bitrix/tools/crm_show_file.php?fileId={call.file_id}&ownerTypeId=6&auth="
        row["FILES"] = [{"id": call.file_id, "url": url}]
    return row


def activity_list(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    rows = list(context.world.by_activity.values())
    for key, wanted in (params.get("filter") or {}).items():
        rows = [call for call in rows if _fits(context, call, key, wanted)]
    order = params.get("order") or {"START_TIME": "ASC"}
    for name, direction in reversed(list(order.items())):
        rows.sort(key=lambda call: _fields(context, call)[name], reverse=str(direction).upper() == "DESC")
    page = page_of(rows, int(params.get("start") or 0))
    page["result"] = [_wire(context, call, params.get("select")) for call in page["result"]]
    return page


def _fits(context: Context, call: Call, key: str, wanted: Any) -> bool:
    name, compare = split_operator(key)
    fields = _fields(context, call)
    if name == "BINDINGS":
        pairs = {(int(one["OWNER_TYPE_ID"]), int(one["OWNER_ID"])) for one in wanted}
        return bool(pairs & set(call.bindings))
    if name not in fields:
        return True
    return compare(fields[name], comparable(fields[name], wanted))


def activity_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    call = context.world.by_activity.get(whole(required(params, "id")))
    if call is None:
        raise not_found("Activity is not found")
    return {"result": _wire(context, call, None)}


def binding_list(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    call = context.world.by_activity.get(whole(required(params, "activityId"), "activityId"))
    if call is None:
        raise element_not_found()
    return {
        "result": [
            {"entityTypeId": kind, "entityId": number}
            for kind, number in call.bindings
            if _readable(context, kind, number)
        ]
    }


def _readable(context: Context, kind: int, number: int) -> bool:
    item = context.world.items.get((OWNER_NAMES[kind], number))
    return kind > 2 or (item is not None and item.readable)


def transcript(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    if context.settings.old:
        raise PortalError("ERROR_METHOD_NOT_FOUND", "Method not found!")
    if not context.settings.transcripts:
        raise PortalError("ACCESS_DENIED", "Access denied.", 403)
    call = context.world.by_activity.get(whole(required(params, "activityId"), "activityId"))
    if call is None:
        raise PortalError("NOT_FOUND", "Element not found", 400)
    return {"result": None if call.transcript is None else {"transcription": call.transcript}}


METHODS = {
    "crm.activity.list": ("crm", activity_list),
    "crm.activity.get": ("crm", activity_get),
    "crm.activity.binding.list": ("crm", binding_list),
    "crm.activity.call.gettranscript": ("crm", transcript),
}
