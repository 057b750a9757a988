"""What can be asked of an account, by method and path."""

import re
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.amocrm import told
from sandbox.amocrm.asked import Asked, Work
from sandbox.amocrm.builder import ENTITIES, Builder
from sandbox.amocrm.checks import read_values
from sandbox.amocrm.notes import add_notes, notes
from sandbox.amocrm.problems import Problem, forbidden, invalid, not_found
from sandbox.amocrm.wire import in_range, listed, numbers, unknown_keys, whole


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
