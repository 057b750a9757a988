"""The reports of call sessions and of their legs, and the lists of employees and lines."""

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.novofon.builder import Builder
from sandbox.novofon.queries import (
    COMMON,
    FORMAT,
    MOST_OFFSET,
    MOST_ROWS,
    Report,
    Row,
    check_names,
    fields,
    filtered,
    in_order,
    whole,
    window,
)
from sandbox.novofon.world import Recording, Session

_STANDARD = (
    "id start_time finish_time direction is_lost finish_reason source contact_phone_number virtual_phone_number "
    "talk_duration clean_talk_duration total_duration wait_duration call_records wav_call_records "
    "full_record_file_link voice_mail_records communication_id communication_type"
).split()
_ON_REQUEST = (
    "employees last_answered_employee_id last_answered_employee_full_name last_talked_employee_id "
    "last_talked_employee_full_name operator_phone_number is_transfer scenario_name contact_full_name tags"
).split()
CALLS = Report(
    fields=[*_STANDARD, *_ON_REQUEST],
    standard=_STANDARD,
    not_filterable=("start_time", "finish_time", "call_records", "wav_call_records", "employees", "tags"),
    not_sortable=("id", "finish_time", "call_records", "employees", "tags"),
)
_LEG = (
    "id call_session_id start_time connect_time duration total_duration direction virtual_phone_number "
    "is_operator is_transfered is_coach is_failed is_talked employee_id employee_full_name employee_phone_number "
    "finish_reason call_records"
).split()
LEGS = Report(fields=_LEG, standard=_LEG, not_filterable=("start_time", "call_records"), not_sortable=("id",))

Answer = tuple[list[Row], int]
"""One page, and the number of rows before paging."""


def calls(world: Builder, params: Row, zone: ZoneInfo, media: str, disabled: Collection[str]) -> Answer:
    check_names(params, COMMON | {"include_ongoing_calls"})
    rows = [_call(world, one, zone, media) for one in _shown(world, params.get("include_ongoing_calls", False))]
    return _page(rows, params, CALLS, disabled)


def legs(world: Builder, params: Row, zone: ZoneInfo, disabled: Collection[str]) -> Answer:
    check_names(params, COMMON)
    rows = [row for one in _shown(world, False) for row in _legs(one, zone)]
    return _page(rows, params, LEGS, disabled)


def employees(world: Builder, params: Row) -> Answer:
    check_names(params, COMMON - {"date_from", "date_till"})
    rows: list[Row] = [
        {
            "id": one.id,
            "full_name": one.full_name,
            "status_id": 1,
            "extension": {"extension_phone_number": one.extension},
            "phone_numbers": [],
            "email": None,
        }
        for one in world.employees
    ]
    return _part(rows, params), len(rows)


def lines(world: Builder, params: Row) -> Answer:
    check_names(params, COMMON - {"date_from", "date_till"})
    rows: list[Row] = [
        {"id": n, "virtual_phone_number": one, "status": "active"} for n, one in enumerate(world.lines, 1)
    ]
    return _part(rows, params), len(rows)


def _shown(world: Builder, ongoing: bool) -> list[Session]:
    return [one for one in world.sessions.values() if ongoing or one.finished_at <= world.clock.now()]


def _page(rows: list[Row], params: Row, report: Report, disabled: Collection[str]) -> Answer:
    since, till = window(params)
    names = fields(params, report, disabled)
    rows = [row for row in rows if since <= row["start_time"] <= till]
    rows = in_order(filtered(rows, params.get("filter"), report), params.get("sort"), report)
    page = [{name: row[name] for name in names} for row in _part(rows, params)]
    return page, len(rows)


def _part(rows: list[Row], params: Row) -> list[Row]:
    limit, offset = whole(params, "limit", 1000, MOST_ROWS), whole(params, "offset", 0, MOST_OFFSET)
    return rows[offset : offset + limit]


def _local(session: Session, zone: ZoneInfo) -> str:
    return session.started.astimezone(zone).strftime(FORMAT)


def _call(world: Builder, one: Session, zone: ZoneInfo, media: str) -> Row:
    now = world.clock.now()
    talked = [leg for leg in one.legs if leg.talked]
    last: Any = talked[-1].employee if talked else None
    told = [record for record in one.recordings if record.told_at <= now]
    return {
        "id": one.id,
        "start_time": _local(one, zone),
        "finish_time": _local(one, zone),
        "direction": "in" if one.incoming else "out",
        "is_lost": one.lost,
        "finish_reason": "operator_disconnects",
        "source": "va",
        "contact_phone_number": one.phone,
        "virtual_phone_number": one.line,
        "talk_duration": one.talked + (5 if one.talked else 0),
        "clean_talk_duration": one.talked,
        "total_duration": one.talked + 17,
        "wait_duration": 9,
        "call_records": _ids(told, "talk"),
        "wav_call_records": _ids(told, "wav"),
        "full_record_file_link": f"{media}/{one.communication_id}/{one.whole.id}" if one.whole else None,
        "voice_mail_records": None,
        "communication_id": one.communication_id,
        "communication_type": "call",
        "employees": [
            {
                "employee_id": leg.employee.id,
                "employee_full_name": leg.employee.full_name,
                "is_answered": leg.talked,
                "is_talked": leg.talked,
            }
            for leg in one.legs
        ],
        "last_answered_employee_id": last.id if last else None,
        "last_answered_employee_full_name": last.full_name if last else None,
        "last_talked_employee_id": last.id if last else None,
        "last_talked_employee_full_name": last.full_name if last else None,
        "operator_phone_number": last.extension if last else None,
        "is_transfer": len(one.legs) > 1,
        "scenario_name": "Основной",
        "contact_full_name": None,
        "tags": [],
    }


def _ids(recordings: list[Recording], kind: str) -> list[str]:
    return [one.id for one in recordings if one.kind == kind]


def _legs(one: Session, zone: ZoneInfo) -> list[Row]:
    return [
        {
            "id": leg.id,
            "call_session_id": one.id,
            "start_time": _local(one, zone),
            "connect_time": _local(one, zone),
            "duration": leg.seconds,
            "total_duration": leg.seconds + 5,
            "direction": "in" if one.incoming else "out",
            "virtual_phone_number": one.line,
            "is_operator": True,
            "is_transfered": number > 0,
            "is_coach": False,
            "is_failed": not leg.talked,
            "is_talked": leg.talked,
            "employee_id": leg.employee.id,
            "employee_full_name": leg.employee.full_name,
            "employee_phone_number": leg.employee.extension,
            "finish_reason": "operator_disconnects",
            "call_records": [],
        }
        for number, leg in enumerate(one.legs)
    ]
