"""The methods of an installation: each takes the world and the parameters, and answers with a body."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.macrocrm.settings import Settings
from sandbox.macrocrm.wire import Refusal, missing, read_moment, whole, write_moment
from sandbox.macrocrm.world import CLOSED, Call, Note, Request, World

Body = dict[str, Any]
Method = Callable[[World, Settings, Body], Body]


def statuses(world: World, settings: Settings, params: Body) -> Body:
    return {
        "statuses": [
            {
                "id": number,
                "name": name,
                "custom_statuses": [{"id": sub, "name": title} for sub, title in subs.items()],
            }
            for number, (name, subs) in world.statuses.items()
        ]
    }


def users(world: World, settings: Settings, params: Body) -> Body:
    return {
        "success": True,
        "users": [{"id": number, "name": name, "department_id": 12} for number, name in world.users.items()],
    }


def departments(world: World, settings: Settings, params: Body) -> Body:
    return {"departments": [{"id": 12, "name": "Отдел продаж", "type": "sales"}]}


def find(world: World, settings: Settings, params: Body) -> Body:
    """Active requests of a contact."""
    if "contacts_id" not in params:
        raise Refusal(400, {"error": "Need contacts_id"})
    contact = whole(params, "contacts_id")
    found = [
        one
        for one in world.requests.values()
        if one.contact == contact and one.status not in CLOSED and one.merged_into is None
    ]
    return {"success": True, "buys": [_active(one) for one in found]}


def _active(request: Request) -> Body:
    return {
        "id": request.id,
        "company_id": 77,
        "type": "living",
        "category": "flat",
        "manager_id": request.manager,
        "status": request.status,
        "status_custom": None if request.custom is None else str(request.custom),
        "date_added": int(request.added.timestamp()),
        "date_modified": int(request.modified.timestamp()),
        "tags": [],
        "utm": {},
    }


def listed(world: World, settings: Settings, params: Body) -> Body:
    """`ids` is described by nobody: where it is not known it is not looked at."""
    found = sorted(world.requests.values(), key=lambda one: one.id)
    if settings.lists_by_ids and params.get("ids"):
        found = [one for one in found if one.id in params["ids"]]
    found = [one for one in found if one.id >= int(params.get("from") or 0)]
    page, rest = found[: settings.page], found[settings.page :]
    return {
        "status": "ok",
        "time": int(world.clock.now()),
        "next": rest[0].id if rest else None,
        "buys": [_told(world, one) for one in page],
    }


def _told(world: World, request: Request) -> Body:
    contact = world.contacts.get(request.contact)
    return {
        **_active(request),
        "category_human": "Квартира",
        "status_human": world.status_name(request),
        "status_custom": world.custom_name(request),
        "merged_for_estate_id": request.merged_into,
        "custom_attributes": dict(request.attributes),
        "contact": None
        if contact is None
        else {"id": contact.id, "name": contact.name, "phones": contact.phone, "roles_set": "buyer", "type": "0"},
        "manager": {"id": request.manager, "name": world.users.get(request.manager, "")},
        "_calls": None,
    }


def find_contact(world: World, settings: Settings, params: Body) -> Body:
    """Nobody found is told under a success status."""
    digits = "".join(sign for sign in str(params.get("phone") or "") if sign.isdigit())
    if not digits:
        raise Refusal(400, {"message": "Требуется параметр phone"})
    for contact in world.contacts.values():
        if contact.phone[-10:] == digits[-10:]:
            return {
                "success": True,
                "contact": {
                    "id": contact.id,
                    "name": contact.name,
                    "type": 0,
                    "roles": ["buyer"],
                    "black_list": False,
                    "is_mediator": contact.mediator,
                },
            }
    raise Refusal(200, {"error": True, "message": "No contacts found"})


def add_note(world: World, settings: Settings, params: Body) -> Body:
    number = whole(params, "id")
    if not isinstance(params.get("note"), str) or not params["note"]:
        raise missing("note")
    if number not in world.requests:
        raise Refusal(404, {"error": "Estate not found", "status": 404})
    world.notes.append(Note(number, params["note"], world.clock.datetime()))
    return {"success": True}


def calls(world: World, settings: Settings, params: Body) -> Body:
    """Pages go by the id of the next record; the order is nobody's promise."""
    first = read_moment(params, "date_from", settings)
    last = read_moment(params, "date_to", settings, end=True)
    found = _ordered([one for one in world.calls.values() if first <= one.started <= last], settings, first)
    start = params.get("from")
    if start not in (None, "", "null"):
        numbers = [one.id for one in found]
        if int(start) not in numbers:
            raise Refusal(400, {"message": "Неверный формат параметра from"})
        found = found[numbers.index(int(start)) :]
    page, rest = found[: settings.page], found[settings.page :]
    following = page[0].id if settings.repeats_next and page else (rest[0].id if rest else None)
    return {
        "status": "ok",
        "message": "",
        "time": int(world.clock.now()),
        "next": following,
        "data": [_call(world, settings, one) for one in page],
    }


def _ordered(found: list[Call], settings: Settings, first: datetime) -> list[Call]:
    found.sort(key=lambda one: one.id, reverse=settings.order == "down")
    if settings.order == "random":
        random.Random(first.isoformat()).shuffle(found)
    return found


def _call(world: World, settings: Settings, call: Call) -> Body:
    contact, request = world.contacts.get(call.contact), world.requests.get(call.request)
    answered = call.is_answered
    return {
        "id": call.id,
        "status": "ANSWERED" if answered else "NO ANSWER",
        "direction": call.direction or ("in" if call.incoming else "out"),
        "phone": call.phone,
        "contactsId": call.contact,
        "contactsName": contact.name if contact else None,
        "usersId": call.manager,
        "usersName": world.users.get(call.manager, ""),
        "departmentId": 12,
        "departmentName": "Отдел продаж",
        "managerExt": "101",
        "callDate": write_moment(call.started, settings),
        "talkStartDate": write_moment(call.started, settings) if answered else None,
        "duration": call.duration,
        "durationTalk": call.talk,
        "isFirstUnique": 1,
        "isNoTarget": int(call.no_target),
        "estateId": call.request,
        "estateStatus": request.status if request else 0,
        "estateCurrentStatus": request.status if request else 0,
        "vendor": "mango",
        "externalCallId": call.external,
        "externalRecordingId": f"rec-{call.id}" if call.recording else "",
    }


def set_attribute(world: World, settings: Settings, params: Body) -> Body:
    request = world.requests.get(whole(params, "id"))
    name = str(params.get("attr") or "")
    if request is None:
        raise Refusal(404, {"error": "Estate not found", "status": 404})
    if name not in world.attribute_names:
        raise Refusal(400, {"error": "Unknown attribute", "status": 400})
    request.attributes[name] = str(params.get("value") or "")
    return {"success": True}


def get_attribute(world: World, settings: Settings, params: Body) -> Body:
    request = world.requests.get(whole(params, "id"))
    if request is None:
        raise Refusal(404, {"error": "Estate not found", "status": 404})
    return {"success": True, "attribute": {"value": request.attributes.get(str(params.get("attr")))}}


TABLE: dict[str, tuple[str, str | None, Method]] = {
    "estateBuy/statuses": ("GET", "statuses", statuses),
    "company/getUsers": ("GET", "users", users),
    "company/getDepartments": ("GET", "departments", departments),
    "calls/getSaleDepartmentsCalls": ("GET", "data", calls),
    "estateBuy/find": ("POST", "buys", find),
    "estateBuy/list": ("POST", "buys", listed),
    "contacts/find": ("POST", "contact", find_contact),
    "estateBuy/addNote": ("POST", None, add_note),
    "estateBuy/setAttribute": ("POST", None, set_attribute),
    "estateBuy/getAttribute": ("POST", None, get_attribute),
}
"""Verb of the first dialect, what the second one puts into `data`, and the work."""
