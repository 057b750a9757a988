"""Words of the list."""

from collections.abc import Mapping
from typing import Any

from aiogram.utils.formatting import Bold, Italic, Text
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers.prompts.shared_texts import place
from services.domain.prompt import Prompt


def nothing_yet() -> str:
    return _("Промптов пока нет. Создайте первый — это вопрос, который я задам каждому новому звонку.")


def nothing_found() -> str:
    return _("По этому запросу ничего нет.")


def new_button() -> str:
    return _("➕ Новый промпт")


def list_title(total: int, active: int, shown: str = "") -> Text:
    count = ngettext("{n} промпт", "{n} промптов", total).format(n=total)
    on = _("включено {n}").format(n=active)
    head = Text(Bold(_("Промпты")), f" · {count}, {on}")
    return head + f"\n{shown}" if shown else head


def line(number: int, prompt: Prompt, names: Mapping[str, Any], *, several: bool) -> Text:
    """`names` of its scope; `several`: the company has more than one system."""
    where = f"{names['integration']} · {place(names)}" if several else place(names)
    return Text(f"{number}. ", Bold(prompt.name), " — ", Italic(where))


def list_hint() -> str:
    return _("Кружок включает и выключает, ⚙️ открывает промпт.")


def filter_button() -> str:
    return _("🔎 Воронка")


def search_button() -> str:
    return _("🔤 Найти")


def all_button() -> str:
    return _("Показать все")


def ask_search() -> str:
    return _("Напишите слово из названия.")


def choose_filter() -> str:
    return _("Что показать?")
