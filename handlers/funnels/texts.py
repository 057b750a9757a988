"""Words of own funnels and their stages."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers import words
from handlers.phrases import phrase
from services.domain.integration import Funnel, Stage
from services.errors import Refused

ROOM = 3000
"""Characters for lists of any length: the rest of a message of 4096 is for the words around them."""
SHOWN = 5
"""So many names of prompts are told; of the others only how many."""


def fitting(lines: Sequence[str], room: int = ROOM) -> list[str]:
    """As many whole lines as there is room for."""
    taken: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return [*taken, "…"]
        taken.append(line)
    return taken


def only_private() -> str:
    return _("Воронки настраивают в личной переписке.")


def open_private_button() -> str:
    return _("Открыть переписку")


def nowhere() -> str:
    return _("Свои воронки нужны телефонии и диску: у CRM они уже есть. Подключить систему: /connect")


def choose_system() -> str:
    return _("Воронки какой системы?")


def funnels(system: str, known: Sequence[Funnel], rules: int, default: str) -> Text:
    head = phrase(_("Воронки: {system}"), system=Bold(system))
    if not known:
        return as_list(
            head,
            "",
            _(
                "Пока ни одной. Создайте воронку и скажите, какие звонки в неё попадают: по номеру, сотруднику "
                "или папке. Промпты будут работать по ней, как по воронке CRM."
            ),
        )
    lines = fitting([_funnel_line(one) for one in known])
    if rules:
        told = ngettext("{n} правило", "{n} правил", rules).format(n=rules)
        lines += ["", _("Куда идут звонки: {rules}, остальные — {default}").format(rules=told, default=default)]
    else:
        lines += ["", _("Остался шаг: скажите, какие звонки в них попадают.")]
    return as_list(head, "", *lines)


def _funnel_line(funnel: Funnel) -> str:
    if not funnel.stages:
        return f"• {funnel.name}"
    return f"• {funnel.name}: {_few([one.name for one in funnel.stages])}"


def funnel(shown: Funnel, rules: Sequence[str], prompts: Sequence[str]) -> Text:
    stages = ", ".join(fitting([one.name for one in shown.stages], ROOM // 2))
    told = _("Стадии: {names}").format(names=stages) if stages else _("Без стадий.")
    lines: list[Text | str] = [Bold(shown.name), told]
    if rules:
        lines += ["", _("Сюда попадают:"), *fitting([f"• {one}" for one in rules], ROOM - len(stages))]
    else:
        lines += ["", _("Звонков сюда пока не попадает: добавьте правило.")]
    if prompts:
        lines += ["", _("Промпты: {names}").format(names=_some(prompts))]
    return as_list(*lines)


def stage(funnel_name: str, shown: Stage, prompts: Sequence[str]) -> Text:
    lines: list[Text | str] = [phrase("{funnel} › {stage}", funnel=funnel_name, stage=Bold(shown.name))]
    if prompts:
        lines.append(_("Промпты: {names}").format(names=_some(prompts)))
    return as_list(*lines)


def _some(names: Sequence[str]) -> str:
    return _few([f"«{one}»" for one in names])


def _few(names: Sequence[str]) -> str:
    told = ", ".join(names[:SHOWN])
    left = len(names) - SHOWN
    return told + _(" и ещё {n}").format(n=left) if left > 0 else told


def ask_funnel_name() -> str:
    return _("Как назвать воронку? Пришлите название, например «Продажи».")


def ask_stage_name(funnel_name: str) -> Text:
    told = _("Новая стадия воронки «{funnel}». Пришлите название, например «Повторные».")
    return phrase(told, funnel=Bold(funnel_name))


def ask_new_name(name: str) -> Text:
    return phrase(_("Сейчас: «{name}». Пришлите новое название."), name=Bold(name))


def made(name: str) -> Text:
    return phrase(_("Воронка «{name}» создана."), name=Bold(name))


def sure_to_delete_funnel(name: str, prompts: Sequence[str]) -> Text:
    return as_list(
        phrase(_("Удалить воронку «{name}» вместе с её правилами?"), name=Bold(name)), *_suspending(prompts)
    )


def sure_to_delete_stage(name: str, prompts: Sequence[str]) -> Text:
    return as_list(
        phrase(_("Удалить стадию «{name}»?"), name=Bold(name)),
        _("Её звонки останутся в воронке, но без стадии."),
        *_suspending(prompts),
    )


def _suspending(prompts: Sequence[str]) -> list[str]:
    if not prompts:
        return []
    return [_("⚠️ Остановятся промпты: {names}").format(names=_some(prompts))]


def deleted(name: str, prompts: Sequence[str]) -> Text:
    gone = phrase(_("Удалено: {name}."), name=Bold(name))
    if not prompts:
        return gone
    told = _("Промпты остановлены: {names}. Выберите им другое место: /prompts").format(names=_some(prompts))
    return as_list(gone, told)


def refused(error: Refused) -> str:
    """What cannot be done, and what to do instead."""
    known = {
        "same_funnel": _("Воронка «{name}» уже есть. Пришлите другое название."),
        "same_stage": _("Стадия «{name}» уже есть. Пришлите другое название."),
        "too_many_funnels": _("Больше {limit} воронок сделать нельзя. Удалите лишние."),
        "too_many_stages": _("Больше {limit} стадий в воронке сделать нельзя. Удалите лишние."),
        "too_many_rules": _("Правил уже {limit}, больше нельзя. Объедините похожие: значений может быть много."),
        "value_empty": _("Пустое значение. Пришлите номер, имя или часть названия."),
        "value_long": _("Слишком длинно: не больше {limit} символов."),
        "too_many_values": _("Больше {limit} значений в одном условии нельзя. Сделайте второе правило."),
    }
    return known[error.why].format(**error.values) if error.why in known else words.refused(error)


def new_funnel_button() -> str:
    return _("➕ Новая воронка")


def rules_button() -> str:
    return _("🔀 Какие звонки куда")


def systems_button() -> str:
    return _("‹ Другая система")


def to_prompt_button() -> str:
    return _("‹ Вернуться к промпту")


def new_stage_button() -> str:
    return _("➕ Стадия")


def new_rule_button() -> str:
    return _("➕ Какие звонки сюда")


def rename_button() -> str:
    return _("✏️ Название")


def up_button() -> str:
    return _("⬆️ Выше")


def down_button() -> str:
    return _("⬇️ Ниже")


def delete_button() -> str:
    return _("🗑 Удалить")


def delete_sure_button() -> str:
    return _("Да, удалить")


def back_button() -> str:
    return _("‹ Назад")
