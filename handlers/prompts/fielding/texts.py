"""All words of choosing fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Italic, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import phrase
from services.domain.field import FieldType, RemoteField
from services.domain.integration import ObjectKind
from services.domain.prompt import Known, Policy

SHOWN = 60
"""Characters of a question on the screen of fields."""


def choose_list(search: str) -> Text:
    rows: list[Text | str] = [
        Bold(_("В какой список писать ответы?")),
        _("Для аналитики лучше отдельный список: по строке на звонок, по полю на вопрос."),
    ]
    rows.append(found(search) if search else _("Чтобы найти, пришлите часть названия."))
    return as_list(*rows, sep="\n\n")


def found(search: str) -> Text:
    return phrase(_("Ищу: «{words}»"), words=Bold(search))


def no_lists() -> str:
    return _("В Битрикс24 пока нет ни одного списка. Создайте новый — я заполню его поля сам.")


def new_list_button() -> str:
    return _("➕ Создать новый список")


def show_all_button() -> str:
    return _("✖️ Показать все")


def new_list(name: str) -> Text:
    return as_list(
        phrase(_("Новый список «{name}»"), name=Bold(name)),
        _("Отметьте поля, которые в нём нужны. Вопросы к ним потом можно изменить."),
        sep="\n\n",
    )


def create_button() -> str:
    return _("✅ Создать список")


def fields_of_list(name: str) -> Text:
    return phrase(_("Поля списка «{name}»"), name=Bold(name))


def fields_of_object(kind: ObjectKind | None) -> Text:
    return Text(Bold(_("Поля лида") if kind is ObjectKind.LEAD else _("Поля сделки")))


def fields_screen(title: Text, fields: Sequence[RemoteField], columns: Mapping[str, Any], search: str) -> Text:
    """What is chosen so far, and what must still be."""
    rows: list[Text | str] = [title, _("Нажмите на поле, чтобы задать ему вопрос. Остальные останутся пустыми.")]
    chosen = [_chosen(entry) for entry in columns.values()]
    if chosen:
        rows.append(as_list(*chosen))
    missing = [field.name for field in fields if field.required and field.id not in columns]
    if missing:
        rows.append(Text("❗ ", _("Обязательные, без них не сохранить: {names}").format(names=", ".join(missing))))
    rows.append(found(search) if search else Text(Italic(_("Чтобы найти поле, пришлите часть названия."))))
    return as_list(*rows, sep="\n\n")


def _chosen(entry: Mapping[str, Any]) -> Text:
    name = entry["field"]["name"]
    if "known" in entry:
        return Text(f"🔗 {name} — ", Italic(known(Known(entry["known"]))))
    asked = entry["ask"]
    shown = asked if len(asked) <= SHOWN else asked[: SHOWN - 1] + "…"
    return Text("❓ ", Bold(name), f" — {shown}")


def sign(entry: Mapping[str, Any] | None, *, required: bool) -> str:
    if entry is None:
        return "❗" if required else "▫️"
    return "🔗" if "known" in entry else "❓"


def done_button() -> str:
    return _("✅ Готово")


def kind(field: RemoteField) -> str:
    """The field's type in words."""
    return {
        FieldType.TEXT: _("текст"),
        FieldType.INTEGER: _("целое число"),
        FieldType.NUMBER: _("число"),
        FieldType.MONEY: _("деньги"),
        FieldType.BOOLEAN: _("да или нет"),
        FieldType.DATE: _("дата"),
        FieldType.DATETIME: _("дата и время"),
        FieldType.LINK: _("ссылка"),
        FieldType.CHOICE: _("несколько из списка") if field.multiple else _("одно из списка"),
        FieldType.EMPLOYEE: _("сотрудник"),
        FieldType.OBJECT: _("привязка к CRM"),
    }[field.type]


def field_window(field: RemoteField, entry: Mapping[str, Any] | None, *, askable: bool, policies: bool) -> Text:
    rows: list[Text | str] = [Text(Bold(field.name), f" · {kind(field)}")]
    if field.options:
        names = ", ".join(option.name for option in field.options[:20])
        rows.append(Text(_("Значения: {names}").format(names=names)))
    if field.required:
        rows.append("❗ " + _("Обязательное поле: без него CRM не примет строку."))
    if entry is not None and "ask" in entry:
        rows.append(Text(_("Вопрос:"), "\n", ExpandableBlockQuote(entry["ask"][:1500])))
        if policies:
            rows.append(Text(policy_told(Policy(entry["policy"]))))
    elif entry is not None:
        rows.append(Text(_("Заполняю сам: {what}").format(what=known(Known(entry["known"])))))
    if askable:
        rows.append(_("Пришлите вопрос сообщением или возьмите пример."))
    else:
        rows.append(_("Такое поле я заполняю сам, без вопроса к модели."))
    return as_list(*rows, sep="\n\n")


def known(what: Known) -> str:
    return {
        Known.OBJECT: _("сделка или лид"),
        Known.STARTED_AT: _("время звонка"),
        Known.MANAGER: _("менеджер"),
        Known.CLIENT: _("клиент"),
        Known.PHONE: _("телефон клиента"),
        Known.DURATION: _("длительность"),
    }[what]


def fill_button(what: Known) -> str:
    return f"🔗 {known(what)}"


def former_button() -> str:
    return _("👍 Прежний текст промпта")


def empty_button() -> str:
    return _("▫️ Оставить пустым")


def back_to_fields_button() -> str:
    return _("‹ К полям")


def policy(of: Policy) -> str:
    return {
        Policy.IF_EMPTY: _("Только в пустое"),
        Policy.APPEND: _("Дописать"),
        Policy.OVERWRITE: _("Заменить"),
    }[of]


def policy_told(of: Policy) -> str:
    return {
        Policy.IF_EMPTY: _("Пишу, только если поле пустое: чужое значение не трону."),
        Policy.APPEND: _("Дописываю новой строкой к тому, что в поле уже есть."),
        Policy.OVERWRITE: _("Заменяю то, что в поле есть. Ответ старого звонка новый не заменит."),
    }[of]


def no_fields() -> str:
    return _("Подходящих полей нет. Создайте поле в CRM и нажмите «Назад», а затем откройте снова.")
