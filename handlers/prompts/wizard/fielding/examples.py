"""Questions to start from, by the type of a field, and the columns of a list that we make."""

from dataclasses import dataclass

from aiogram.utils.i18n import gettext as _

from services.domain.field import FieldType, RemoteField
from services.domain.prompt import Known
from services.integrations.writing import NewColumn


def questions(field: RemoteField) -> list[str]:
    """A few that fit; the field's own name says the rest."""
    name = field.name
    return {
        FieldType.TEXT: [
            _("Какие возражения назвал клиент?"),
            _("О чём договорились и что дальше?"),
            _("Кратко: о чём был разговор?"),
        ],
        FieldType.INTEGER: [_("Какое число назвали: {name}?").format(name=name)],
        FieldType.NUMBER: [_("Какое число назвали: {name}?").format(name=name)],
        FieldType.MONEY: [_("Какой бюджет назвал клиент?"), _("Какую цену назвал менеджер?")],
        FieldType.BOOLEAN: [_("Договорились ли о следующем шаге?"), _("Назвал ли клиент конкурентов?")],
        FieldType.DATE: [_("На какую дату договорились?"), _("К какому сроку нужно клиенту?")],
        FieldType.DATETIME: [_("На какие дату и время назначили встречу?")],
        FieldType.LINK: [_("Какую ссылку назвали в разговоре?")],
        FieldType.CHOICE: [_("Что из списка подходит: {name}?").format(name=name)],
        FieldType.EMPLOYEE: [_("Кого из сотрудников назвали ответственным?")],
    }.get(field.type, [])


@dataclass(frozen=True)
class Offer:
    """A column offered for a new list, with its question or what fills it."""

    column: NewColumn
    question: str = ""
    known: Known | None = None


def offers() -> list[Offer]:
    moods = (_("Позитивная"), _("Нейтральная"), _("Негативная"))
    return [
        Offer(NewColumn(_("Сделка"), FieldType.OBJECT), known=Known.OBJECT),
        Offer(NewColumn(_("Дата звонка"), FieldType.DATETIME), known=Known.STARTED_AT),
        Offer(NewColumn(_("Менеджер"), FieldType.EMPLOYEE), known=Known.MANAGER),
        Offer(NewColumn(_("Итог"), FieldType.TEXT), _("Кратко: о чём был разговор?")),
        Offer(NewColumn(_("Возражения"), FieldType.TEXT), _("Какие возражения назвал клиент?")),
        Offer(NewColumn(_("Следующий шаг"), FieldType.TEXT), _("О чём договорились и что дальше?")),
        Offer(NewColumn(_("Бюджет"), FieldType.MONEY), _("Какой бюджет назвал клиент?")),
        Offer(
            NewColumn(_("Тональность"), FieldType.CHOICE, moods),
            _("Какое настроение у клиента в разговоре?"),
        ),
    ]
