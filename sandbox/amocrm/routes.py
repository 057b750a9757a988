"""What can be asked of an account, by method and path."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.amocrm import told
from sandbox.amocrm.builder import ENTITIES, Builder
from sandbox.amocrm.checks import read_values
from sandbox.amocrm.problems import Problem, forbidden, invalid, not_found
from sandbox.amocrm.wire import envelope, in_range, listed, numbers, unknown_keys, whole
from sandbox.amocrm.world import Note

NOTE_TYPES = {"common", "service_message", "extended_service_message", "call_in", "call_out"}
NOTE_KEYS = (
    "note_type params entity_id created_by updated_by responsible_user_id created_at updated_at request_id "
    "is_need_to_trigger_digital_pipeline"
).split()
LONGEST_NOTE = 20_000


@dataclass
class Asked:
    """One request; `body` is None without one."""

    world: Builder
    origin: str
    path: str
    query: str
    params: dict[str, Any]
    body: Any
    named: dict[str, int]
    """Numbers out of the path."""

    @property
    def filter(self) -> dict[str, Any]:
        found = self.params.get("filter", {})
        return found if isinstance(found, dict) else {}

    def page(self, name: str, rows: list[Any]) -> Any:
        return envelope(self.origin, self.path, self.query, self.params, name, rows)


Work = Callable[[Asked], Any]
"""The JSON of the answer; None: 204."""


def account(asked: Asked) -> Any:
    world, wanted = asked.world, listed(asked.params.get("with"))
    answer: dict[str, Any] = {
        "id": 31_000_001,
        "name": world.name,
        "subdomain": "demo",
        "current_user_id": 9_100_001,
        "country": "RU",
        "currency": world.currency,
        "_embedded": [],
    }
    if "drive_url" in wanted:
        answer["drive_url"] = "https://drive-b.amocrm.ru"
    if "datetime_settings" in wanted:
        answer["_embedded"] = {"datetime_settings": {"timezone": world.zone, "timezone_offset": "+03:00"}}
    return answer


def users(asked: Asked) -> Any:
    rows = [{"id": one.id, "name": one.name, "email": "", "lang": "ru"} for one in asked.world.users.values()]
    return asked.page("users", rows)


def pipelines(asked: Asked) -> Any:
    rows = [told.pipeline(one) for one in asked.world.pipelines.values()]
    return whole(asked.origin, asked.path, "pipelines", rows)


def one_status(asked: Asked) -> Any:
    found = asked.world.pipelines.get(asked.named["pipeline"])
    statuses = {one.id: one for one in found.statuses} if found is not None else {}
    if asked.named["status"] not in statuses:
        raise not_found()
    return told.status(statuses[asked.named["status"]], asked.named["pipeline"])


def leads(asked: Asked) -> Any:
    wanted = numbers(asked.filter.get("id"))
    rows = [
        told.lead(one, asked.world.fields)
        for one in asked.world.leads.values()
        if not one.deleted and (not wanted or one.id in wanted)
    ]
    return asked.page("leads", rows)


def one_lead(asked: Asked) -> Any:
    found = asked.world.leads.get(asked.named["id"])
    return None if found is None or found.deleted else told.lead(found, asked.world.fields)


def write_lead(asked: Asked) -> Any:
    """All of it, or nothing of it."""
    world, found = asked.world, asked.world.leads.get(asked.named["id"])
    if found is None or found.deleted:
        raise not_found()
    if not isinstance(asked.body, dict):
        raise invalid(("InvalidType", ""))
    unknown = unknown_keys(asked.body, ("custom_fields_values", "name", "price", "request_id"))
    if unknown:
        raise invalid(*unknown)
    home = world.pipelines[found.pipeline]
    is_unsorted = any(one.id == found.status and one.type == 1 for one in home.statuses)
    if world.wants.unsorted_refuses and is_unsorted:
        raise Problem(400, "Bad Request", "The lead is unsorted")
    values = read_values(
        asked.body.get("custom_fields_values") or [],
        world.fields,
        ZoneInfo(world.zone),
        utc_days=world.wants.utc_days,
    )
    found.values |= values
    found.updated = world.now()
    return {"id": found.id, "updated_at": found.updated}


def cards(place: str) -> Work:
    def work(asked: Asked) -> Any:
        digits = re.sub(r"\D", "", str(asked.params.get("query", "")))
        with_leads = "leads" in listed(asked.params.get("with"))
        rows = [
            told.card(one, place, asked.world, leads=with_leads)
            for one in asked.world.cards[place].values()
            if not digits or digits in re.sub(r"\D", "", one.phone) or digits in one.name
        ]
        return asked.page(place, rows)

    return work


def one_card(place: str) -> Work:
    def work(asked: Asked) -> Any:
        found = asked.world.cards[place].get(asked.named["id"])
        with_leads = "leads" in listed(asked.params.get("with"))
        return None if found is None else told.card(found, place, asked.world, leads=with_leads)

    return work


def notes(place: str) -> Work:
    def work(asked: Asked) -> Any:
        world, only = asked.world, asked.named.get("id")
        if only is not None and not _is_there(world, place, only):
            raise not_found()
        kinds, ids = set(listed(asked.filter.get("note_type"))), numbers(asked.filter.get("id"))
        wanted = asked.filter.get("updated_at") if world.wants.obeys_filter else None
        found = [
            one
            for one in world.notes.values()
            if one.place == place
            and only in (None, one.entity)
            and (not kinds or one.type in kinds)
            and (not ids or one.id in ids)
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


def custom_fields(asked: Asked) -> Any:
    return asked.page("custom_fields", [told.field(one) for one in asked.world.fields.values()])


def events(asked: Asked) -> Any:
    wanted = asked.filter
    kinds, ids = set(listed(wanted.get("type"))), numbers(wanted.get("entity_id"))
    if int(asked.params.get("limit", 50)) > 100 or len(ids) > 10:
        raise Problem(400, "Bad Request", "too much is asked")
    if ids and not listed(wanted.get("entity")):
        raise Problem(400, "Bad Request", "entity_id without entity")
    entities = set(listed(wanted.get("entity")))
    found = [
        told.event(one)
        for one in asked.world.events
        if (not kinds or one.type in kinds)
        and (not ids or one.entity in ids)
        and (not entities or one.entity_type in entities)
        and in_range(wanted.get("created_at"), one.created)
    ]
    return asked.page("events", found[::-1] if asked.world.wants.events_newest_first else found)


def add_webhook(asked: Asked) -> Any:
    body = asked.body if isinstance(asked.body, dict) else {}
    if not str(body.get("destination", "")).startswith("http") or not body.get("settings"):
        raise invalid(("FieldMissing", "destination"))
    asked.world.webhooks[str(body["destination"])] = [str(one) for one in body["settings"]]
    return {"id": len(asked.world.webhooks), "destination": body["destination"], "settings": body["settings"]}


ROUTES: list[tuple[str, re.Pattern[str], Work]] = [
    ("GET", re.compile(r"account"), account),
    ("GET", re.compile(r"users"), users),
    ("GET", re.compile(r"leads/pipelines"), pipelines),
    ("GET", re.compile(r"leads/pipelines/(?P<pipeline>\d+)/statuses/(?P<status>\d+)"), one_status),
    ("GET", re.compile(r"leads/custom_fields"), custom_fields),
    ("GET", re.compile(r"leads"), leads),
    ("GET", re.compile(r"leads/(?P<id>\d+)"), one_lead),
    ("PATCH", re.compile(r"leads/(?P<id>\d+)"), write_lead),
    ("GET", re.compile(r"events"), events),
    ("POST", re.compile(r"webhooks"), add_webhook),
]
for _place in ENTITIES:
    ROUTES += [
        ("GET", re.compile(rf"{_place}/notes"), notes(_place)),
        ("GET", re.compile(rf"{_place}/(?P<id>\d+)/notes"), notes(_place)),
        ("POST", re.compile(rf"{_place}/notes"), add_notes(_place)),
        ("POST", re.compile(rf"{_place}/(?P<id>\d+)/notes"), add_notes(_place)),
    ]
for _place in ("contacts", "companies"):
    ROUTES += [
        ("GET", re.compile(_place), cards(_place)),
        ("GET", re.compile(rf"{_place}/(?P<id>\d+)"), one_card(_place)),
    ]


def find(method: str, path: str) -> tuple[Work, dict[str, int]]:
    """Raises Problem 404 and 405: calls, for example, can be written only."""
    known = [(verb, found, work) for verb, pattern, work in ROUTES if (found := pattern.fullmatch(path))]
    for verb, found, work in known:
        if verb == method:
            return work, {name: int(value) for name, value in found.groupdict().items()}
    raise Problem(405, "Method Not Allowed") if known else not_found()


def check_rights(world: Builder, path: str) -> None:
    if any(path == closed or path.startswith(f"{closed}/") for closed in world.wants.closed):
        raise forbidden()
