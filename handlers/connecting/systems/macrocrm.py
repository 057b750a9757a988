"""MacroCRM: the address, the key, and an honest report of what could be tried and what could not."""

import re
from collections.abc import Callable, Mapping

from aiogram.utils.formatting import Bold, Code, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers.connecting.systems.macrocrm_options import ask_option, choice, option_title, option_value
from handlers.connecting.systems.macrocrm_trials import trial_line
from handlers.phrases import phrase
from services.errors import RemoteError, ScopeMissing, Unauthorized, Unreachable
from services.integrations.base import CheckLine

__all__ = [
    "ask",
    "ask_option",
    "choice",
    "failure",
    "line",
    "option_title",
    "option_value",
    "refused",
    "remark",
    "renew_hint",
    "title",
    "trouble",
]

ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d)")
EXAMPLE = "https://api.macroserver.ru/v2"
METHODS = (
    "estateBuy/statuses, estateBuy/list, estateBuy/find, estateBuy/addNote, contacts/find, company/getUsers, "
    "calls/getSaleDepartmentsCalls, calls/getRecord"
)


def title() -> str:
    return _("MacroCRM")


def ask(field: str, values: Mapping[str, str]) -> Text:
    return {"base_url": _ask_address, "token": _ask_token, "app_id": _ask_app_id}[field]()


def _ask_address() -> Text:
    return as_list(
        Bold(_("Подключение MacroCRM")),
        phrase(_("Пришлите адрес API вашей MacroCRM, например {example}"), example=Code(EXAMPLE)),
        _("Его знает администратор CRM или поддержка MACRO."),
    )


def _ask_token() -> Text:
    return as_list(
        _("Пришлите ключ API: его создаёт администратор CRM, начинается он обычно с macro-"),
        "",
        _("Пусть администратор сразу откроет ключу методы:"),
        Code(METHODS),
        "",
        _("Сообщение с ключом я сразу удалю, ключ храню зашифрованным."),
    )


def _ask_app_id() -> Text:
    return Text(_("У старых ключей есть ещё номер приложения (AppId). Выдали его — пришлите, нет — пропустите."))


def line(line: CheckLine) -> str:
    told = _LINES.get(line.code, trial_line)
    return told(line)


def _statuses(line: CheckLine) -> str:
    if not line.ok and line.values.get("scope"):
        return _no_right(line)
    if not line.ok:
        return _("По этому адресу отвечает не MacroCRM: проверьте адрес API")
    return _("Статусы заявок: {count}, подстатусов: {custom}").format(**line.values)


def _users(line: CheckLine) -> str:
    if not line.ok:
        return _("Список сотрудников закрыт: не беда, имена есть в звонках")
    return _("Сотрудники видны: {count}").format(**line.values)


def _calls(line: CheckLine) -> str:
    if line.ok:
        days = int(line.values["days"])
        told = ngettext("Звонки видны: {count} за {days} день", "Звонки видны: {count} за {days} дней", days)
        return told.format(**line.values)
    if line.values.get("scope"):
        return _no_right(line)
    if line.values.get("transport"):
        return _("Таким способом CRM звонки не отдаёт: оставьте прежний")
    return _("Звонки не отдаёт ни одним из трёх способов: спросите поддержку MACRO про методы calls")


def _sample(line: CheckLine) -> str:
    sample = _("Последний звонок: {when}, тел. {phone}").format(
        when=_when(line.values["date"]), phone=line.values["phone"]
    )
    request = line.values["request"]
    return sample if request == "0" else _("{sample}, заявка {request}").format(sample=sample, request=request)


def _when(told: str) -> str:
    """In no other zone than the system tells it, for people compare it with what they see there."""
    found = ISO.match(told)
    if found is None:
        return told
    year, month, day, time = found.groups()
    return f"{day}.{month}.{year} {time}"


def _times(line: CheckLine) -> str:
    if line.values["kind"] == "offset":
        return _("Время звонков понятно, часовой пояс {zone}").format(**line.values)
    if line.ok:
        return _("Время звонков без пояса, считаю его {zone}. Если не так, поменяйте в настройках").format(
            **line.values
        )
    return _("Последний звонок ({date}) будто из будущего: пояс не {zone}. Выберите свой в настройках").format(
        date=_when(line.values["date"]), zone=line.values["zone"]
    )


def _recording(line: CheckLine) -> str:
    if line.values.get("scope"):
        return _no_right(line)
    if line.ok:
        kind = line.values.get("kind", "")
        return _("Запись разговора скачалась: {kind}").format(kind=kind) if kind else _("Записи скачиваются")
    if line.values.get("why") == "no_talks":
        return _("За две недели ни одного разговора: сделайте пробный звонок и проверьте ещё раз")
    return _("Записи разговоров не скачиваются: проверьте, что телефония отдаёт их в CRM")


def _find(line: CheckLine) -> str:
    if not line.ok:
        return _("Заявки клиента не видны: подстатус и звонки без заявки могу не узнать")
    return _("Заявки клиента видны")


def _contacts(line: CheckLine) -> str:
    return _("Клиент находится по телефону") if line.ok else _("Клиента по телефону найти не могу: нет права")


def _merged(line: CheckLine) -> str:
    if not line.ok:
        return _("Заявку по номеру не отдаёт: за объединёнными заявками не слежу")
    return _("Заявка по номеру видна: объединённые найду")


def _limit(line: CheckLine) -> str:
    if not line.ok:
        return _("Запросов в минуту можно только {count}: буду спрашивать реже").format(**line.values)
    return _("Запросов в минуту можно {count}").format(**line.values)


def _notes(line: CheckLine) -> str:
    return _("Не проверял: заметки. Прочитать их снаружи нельзя, а писать без спроса не стал")


def _fields(line: CheckLine) -> str:
    return remark()


def _no_right(line: CheckLine) -> str:
    return _("У ключа закрыт метод {scope}: пусть администратор CRM его откроет").format(**line.values)


_LINES: Mapping[str, Callable[[CheckLine], str]] = {
    "statuses": _statuses,
    "users": _users,
    "calls": _calls,
    "sample": _sample,
    "times": _times,
    "recording": _recording,
    "find": _find,
    "contacts": _contacts,
    "merged": _merged,
    "limit": _limit,
    "notes": _notes,
    "fields": _fields,
}


def remark() -> str:
    return _(
        "Поля заявок не заполняю: MacroCRM не даёт делать это снаружи. Если у вашей компании есть такой метод, "
        "включите его в настройках."
    )


def refused(why: str, values: Mapping[str, object]) -> str | None:
    if why == "not_in_range":
        return _("Не подходит: нужно целое число от {least} до {most}.").format(**values)
    if why == "template_line":
        name = _(str(values["name"]))  # the lines' names are among the words of the example
        return _("Не хватает строки «{name}». Нужны четыре: метод, тело, поля, проверка.").format(name=name)
    return {
        "not_an_address": _("Это не похоже на адрес. Он выглядит так: {example}").format(example=EXAMPLE),
        "not_a_token": _("Это не похоже на ключ: в нём нет пробелов и русских букв. Скопируйте его ещё раз."),
        "not_an_app_id": _("AppId — это просто число. Если его нет, нажмите «Пропустить»."),
        "unknown_choice": _("Выберите кнопкой."),
        "unknown_zone": _("Не знаю такого пояса. Примеры: Asia/Almaty, +05:00"),
        "template_method": _("Метод — это путь вида estateBuy/setAttribute, без адреса."),
        "template_body": _("Тело не разобрал: это JSON в фигурных скобках, в нём есть {id}, {field} и {value}."),
        "template_fields": _("Поля через запятую, без повторов: Бюджет = attr_15, Срок"),
        "template_trial": _("В строке «проверка» нужен номер заявки: одно число."),
        "template_read": _("Чтение не разобрал: нужны метод, тело с {id} и {field}, стрелка -> и где значение."),
    }.get(why)


def failure(error: RemoteError) -> str | None:
    if isinstance(error, ScopeMissing):
        return _("У ключа закрыт метод {scope}: пусть администратор CRM его откроет").format(scope=error.scope)
    if isinstance(error, Unauthorized):
        return _("Ключ не принимают: он отозван, с ошибкой или ему нужен номер приложения (AppId).")
    if isinstance(error, Unreachable) and error.remote_code == "certificate":
        return _("У адреса просрочен или чужой сертификат. Сообщите поддержке MACRO: без него ключ не отправлю.")
    return None


def renew_hint() -> str:
    return _("пришлите новый ключ")


def trouble(code: str, remote_code: str) -> tuple[str, str] | None:
    if remote_code == "certificate":
        return (
            _("просрочен сертификат"),
            _("Сообщите поддержке MACRO. Пробую снова сам, звонки не потеряются."),
        )
    return None
