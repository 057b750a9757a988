"""All words of choosing fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Italic, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import phrase
from services.domain.field import FieldType, RemoteField
from services.domain.integration import ObjectKind
from services.domain.prompt import Known, Policy
from services.prompts.columns import columns_of, is_asked, lost, risky, unwritable
from services.prompts.flow import Step

SHOWN = 60
"""Characters of a question on the screen of fields."""
NAME = 20
"""Characters of a field's name before what is said of it on a button."""
OPTIONS = 20
"""Options named in a field's window."""


def choose_list(search: str, gone: str | None, *, found: bool, many: bool) -> Text:
    """`gone` is the name of the list that was chosen before; `found`: the CRM has lists, `many`: pages of them."""
    rows: list[Text | str] = []
    if gone is not None:
        told = _("⚠️ Списка «{name}» больше нет. Выберите другой: вопросы перейдут в поля с теми же названиями.")
        rows.append(phrase(told, name=Bold(gone)))
    rows.append(Bold(_("В какой список писать ответы?")))
    if not found:
        rows.append(_("В Битрикс24 пока нет ни одного списка. Создайте новый: поля и вопросы подготовлю сам."))
        return as_list(*rows, sep="\n\n")
    rows.append(_("Каждый звонок станет строкой, у каждого поля будет свой вопрос."))
    if search:
        rows.append(searching(search))
    elif many:
        rows.append(_("Чтобы найти список, пришлите часть названия."))
    return as_list(*rows, sep="\n\n")


def searching(search: str) -> Text:
    return phrase(_("Ищу: «{words}»"), words=Bold(search))


def other_list_button() -> str:
    return _("🛠 Выбрать другой список")


def new_list_button() -> str:
    return _("➕ Создать новый список")


def show_all_button() -> str:
    return _("✖️ Показать все")


def new_list(name: str) -> Text:
    return as_list(
        phrase(_("Новый список «{name}»"), name=Bold(name)),
        _("Снимите лишние поля. Вопросы к ним можно поменять потом."),
        sep="\n\n",
    )


def create_button() -> str:
    return _("✅ Создать список")


def fields_of_list(name: str) -> Text:
    return phrase(_("Поля списка «{name}»"), name=Bold(name))


def fields_of_object(kind: ObjectKind | None) -> Text:
    return Text(Bold(_("Поля лида") if kind is ObjectKind.LEAD else _("Поля сделки")))


def fields_screen(
    title: Text, fields: Sequence[RemoteField], draft: Mapping[str, Any], search: str, *, many: bool
) -> Text:
    """What is chosen so far, and what must still be; `many`: there are pages of fields."""
    listed = Step.LIST in draft
    rows: list[Text | str] = [
        title,
        _("Нажмите поле и задайте ему вопрос. Остальные поля останутся пустыми.")
        if listed
        else _("Нажмите поле и задайте ему вопрос. Остальные поля не трогаю."),
    ]
    chosen, gone = columns_of(draft), lost(draft, fields)
    if chosen:
        lines = (_chosen(entry, is_lost=name in gone, policies=not listed) for name, entry in chosen.items())
        rows.append(as_list(*lines))
    if gone:
        rows.append(_("⚠️ Нажмите исчезнувшее поле: его вопрос можно перенести в другое."))
    if barred := unwritable(fields):
        rows.append(_unwritable(barred))
    if chosen and not is_asked(draft):
        rows.append(_("❓ Задайте вопрос хотя бы одному полю, и появится «Готово»."))
    missing = [one.name for one in fields if one.required and one.writable and one.id not in chosen]
    if missing:
        rows.append(Text("❗ ", _("Обязательные, без них не сохранить: {names}").format(names=", ".join(missing))))
    if shaky := risky(draft, fields):
        told = _("⚠️ Обязательно: {names}. Если значения не найдётся, CRM не примет строку.")
        rows.append(Text(told.format(names=", ".join(shaky))))
    if search:
        rows.append(searching(search))
    elif many:
        rows.append(Text(Italic(_("Чтобы найти поле, пришлите часть названия."))))
    return as_list(*rows, sep="\n\n")


def _unwritable(names: Sequence[str]) -> Text:
    told = _(
        "⛔ Этот список мне не заполнить: в нём обязательны поля, которые я не умею писать: {names}. "
        "Снимите в CRM обязательность и нажмите «Обновить» или выберите другой список."
    )
    return phrase(told, names=Bold(", ".join(names)))


def _chosen(entry: Mapping[str, Any], *, is_lost: bool, policies: bool) -> Text:
    name = entry["field"]["name"]
    if is_lost:
        return Text(lost_button(name))
    if "known" in entry:
        return Text(f"🔗 {name} — ", Italic(known(Known(entry["known"]))))
    told = Text("❓ ", Bold(name), f" — {_cut(entry['ask'], SHOWN)}")
    return Text(told, " · ", Italic(policy(Policy(entry["policy"])).lower())) if policies else told


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"


def lost_button(name: str) -> str:
    return _("⚠️ {name} — поля больше нет").format(name=_cut(name, NAME))


def lost_field(entry: Mapping[str, Any]) -> Text:
    rows: list[Text | str] = [Text(Bold(lost_button(entry["field"]["name"])))]
    if "ask" in entry:
        rows.append(Text(_("Вопрос:"), "\n", ExpandableBlockQuote(entry["ask"][:1500])))
        rows.append(_("Перенесите вопрос в другое поле или уберите его."))
    else:
        rows.append(_("Писать сюда больше некуда: уберите поле."))
    return as_list(*rows, sep="\n\n")


def move_button() -> str:
    return _("↪️ Перенести вопрос в другое поле")


def remove_button() -> str:
    return _("🗑 Убрать")


def choose_field(entry: Mapping[str, Any], search: str, *, found: bool) -> Text:
    rows: list[Text | str] = [Bold(_("В какое поле перенести вопрос?")), ExpandableBlockQuote(entry["ask"][:1500])]
    if not found and not search:
        rows.append(_("Свободных полей нет. Создайте поле в CRM и нажмите «Обновить»."))
    else:
        rows.append(searching(search) if search else Text(Italic(_("Чтобы найти поле, пришлите часть названия."))))
    return as_list(*rows, sep="\n\n")


def refresh_button() -> str:
    return _("🔄 Обновить")


def sign(entry: Mapping[str, Any] | None, *, required: bool) -> str:
    if entry is None:
        return "❗" if required else "▫️"
    return "🔗" if "known" in entry else "❓"


def done_button() -> str:
    return _("✅ Готово")


def kind(field: RemoteField) -> str:
    """The field's type in words."""
    told = {
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
        FieldType.OBJECT: _("сделка или лид"),
    }[field.type]
    many = field.multiple and field.type is not FieldType.CHOICE
    return _("{kind}, можно несколько").format(kind=told) if many else told


def field_window(
    field: RemoteField, entry: Mapping[str, Any] | None, *, obstacle: str, policies: bool, knowns: bool
) -> Text:
    """`obstacle` says why no question can be put for it; `knowns`: something else can fill it."""
    rows: list[Text | str] = [Text(Bold(field.name), f" · {kind(field)}")]
    if field.options:
        names = ", ".join(option.name for option in field.options[:OPTIONS])
        more = "…" if len(field.options) > OPTIONS else ""
        rows.append(Text(_("Значения: {names}").format(names=names + more)))
    if field.required:
        rows.append("❗ " + _("Обязательное: без него CRM не примет строку."))
    if entry is not None and "ask" in entry:
        rows.append(Text(_("Вопрос:"), "\n", ExpandableBlockQuote(entry["ask"][:1500])))
        if policies:
            rows.append(Text(policy_told(Policy(entry["policy"])) if field.readable else replaces_unseen()))
    elif entry is not None:
        rows.append(Text(_("Заполняю сам: {what}").format(what=known(Known(entry["known"])))))
    rows.append(obstacle or _how_to_ask(again=entry is not None and "ask" in entry))
    if knowns and not obstacle:
        rows.append(_("🔗 — заполню сам, без вопроса."))
    return as_list(*rows, sep="\n\n")


def _how_to_ask(*, again: bool) -> str:
    if again:
        return _("Чтобы заменить вопрос, пришлите новый или выберите готовый.")
    return _("Пришлите вопрос сообщением или выберите готовый.")


def filled_by_us() -> str:
    return _("Это поле заполняю сам, вопрос не нужен.")


def too_many_options(count: int, limit: int) -> str:
    return _("Слишком много вариантов: {n}. Вопрос можно задать, когда их не больше {limit}.").format(
        n=count, limit=limit
    )


def known(what: Known) -> str:
    return {
        Known.OBJECT: _("сделка или лид"),
        Known.STARTED_AT: _("время звонка"),
        Known.MANAGER: _("менеджер"),
        Known.CLIENT: _("клиент"),
        Known.PHONE: _("телефон"),
        Known.DURATION: _("длительность"),
    }[what]


def fill_button(what: Known) -> str:
    return f"🔗 {known(what)}"


def empty_button() -> str:
    return _("▫️ Не заполнять")


def back_to_fields_button() -> str:
    return _("‹ К полям")


def policy(of: Policy) -> str:
    return {
        Policy.IF_EMPTY: _("Только если пусто"),
        Policy.APPEND: _("Дописать"),
        Policy.OVERWRITE: _("Заменить"),
    }[of]


def policy_told(of: Policy) -> str:
    """What happens where the field holds something already."""
    return {
        Policy.IF_EMPTY: _("Если поле уже заполнено, ничего не меняю."),
        Policy.APPEND: _("Если поле уже заполнено, дописываю новой строкой."),
        Policy.OVERWRITE: _("Если поле уже заполнено, заменяю. Поздний ответ о старом звонке новый не затрёт."),
    }[of]


def replaces_unseen() -> str:
    return _("Прочитать это поле я не могу: ответ заменит то, что в нём стоит, и отменить запись не получится.")


def no_fields() -> str:
    return _("Подходящих полей нет. Создайте поле в CRM и нажмите «Обновить».")
