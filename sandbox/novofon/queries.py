"""What reports have in common: local times, filters, order, pages and the choice of fields, all of them strict."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.novofon.errors import ApiError

FORMAT = "%Y-%m-%d %H:%M:%S"
THREE_MONTHS = timedelta(days=89)
MOST_ROWS = 10_000
MOST_OFFSET = 100_000
COMMON = frozenset({"access_token", "date_from", "date_till", "limit", "offset", "filter", "sort", "fields"})

Row = dict[str, Any]

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda have, want: have == want,
    "!=": lambda have, want: have != want,
    "<": lambda have, want: have < want,
    ">": lambda have, want: have > want,
    "<=": lambda have, want: have <= want,
    ">=": lambda have, want: have >= want,
    "in": lambda have, want: have in want,
    "like": lambda have, want: re.fullmatch(re.escape(want).replace("%", ".*"), have) is not None,
}


@dataclass(frozen=True)
class Report:
    """Which names a report knows. `standard` are told when no fields are asked for."""

    fields: Collection[str]
    standard: Collection[str]
    not_filterable: Collection[str]
    not_sortable: Collection[str]


def whole(params: Row, name: str, usual: int, most: int) -> int:
    value = params.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiError("data_type_error", field=name, value=value)
    if not 0 <= value <= most:
        raise ApiError("invalid_parameter_value", field=name, value=value)
    return value


def check_names(params: Row, known: Collection[str]) -> None:
    for name in params:
        if name not in known:
            raise ApiError("unexpected_parameters", field=name)


def window(params: Row) -> tuple[str, str]:
    """Both ends belong to it; compared as local text, like the rows."""
    found = []
    for name in ("date_from", "date_till"):
        if name not in params:
            raise ApiError("required_parameter_missed", field=name)
        try:
            found.append(datetime.strptime(params[name], FORMAT))  # noqa: DTZ007 - local to the account
        except (TypeError, ValueError):
            raise ApiError("data_type_error", field=name, value=params[name]) from None
    if found[1] - found[0] > THREE_MONTHS:
        raise ApiError("date_interval_limit_reached", field="date_till")
    return found[0].strftime(FORMAT), found[1].strftime(FORMAT)


def fields(params: Row, report: Report, disabled: Collection[str]) -> Collection[str]:
    asked = params.get("fields") or report.standard
    for name in asked:
        if name not in report.fields:
            raise ApiError("unexpected_parameters", field="fields", value=name)
        if name in disabled:
            raise ApiError("parameter_component_disabled", field="fields", value=name)
    return list(asked)


def filtered(rows: list[Row], wanted: Any, report: Report) -> list[Row]:
    if wanted is None:
        return rows
    _check(wanted, report)
    return [row for row in rows if _fits(row, wanted)]


def _check(wanted: Any, report: Report) -> None:
    if not isinstance(wanted, dict):
        raise ApiError("data_type_error", field="filter")
    for inner in wanted.get("filters", []):
        _check(inner, report)
    if "filters" in wanted:
        return
    name, operator = wanted.get("field"), wanted.get("operator")
    if name not in report.fields or name in report.not_filterable:
        raise ApiError("filter_prohibited", field="filter", value=name)
    if operator not in OPERATORS:
        raise ApiError("invalid_parameter_value", field="operator", value=operator)


def _fits(row: Row, wanted: Any) -> bool:
    if "filters" in wanted:
        fits = [_fits(row, one) for one in wanted["filters"]]
        return all(fits) if wanted.get("condition", "and") == "and" else any(fits)
    return OPERATORS[wanted["operator"]](row[wanted["field"]], wanted.get("value"))


def in_order(rows: list[Row], asked: Any, report: Report) -> list[Row]:
    """Rows of one second stand in no order that could be relied on."""
    rows = sorted(rows, key=lambda row: hash((row["id"], "any")))
    for one in reversed(asked or []):
        name, order = one.get("field"), one.get("order", "asc")
        if name not in report.fields or name in report.not_sortable:
            raise ApiError("sort_prohibited", field="sort", value=name)
        if order not in ("asc", "desc"):
            raise ApiError("invalid_parameter_value", field="order", value=order)
        rows = sorted(rows, key=lambda row: row[name], reverse=order == "desc")
    return rows
