"""A value of a field out of what was said, or Unreadable: nothing is guessed."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.domain.field import FieldType, Option, RemoteField, Value
from services.values import Unreadable
from services.values.links import read_link
from services.values.moments import YEARS, read_date, read_moment
from services.values.money import read_money
from services.values.numbers import read_number
from services.values.options import find_option, find_person
from services.values.truth import read_truth

LONGEST = 2000
"""Characters of a value that is not a text."""
LARGEST = Decimal(10) ** 15

Said = str | int | float | bool | list[str] | None


def read_value(
    field: RemoteField,
    said: Said,
    *,
    called_at: datetime,
    zone: ZoneInfo,
    currency: str = "RUB",
    people: Sequence[Option] = (),
) -> Value:
    """The value in the shape of `services.domain.field`. Raises Unreadable and nothing else."""
    if field.type is FieldType.CHOICE:
        return _choice(field, said)
    text = _one(said)
    if field.type is FieldType.TEXT:
        return text
    if len(text) > LONGEST:
        raise Unreadable("too_long")
    local = called_at.astimezone(zone)
    match field.type:
        case FieldType.INTEGER:
            return _integer(text)
        case FieldType.NUMBER:
            return _plain_number(_number(text))
        case FieldType.MONEY:
            amount, code = read_money(text, currency)
            return {"amount": _plain_number(_bounded(amount)), "currency": code}
        case FieldType.BOOLEAN:
            return read_truth(text)
        case FieldType.DATE:
            return _date(text, local)
        case FieldType.DATETIME:
            return _moment(text, local)
        case FieldType.LINK:
            return read_link(text)
        case FieldType.EMPLOYEE:
            return find_person(text, people).id
        case _:
            raise Unreadable("not_for_models")


def _one(said: Said) -> str:
    if isinstance(said, list):
        if len(said) != 1:
            raise Unreadable("ambiguous" if said else "empty")
        said = said[0]
    if isinstance(said, bool):
        return "да" if said else "нет"
    text = "" if said is None else str(said).strip()
    if not text:
        raise Unreadable("empty")
    return text


def _choice(field: RemoteField, said: Said) -> list[str]:
    wanted = said if isinstance(said, list) else [_one(said)]
    if not wanted:
        raise Unreadable("empty")
    found: list[str] = []
    for one in wanted:
        for option in _options_in(field, str(one)):
            if option.id not in found:
                found.append(option.id)
    if len(found) > 1 and not field.multiple:
        raise Unreadable("ambiguous")
    return found


def _options_in(field: RemoteField, said: str) -> list[Option]:
    """One option, or several that a careless model put into one line."""
    try:
        return [find_option(said, field.options)]
    except Unreadable:
        parts = [part for part in re.split(r"[;\n]|,\s", said) if part.strip()]
        if not field.multiple or len(parts) < 2:
            raise
    return [find_option(part, field.options) for part in parts]


def _number(text: str) -> Decimal:
    return _bounded(read_number(text))


def _bounded(number: Decimal) -> Decimal:
    if abs(number) >= LARGEST:
        raise Unreadable("out_of_range")
    return number


def _integer(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise Unreadable("not_whole")
    return int(number)


def _plain_number(number: Decimal) -> str:
    """`1500000`, `2.5`: no exponent, no idle zeros."""
    told = f"{number:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def _date(text: str, local: datetime) -> str:
    day = read_date(text, local)
    return _sensible(day.year, day.isoformat())


def _moment(text: str, local: datetime) -> str:
    moment = read_moment(text, local)
    return _sensible(moment.year, moment.isoformat(timespec="seconds"))


def _sensible(year: int, told: str) -> str:
    if year not in YEARS:
        raise Unreadable("out_of_range")
    return told
