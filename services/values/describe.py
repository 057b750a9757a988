"""What a model is told of the value that is wanted."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from services.domain.field import FieldType, Option, RemoteField
from services.domain.workspace import Language
from services.values.options import MOST_OPTIONS

DAYS = "понедельник вторник среда четверг пятница суббота воскресенье".split()
FORMS = {
    FieldType.INTEGER: 'целое число цифрами, без слов и единиц: ["150"].',
    FieldType.NUMBER: 'число цифрами, дробная часть через точку, без слов и единиц: ["12.5"].',
    FieldType.MONEY: 'сумма цифрами и код валюты: ["1500000 {currency}"]; если валюта не названа, это {currency}.',
    FieldType.BOOLEAN: '["да"] или ["нет"].',
    FieldType.DATE: 'дата в виде ГГГГ-ММ-ДД: ["2026-03-12"].',
    FieldType.DATETIME: 'дата и время в виде ГГГГ-ММ-ДДTЧЧ:ММ: ["2026-03-12T18:30"].',
    FieldType.LINK: "адрес страницы целиком, с https://.",
    FieldType.EMPLOYEE: "ровно одно имя из перечня сотрудников.",
}


def describe(
    field: RemoteField,
    *,
    called_at: datetime,
    zone: ZoneInfo,
    language: Language,
    people: Sequence[Option] = (),
    currency: str = "RUB",
) -> str:
    """Lines that follow the question; empty for a mere text."""
    if field.type in (FieldType.TEXT, FieldType.OBJECT):
        return ""
    lines = [f"Поле «{field.name}»: {_form(field, currency)}"]
    options = people if field.type is FieldType.EMPLOYEE else field.options
    if options:
        lines += [f"- {one.name}" for one in options[:MOST_OPTIONS]]
    if field.type in (FieldType.DATE, FieldType.DATETIME):
        local = called_at.astimezone(zone)
        lines.append(
            f"Звонок был {local:%Y-%m-%d %H:%M} ({DAYS[local.weekday()]}), часовой пояс {zone.key}: "
            "от него считай «завтра», «в пятницу», «через неделю»."
        )
    lines.append("Если в разговоре такого значения нет или оно названо неточно: found=false, value=null.")
    return "\n".join(lines)


def _form(field: RemoteField, currency: str) -> str:
    if field.type is FieldType.MONEY:
        return FORMS[field.type].format(currency=currency)
    if field.type is not FieldType.CHOICE:
        return FORMS[field.type]
    if field.multiple:
        return "список значений из перечня, слово в слово; только те, о которых сказано:"
    return "ровно одно значение из перечня, слово в слово:"
