"""The account's rows as they are told, PHP's habits included."""

from collections.abc import Mapping
from typing import Any

from sandbox.amocrm.builder import Builder
from sandbox.amocrm.world import Card, Event, Field, Lead, Note, Pipeline, Status


def pipeline(one: Pipeline) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "sort": one.sort,
        "is_main": one.sort == 1,
        "is_unsorted_on": True,
        "is_archive": one.archived,
        "_embedded": {"statuses": [status(found, one.id) for found in one.statuses]},
    }


def status(one: Status, pipeline_id: int) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "sort": one.sort, "type": one.type, "pipeline_id": pipeline_id}


def lead(one: Lead, fields: Mapping[int, Field]) -> dict[str, Any]:
    values = [
        {
            "field_id": number,
            "field_name": fields[number].name,
            "field_code": None,
            "field_type": fields[number].type,
            "values": told,
        }
        for number, told in one.values.items()
        if told and number in fields
    ]
    return {
        "id": one.id,
        "name": one.name,
        "price": 0,
        "responsible_user_id": one.responsible,
        "status_id": one.status,
        "pipeline_id": one.pipeline,
        "created_at": one.created,
        "updated_at": one.updated,
        "closed_at": one.closed,
        "is_deleted": one.deleted,
        "custom_fields_values": values or None,
        "_embedded": {
            "tags": [],
            "contacts": [
                {"id": number, "is_main": at == 0, "_links": {}} for at, number in enumerate(one.contacts)
            ],
            "companies": [{"id": number, "_links": {}} for number in one.companies],
        },
    }


def card(one: Card, place: str, world: Builder, *, leads: bool) -> dict[str, Any]:
    phone = {
        "field_id": 60_001,
        "field_name": "Телефон",
        "field_code": "PHONE",
        "field_type": "multitext",
        "values": [{"value": one.phone, "enum_id": 70_001, "enum_code": "WORK"}],
    }
    told: dict[str, Any] = {
        "id": one.id,
        "name": one.name,
        "responsible_user_id": one.responsible,
        "is_deleted": False,
        "created_at": one.created,
        "updated_at": one.updated,
        "custom_fields_values": [phone] if one.phone else None,
        "_embedded": {"tags": [], "companies": []},
    }
    if leads:
        told["_embedded"]["leads"] = [{"id": found.id, "_links": {}} for found in world.leads_of(place, one.id)]
    return told


def note(one: Note) -> dict[str, Any]:
    """Which kind of card it is on is not told: the address says it."""
    return {
        "id": one.id,
        "entity_id": one.entity,
        "created_by": one.created_by,
        "updated_by": one.created_by,
        "created_at": one.created,
        "updated_at": one.updated,
        "responsible_user_id": one.responsible,
        "group_id": 0,
        "note_type": one.type,
        "params": one.params,
    }


def event(one: Event) -> dict[str, Any]:
    return {
        "id": one.id,
        "type": one.type,
        "entity_id": one.entity,
        "entity_type": one.entity_type,
        "created_by": 0,
        "created_at": one.created,
        "value_after": one.after,
        "value_before": one.before,
        "_embedded": {"entity": {"id": one.entity}},
    }


def field(one: Field) -> dict[str, Any]:
    enums = [
        {"id": number, "value": name, "sort": at, "code": None}
        for at, (number, name) in enumerate(one.enums.items())
    ]
    return {
        "id": one.id,
        "name": one.name,
        "type": one.type,
        "code": None,
        "sort": one.id,
        "is_api_only": False,
        "enums": enums or None,
        "is_predefined": one.predefined,
        "entity_type": "leads",
        "required_statuses": [],
        "currency": one.currency,
    }
