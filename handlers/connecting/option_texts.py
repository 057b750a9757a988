"""Words of an integration's settings and of the address that wakes it up."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, Code, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.connecting.systems import SYSTEMS, OptionWords, WakeWords
from handlers.connecting.texts import check_line
from handlers.phrases import phrase
from services.connecting.options import OptionSheet
from services.domain.integration import Kind
from services.integrations.base import CheckLine
from services.integrations.entry import Step


def title(kind: Kind, option: Step) -> str:
    system = SYSTEMS[kind]
    return system.option_title(option.field) if isinstance(system, OptionWords) else option.field


def value(kind: Kind, option: Step, present: str) -> str:
    system = SYSTEMS[kind]
    if isinstance(system, OptionWords):
        return system.option_value(option.field, present)
    return present or _("не задано")


def sheet(shown: OptionSheet, note: str = "") -> Text:
    kind = shown.integration.kind
    lines: list[Text | str] = [phrase(_("Настройки: {name}"), name=Bold(shown.integration.name)), ""]
    for _number, option in shown.shown:
        lines.append(Text(Bold(title(kind, option)), ": ", value(kind, option, shown.values[option.field])))
    if note:
        lines += ["", note]
    return as_list(*lines)


def ask(shown: OptionSheet, option: Step) -> Text:
    kind = shown.integration.kind
    system = SYSTEMS[kind]
    asked = Text(Bold(title(kind, option)))
    if isinstance(system, OptionWords):
        asked = system.ask_option(option.field, shown.values)
    present = value(kind, option, shown.values[option.field])
    return as_list(asked, "", phrase(_("Сейчас: {value}"), value=Bold(present)))


def trial(kind: Kind, option: Step, wanted: str, lines: Sequence[CheckLine], *, can_save: bool) -> Text:
    told: list[Text | str] = [Text(Bold(title(kind, option)), ": ", value(kind, option, wanted)), ""]
    told += [check_line(kind, line) for line in lines]
    if not can_save:
        told += ["", _("Так сохранить нельзя. Исправьте отмеченное ❌ или пришлите другое.")]
    return as_list(*told)


def trying() -> str:
    return _("Смотрю, что получится…")


def save_button() -> str:
    return _("✅ Сохранить")


def default_button() -> str:
    return _("↩️ Вернуть как было")


def saved() -> str:
    return _("✅ Сохранено.")


def only_private() -> str:
    return _("Настройки и адреса показываю только в личной переписке со мной.")


def knocks_button() -> str:
    return _("🔔 Мгновенные звонки")


def knocks(kind: Kind, address: str) -> Text:
    """`address` is a secret of a kind: whoever knows it can make us look, though nothing more."""
    system = SYSTEMS[kind]
    lines: list[Text | str] = [
        Bold(_("Мгновенные звонки")),
        _("Я и так смотрю звонки раз в минуту. С этим адресом система сама позовёт меня сразу после разговора."),
        "",
    ]
    if isinstance(system, WakeWords):
        lines += [system.where_to_paste(), ""]
    return as_list(
        *lines, Code(address), "", _("Нажмите на адрес, чтобы скопировать. Посторонним не показывайте.")
    )
