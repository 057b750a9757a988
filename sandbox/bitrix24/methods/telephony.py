"""Statistics of calls and the files of their recordings."""

from typing import Any

from sandbox.bitrix24.errors import PortalError, access_denied
from sandbox.bitrix24.methods.context import Context
from sandbox.bitrix24.wire import comparable, moment, page_of, required, split_operator, whole
from sandbox.bitrix24.world import Call

SORTABLE = {"ID", "CALL_START_DATE", "CALL_DURATION", "PORTAL_USER_ID"}
FILTERABLE = {
    "ID",
    "CALL_ID",
    "PORTAL_USER_ID",
    "PHONE_NUMBER",
    "CALL_TYPE",
    "CALL_DURATION",
    "CALL_START_DATE",
    "CALL_FAILED_CODE",
    "CRM_ACTIVITY_ID",
}


def _fields(call: Call) -> dict[str, Any]:
    """What can be filtered; the recording's file cannot."""
    return {
        "ID": call.statistic_id or 0,
        "CALL_ID": call.call_id,
        "PORTAL_USER_ID": call.manager,
        "PHONE_NUMBER": call.phone,
        "CALL_TYPE": 2 if call.incoming else 1,
        "CALL_DURATION": call.duration,
        "CALL_START_DATE": call.started,
        "CALL_FAILED_CODE": call.failed_code,
        "CRM_ACTIVITY_ID": call.activity_id or 0,
    }


def _wire(context: Context, call: Call) -> dict[str, Any]:
    entity = ("LEAD", call.lead_id) if call.lead_id else ("CONTACT", call.contact_id)
    activity = str(call.activity_id) if call.activity_id and call.activity_shown else None
    return {
        "ID": str(call.statistic_id),
        "CALL_ID": call.call_id,
        "EXTERNAL_CALL_ID": None,
        "CALL_CATEGORY": "external",
        "PORTAL_USER_ID": str(call.manager),
        "PORTAL_NUMBER": "reg1001",
        "PHONE_NUMBER": call.phone,
        "CALL_TYPE": "2" if call.incoming else "1",
        "CALL_DURATION": str(call.duration),
        "CALL_START_DATE": moment(call.started, context.settings.zone),
        "CALL_LOG": None,
        "CALL_RECORD_URL": call.record_url,
        "RECORD_FILE_ID": call.file_id,
        "RECORD_DURATION": None,
        "CALL_VOTE": None,
        "COST": "0.0000",
        "COST_CURRENCY": "RUR",
        "CALL_FAILED_CODE": call.failed_code,
        "CALL_FAILED_REASON": "",
        "CRM_ENTITY_TYPE": entity[0] if entity[1] else None,
        "CRM_ENTITY_ID": str(entity[1]) if entity[1] else None,
        "CRM_ACTIVITY_ID": activity,
        "REST_APP_ID": "3",
        "REST_APP_NAME": "PBX",
        "TRANSCRIPT_ID": None,
        "TRANSCRIPT_PENDING": "N",
        "SESSION_ID": None,
        "REDIAL_ATTEMPT": None,
        "COMMENT": None,
    }


def statistic_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """Filters it does not know are dropped without a word, like keys in lower case."""
    if not context.settings.statistics_allowed:
        raise access_denied(403)
    rows = list(context.world.by_statistic.values())
    for key, wanted in (params.get("FILTER") or {}).items():
        name, compare = split_operator(key)
        if key.startswith("@") or name not in FILTERABLE:
            continue
        rows = [call for call in rows if compare(_fields(call)[name], comparable(_fields(call)[name], wanted))]
    sort, order = params.get("SORT"), params.get("ORDER")
    if isinstance(sort, str) and sort in SORTABLE and order in ("ASC", "DESC"):
        rows.sort(key=lambda call: _fields(call)[sort], reverse=order == "DESC")
    page = page_of(rows, int(params.get("start") or 0))
    page["result"] = [_wire(context, call) for call in page["result"]]
    return page


def file_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    number = whole(required(params, "id"))
    file = context.world.files.get(number)
    if file is None:
        raise PortalError("ERROR_NOT_FOUND", f"Could not find entity with id `{number}`", 400)
    if not file.readable:
        raise PortalError("ACCESS_DENIED", "Access denied", 400)
    link = f"{context.base_url}/rest/1/{context.secret}/download/?token=file-{number}"
    return {
        "result": {
            "ID": str(number),
            "NAME": file.name,
            "CODE": None,
            "TYPE": "file",
            "DELETED_TYPE": "3" if file.trashed else "0",
            "SIZE": str(len(file.content)),
            "DOWNLOAD_URL": link,
            "DETAIL_URL": f"{context.base_url}/docs/file/{number}",
        }
    }


METHODS = {
    "voximplant.statistic.get": ("telephony", statistic_get),
    "disk.file.get": ("disk", file_get),
}
