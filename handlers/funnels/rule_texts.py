"""Words of rules: conditions, where they lead, and making them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.funnels.texts import fitting
from handlers.phrases import capitalized
from services.domain.call import Direction
from services.domain.integration import Funnel
from services.ownfunnels.conditions import Condition, Wanted, What
from services.ownfunnels.rules import Goal, Rule

FEW = 3
"""So many values of a condition are named in a line."""
LONGEST = 60
"""Characters of a value in a line."""


@dataclass(frozen=True)
class Names:
    """Names of funnels and stages by our numbers."""

    funnels: Mapping[int, str]
    stages: Mapping[int, str]

    @classmethod
    def of(cls, funnels: Sequence[Funnel]) -> "Names":
        stages = {stage.id: stage.name for one in funnels for stage in one.stages}
        return cls({one.id: one.name for one in funnels}, stages)

    def goal(self, goal: Goal | None) -> str:
        if goal is None:
            return _("без воронки")
        funnel = self.funnels.get(goal.funnel_id, "—")
        return f"{funnel} › {self.stages.get(goal.stage_id, '—')}" if goal.stage_id is not None else funnel


def kind(what: What) -> str:
    return {
        What.LINE: _("📞 Наш номер"),
        What.EXTENSION: _("☎️ Внутренний номер"),
        What.EMPLOYEE: _("👤 Сотрудник"),
        What.DIRECTION: _("↕️ Входящий или исходящий"),
        What.FOLDER: _("📁 Папка"),
        What.FILE_NAME: _("📄 Название файла"),
    }[what]


def value(what: What, wanted: Wanted) -> str:
    if what is not What.DIRECTION:
        return wanted.text
    return _("входящие") if wanted.text == Direction.INCOMING else _("исходящие")


def condition(shown: Condition) -> str:
    values = [short(value(shown.what, one)) for one in shown.values]
    told = _(" или ").join(values[:FEW])
    if len(values) > FEW:
        told += _(" и ещё {n}").format(n=len(values) - FEW)
    if shown.what is What.DIRECTION:
        return told
    return {
        What.LINE: _("наш номер {values}"),
        What.EXTENSION: _("внутренний {values}"),
        What.EMPLOYEE: _("сотрудник {values}"),
        What.FOLDER: _("папка {values}"),
        What.FILE_NAME: _("файл {values}"),
    }[shown.what].format(values=told or "—")


def short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def conditions(shown: Sequence[Condition]) -> str:
    return ", ".join(condition(one) for one in shown) or _("все остальные звонки")


def rule(shown: Rule, names: Names) -> str:
    return f"{conditions(shown.conditions)} → {names.goal(shown.goal)}"


def rules(system: str, known: Sequence[Rule], names: Names) -> Text:
    lines = [f"{number}. {rule(one, names)}" for number, one in enumerate(known, start=1) if not one.is_default]
    default = next((one.goal for one in known if one.is_default), None)
    return as_list(
        Bold(_("Какие звонки куда: {system}").format(system=system)),
        _("Звонок идёт по первому подходящему правилу.") if lines else _("Правил пока нет."),
        "",
        *fitting(lines),
        _("Остальные → {goal}").format(goal=names.goal(default)),
    )


def ask_conditions(chosen: Sequence[Condition]) -> Text:
    lines: list[Text | str] = [Bold(_("Какие звонки?"))]
    if chosen:
        lines += [f"• {condition(one)}" for one in chosen]
        lines.append(_("Нужно, чтобы совпало всё. Добавьте ещё или идите дальше."))
    else:
        lines.append(_("Выберите, по чему их узнать."))
    return as_list(*lines)


def ask_values(what: What, examples: Sequence[str], *, offered: bool) -> Text:
    """What to press or to send for one condition; `offered`: there is something to press."""
    lines: list[Text | str] = [Bold(kind(what)), _to_tick(what) if offered else _to_type(what)]
    if what is What.FILE_NAME and examples:
        lines.append(_("Ваши файлы: {names}").format(names=", ".join(examples)[:500]))
    return as_list(*lines)


def _to_tick(what: What) -> str:
    return {
        What.LINE: _("Звонки на какой из ваших номеров (или с него)? Отметьте или пришлите номер."),
        What.EXTENSION: _("Какие внутренние номера? Отметьте или пришлите номер."),
        What.EMPLOYEE: _("Чьи звонки? Отметьте или пришлите имя, как в телефонии или в названии файла."),
        What.DIRECTION: _("Какие звонки брать?"),
        What.FOLDER: _("Из какой папки? Вложенные тоже войдут. Отметьте или пришлите название."),
        What.FILE_NAME: _(
            "Что есть в названии файла? Отметьте или пришлите часть названия. Можно и шаблон: * заменяет любые "
            "знаки, ? — один."
        ),
    }[what]


def _to_type(what: What) -> str:
    return {
        What.LINE: _("Звонки на какой из ваших номеров (или с него)? Пришлите номер."),
        What.EXTENSION: _("Какие внутренние номера? Пришлите номер."),
        What.EMPLOYEE: _("Чьи звонки? Пришлите имя, как в телефонии или в названии файла."),
        What.DIRECTION: _("Какие звонки брать?"),
        What.FOLDER: _("Из какой папки? Вложенные тоже войдут. Пришлите название."),
        What.FILE_NAME: _(
            "Что есть в названии файла? Пришлите часть названия или шаблон: * заменяет любые знаки, ? — один."
        ),
    }[what]


def ask_goal(chosen: Sequence[Condition]) -> Text:
    told = conditions(chosen)
    return as_list(Bold(_("Куда их?")), capitalized(told))


def saved() -> str:
    return _("Сохранено. Новые звонки пойдут по этим правилам.")


def saved_order() -> str:
    return _("Порядок сохранён.")


def gone() -> str:
    return _("Этой воронки или правила больше нет. Проверьте, как стало.")


def changed_meanwhile() -> str:
    return _("⚠️ Пока вы выбирали, правила поменял кто-то ещё. Это пересчитано по новым: проверьте и сохраните.")


def on_button() -> str:
    return _("Дальше ›")


def more_button() -> str:
    return _("➕ Ещё условие")


def save_button() -> str:
    return _("💾 Сохранить")


def conditions_button() -> str:
    return _("✏️ Условия")


def goal_button() -> str:
    return _("✏️ Куда")


def cancel_button() -> str:
    return _("✖️ Отмена")


def new_button() -> str:
    return _("➕ Правило")


def default_button(goal: str) -> str:
    return _("Остальные → {goal}").format(goal=goal)


def look_button() -> str:
    return _("👁 Последние звонки")


def edit_button() -> str:
    return _("✏️ Изменить")


def move_button() -> str:
    return _("Да, поменять")


def nowhere_button() -> str:
    return _("Никуда: без воронки")
