"""Words of a prompt's card."""

from collections.abc import Mapping
from typing import Any

from aiogram.utils.formatting import Bold, Italic, Text, as_line, as_list
from aiogram.utils.i18n import gettext as _

from handlers import words
from handlers.phrases import phrase
from handlers.prompts import alert_texts
from handlers.prompts.shared_texts import answer_of, around, place
from services.domain.call import Reason
from services.domain.prompt import Problem, Prompt


def card(prompt: Prompt, names: Mapping[str, Any], number: int, note: Text | str = "") -> Text:
    state = _("🟢 включён") if prompt.enabled else _("⚪ выключен")
    head = as_list(
        Text(f"{number}. ", Bold(prompt.name)),
        Text(state),
        as_line(Italic(names.get("integration", "")), " · ", place(names), end=""),
        Text(_("Ответ: {where}").format(where=answer_of(prompt, names))),
    )
    if prompt.version.number > 1:
        head = Text(head, "\n", _("Редакция текста: {n}").format(n=prompt.version.number))
    if prompt.version.condition:
        head = Text(head, "\n", alert_texts.card_line(prompt.version.condition))
    for problem in prompt.problems:
        head = Text(head, "\n", _problem(problem))
    return around(prompt.text, head, note)


def _problem(problem: Problem) -> Text:
    """A suspended field; the others go on."""
    why = words.reason(Reason(problem.reason))
    told = _("«{name}»: {why}. Вопрос приостановлен.") if problem.asked else _("«{name}»: {why}. Не заполняю.")
    return Text("⚠️ ", phrase(told, name=Bold(problem.field_name), why=why))


def repair_button() -> str:
    return _("🛠 Починить поля")


def hide_button() -> str:
    return _("🙈 Скрывать, если нет данных")


def unhide_button() -> str:
    return _("👁 Показывать и без данных")


def off_button() -> str:
    return _("⚪ Выключить")


def duplicate_button() -> str:
    return _("📄 Копия")


def up_button() -> str:
    return _("⬆️ Выше")


def down_button() -> str:
    return _("⬇️ Ниже")


def delete_button() -> str:
    return _("🗑 Удалить")


def list_button() -> str:
    return _("‹ К списку")


def sure_to_delete(name: str) -> Text:
    return phrase(_("Удалить промпт «{name}»? Его ответы в CRM и в чатах останутся."), name=Bold(name))


def delete_sure_button() -> str:
    return _("Да, удалить")


def deleted(name: str) -> Text:
    return phrase(_("Промпт «{name}» удалён."), name=Bold(name))


def ask_new_name(name: str) -> Text:
    return phrase(_("Сейчас: «{name}». Пришлите новое название."), name=Bold(name))


def ask_new_text() -> str:
    return _("Пришлите новый текст промпта одним сообщением или файлом .txt. Старые ответы не изменятся.")


def copy_suffix(number: int) -> str:
    return _(" (копия)") if number == 1 else _(" (копия {n})").format(n=number)


def copied(name: str) -> Text:
    return phrase(_("Готова копия: «{name}». Она выключена."), name=Bold(name))
