"""Who am I, what may I, who are the people, which funnels and stages exist."""

from typing import Any

from sandbox.bitrix24.errors import PortalError
from sandbox.bitrix24.methods.context import Context
from sandbox.bitrix24.wire import moment, page_of, required, whole
from sandbox.bitrix24.world import Stage

ADDED_LATELY = {"crm.activity.call.gettranscript"}


def profile(context: Context, _params: dict[str, Any]) -> dict[str, Any]:
    user = context.world.users[1]
    return {
        "result": {
            "ID": "1",
            "ADMIN": context.settings.admin,
            "NAME": user.name,
            "LAST_NAME": user.last_name,
            "PERSONAL_GENDER": "",
            "TIME_ZONE": context.settings.zone_name,
        }
    }


def scope(context: Context, _params: dict[str, Any]) -> dict[str, Any]:
    return {"result": sorted(context.settings.scopes)}


def server_time(context: Context, _params: dict[str, Any]) -> dict[str, Any]:
    return {"result": moment(context.world.clock.datetime(), context.settings.zone)}


def method_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    from sandbox.bitrix24.methods import METHODS

    name = str(required(params, "name")).lower()
    known = name in METHODS and not (context.settings.old and name in ADDED_LATELY)
    needed = METHODS[name][0] if known else None
    available = known and (needed is None or needed in context.settings.scopes)
    return {"result": {"isExisting": known, "isAvailable": available}}


def user_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    wanted = (params.get("FILTER") or params.get("filter") or {}).get("ID")
    users = [
        {
            "ID": str(user.id),
            "ACTIVE": True,
            "NAME": user.name,
            "LAST_NAME": user.last_name,
            "EMAIL": "",
            "LAST_LOGIN": {},
            "WORK_POSITION": "",
            "UF_DEPARTMENT": [1],
            "USER_TYPE": "employee",
        }
        for user in context.world.users.values()
        if wanted is None or str(user.id) in [str(one) for one in _listed(wanted)]
    ]
    return page_of(users, int(params.get("start") or 0))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def mode_get(context: Context, _params: dict[str, Any]) -> dict[str, Any]:
    return {"result": context.settings.crm_mode}


def category_list(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    kind = whole(required(params, "entityTypeId"), "entityTypeId")
    if kind == 1:
        raise PortalError("ENTITY_TYPE_NOT_SUPPORTED", "Entity type is not supported", 400)
    if kind != 2:
        raise PortalError("NOT_FOUND", "Smart process not found", 400)
    categories = [
        {
            "id": funnel.id,
            "name": funnel.name,
            "sort": 100 * (number + 1),
            "entityTypeId": 2,
            "isDefault": "Y" if funnel.id == 0 else "N",
        }
        for number, funnel in enumerate(context.world.funnels.values())
    ]
    return {"result": {"categories": categories}, "total": len(categories)}


def status_list(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    entity = str((params.get("filter") or {}).get("ENTITY_ID", ""))
    rows: list[dict[str, Any]] = []
    if entity in ("", "STATUS"):
        rows += [_status(stage, "STATUS", None, n) for n, stage in enumerate(context.world.lead_stages)]
    for funnel in context.world.funnels.values():
        name = "DEAL_STAGE" if funnel.id == 0 else f"DEAL_STAGE_{funnel.id}"
        if entity in ("", name):
            category = None if funnel.id == 0 else str(funnel.id)
            rows += [_status(stage, name, category, n) for n, stage in enumerate(funnel.stages)]
    return {"result": rows, "total": len(rows)}


def _status(stage: Stage, entity: str, category: str | None, number: int) -> dict[str, Any]:
    return {
        "ID": str(stage.row_id),
        "ENTITY_ID": entity,
        "STATUS_ID": stage.id,
        "NAME": stage.name,
        "NAME_INIT": "",
        "SORT": str(10 * (number + 1)),
        "SYSTEM": "N",
        "CATEGORY_ID": category,
        "COLOR": "#39A8EF",
        "SEMANTICS": stage.semantics,
        "EXTRA": {"SEMANTICS": "process", "COLOR": "#39A8EF"},
    }


METHODS = {
    "profile": (None, profile),
    "scope": (None, scope),
    "server.time": (None, server_time),
    "method.get": (None, method_get),
    "user.get": ("user", user_get),
    "crm.settings.mode.get": ("crm", mode_get),
    "crm.category.list": ("crm", category_list),
    "crm.status.list": ("crm", status_list),
}
