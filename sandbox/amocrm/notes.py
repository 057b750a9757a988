"""Notes: listed by the kind of their card, in an order one has to ask for, and strictly checked when written."""

from typing import Any

from sandbox.amocrm import told
from sandbox.amocrm.asked import Asked, Work
from sandbox.amocrm.builder import Builder
from sandbox.amocrm.problems import Problem, invalid, not_found
from sandbox.amocrm.wire import in_range, listed, numbers, unknown_keys
from sandbox.amocrm.world import Note

NOTE_TYPES = {"common", "service_message", "extended_service_message", "call_in", "call_out"}
NOTE_KEYS = (
    "note_type params entity_id created_by updated_by responsible_user_id created_at updated_at request_id "
    "is_need_to_trigger_digital_pipeline"
).split()
LONGEST_NOTE = 20_000


def notes(place: str) -> Work:
    def work(asked: Asked) -> Any:
        world, only = asked.world, asked.named.get("id")
        if only is not None and not _is_there(world, place, only):
            raise not_found()
        kinds, ids = set(listed(asked.filter.get("note_type"))), numbers(asked.filter.get("id"))
        entities = numbers(asked.filter.get("entity_id"))
        wanted = asked.filter.get("updated_at") if world.wants.obeys_filter else None
        found = [
            one
            for one in world.notes.values()
            if one.place == place
            and only in (None, one.entity)
            and (not kinds or one.type in kinds)
            and (not ids or one.id in ids)
            and (not entities or one.entity in entities)
            and in_range(wanted, one.updated, includes=world.wants.from_includes)
        ]
        return asked.page("notes", [told.note(one) for one in _ordered(asked, found)])

    return work


def _ordered(asked: Asked, found: list[Note]) -> list[Note]:
    order = asked.params.get("order", {})
    if not isinstance(order, dict) or set(order) - {"updated_at", "id"}:
        raise Problem(400, "Bad Request", "unknown order")
    name, way = next(iter(order.items()), ("", ""))
    if not name or not asked.world.wants.obeys_order:
        default = asked.world.wants.default_order
        name, way = default.removeprefix("-").removesuffix("_at"), "desc" if default[0] == "-" else "asc"
    by = "updated" if name.startswith("updated") else "id"
    return sorted(found, key=lambda one: (getattr(one, by), one.id), reverse=way == "desc")


def _is_there(world: Builder, place: str, number: int) -> bool:
    if place == "leads":
        return number in world.leads and not world.leads[number].deleted
    return number in world.cards[place]


def add_notes(place: str) -> Work:
    def work(asked: Asked) -> Any:
        if not isinstance(asked.body, list) or not asked.body:
            raise invalid(("InvalidType", ""))
        only = asked.named.get("id")
        if only is not None and not _is_there(asked.world, place, only):
            raise not_found()
        for at, item in enumerate(asked.body):
            _check_note(item, str(item.get("request_id", at)))
            if only is None and not _is_there(asked.world, place, int(item.get("entity_id", 0))):
                raise invalid(("NotSupportedChoice", "entity_id"), item=str(at))
        made = [_added(asked.world, place, only, item) for item in asked.body]
        rows = [
            {"id": note.id, "entity_id": note.entity, "request_id": str(item.get("request_id", at))}
            for at, (note, item) in enumerate(zip(made, asked.body, strict=True))
        ]
        return {"_links": {}, "_embedded": {"notes": rows}}

    return work


def _check_note(item: dict[str, Any], name: str) -> None:
    unknown = unknown_keys(item, NOTE_KEYS)
    params = item.get("params")
    if unknown:
        raise invalid(*unknown, item=name)
    if item.get("note_type") not in NOTE_TYPES:
        raise invalid(("NotSupportedChoice", "note_type"), item=name)
    if not isinstance(params, dict) or not isinstance(params.get("text"), str):
        raise invalid(("FieldMissing", "params.text"), item=name)
    if item["note_type"].endswith("service_message") and not params.get("service"):
        raise invalid(("FieldMissing", "params.service"), item=name)
    if len(params["text"]) > LONGEST_NOTE:
        raise invalid(("TooLong", "params.text"), item=name)


def _added(world: Builder, place: str, only: int | None, item: dict[str, Any]) -> Note:
    entity = int(item["entity_id"]) if only is None else only
    triggers = bool(item.get("is_need_to_trigger_digital_pipeline", True))
    return world.add_note(place, entity, item["note_type"], dict(item["params"]), triggers=triggers)
