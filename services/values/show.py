"""A value as people read it, on a card."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from services.domain.field import FieldType, Option, RemoteField, Value
from services.domain.workspace import Language

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
MONTHS_EN = "January February March April May June July August September October November December".split()
SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "KZT": "₸", "CNY": "¥"}
NO_BREAK = "\u00a0"


def show_value(field: RemoteField, value: Value, language: Language, people: Sequence[Option] = ()) -> str:
    """Empty for a value that is none."""
    if value is None:
        return ""
    match field.type:
        case FieldType.INTEGER | FieldType.NUMBER:
            return _number(str(value), language)
        case FieldType.MONEY:
            sign = SIGNS.get(value["currency"], value["currency"])
            return f"{_number(value['amount'], language)}{NO_BREAK}{sign}"
        case FieldType.BOOLEAN:
            return {Language.RU: ("нет", "да"), Language.EN: ("no", "yes")}[language][bool(value)]
        case FieldType.DATE:
            return _date(date.fromisoformat(value), language)
        case FieldType.DATETIME:
            moment = datetime.fromisoformat(value)
            return f"{_date(moment.date(), language)}, {moment:%H:%M}"
        case FieldType.CHOICE:
            return ", ".join(_name(one, field.options) for one in value)
        case FieldType.EMPLOYEE:
            return _name(value, people)
        case _:
            return str(value)


def _number(told: str, language: Language) -> str:
    grouped = f"{Decimal(told):,f}"
    return grouped.replace(",", NO_BREAK).replace(".", ",") if language is Language.RU else grouped


def _date(day: date, language: Language) -> str:
    months = MONTHS if language is Language.RU else MONTHS_EN
    return f"{day.day}{NO_BREAK}{months[day.month - 1]} {day.year}"


def _name(option_id: str, options: Sequence[Option]) -> str:
    return next((one.name for one in options if one.id == option_id), option_id)
