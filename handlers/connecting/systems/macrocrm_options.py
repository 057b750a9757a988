"""MacroCRM: what may be set once it is connected."""

from collections.abc import Callable, Mapping

from aiogram.utils.formatting import Bold, Code, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import phrase
from services.integrations.macrocrm.template import from_text

BODY, READING = '{"id": {id}, "attr": "{field}", "value": "{value}"}', '{"id": {id}, "attr": "{field}"}'


def choice(field: str, value: str) -> str:
    """A button of an option, and the value in force."""
    return {
        ("calls_transport", "get_body"): _("GET с телом"),
        ("calls_transport", "get_query"): _("GET в адресе"),
        ("calls_transport", "post_body"): _("POST"),
        ("skip_no_target", "yes"): _("Пропускать"),
        ("skip_no_target", "no"): _("Брать и их"),
        ("collapse", "no"): _("Каждая часть — звонок"),
        ("collapse", "yes"): _("Один звонок"),
        ("merged", "follow"): _("Писать в основную"),
        ("merged", "keep"): _("Писать в старую"),
        ("mediator", "skip"): _("Не писать"),
        ("mediator", "latest"): _("В самую свежую"),
        ("delivery", "at_most_once"): _("Спросить меня"),
        ("delivery", "at_least_once"): _("Записать ещё раз"),
    }.get((field, value), value)


def option_title(field: str) -> str:
    return {
        "timezone": _("Часовой пояс"),
        "calls_transport": _("Как спрашивать звонки"),
        "min_talk": _("Короткие разговоры"),
        "skip_no_target": _("Нецелевые звонки"),
        "collapse": _("Переводы звонка"),
        "merged": _("Объединённые заявки"),
        "mediator": _("Звонки агентов"),
        "delivery": _("Если ответ CRM потерялся"),
        "note_limit": _("Длина заметки"),
        "per_minute": _("Запросов в минуту"),
        "fields": _("Поля заявки"),
    }[field]


def ask_option(field: str, values: Mapping[str, str]) -> Text:
    return as_list(Bold(option_title(field)), _ASKS[field]())


def option_value(field: str, value: str) -> str:
    if field == "fields":
        method = from_text(value)
        return ", ".join(method.fields) if method is not None else _("не заполняю")
    told = value or _DEFAULTS.get(field, "")
    if field == "min_talk":
        return _("не беру короче {count} с").format(count=told)
    return choice(field, told)


_DEFAULTS = {
    "timezone": "Europe/Moscow",
    "calls_transport": "get_body",
    "min_talk": "10",
    "skip_no_target": "yes",
    "collapse": "no",
    "merged": "follow",
    "mediator": "skip",
    "delivery": "at_most_once",
    "note_limit": "4000",
    "per_minute": "85",
}


def _zone() -> Text:
    return phrase(
        _("В каком поясе CRM пишет время звонков? Пришлите, например, {name} или {offset}"),
        name=Code("Asia/Almaty"),
        offset=Code("+05:00"),
    )


def _transport() -> Text:
    return Text(_("Меняйте, только если просит поддержка. Сначала попробую и покажу, видны ли звонки."))


def _talk() -> Text:
    return Text(_("Сколько секунд разговора достаточно, чтобы его слушать? Пришлите число от 1 до 600."))


def _no_target() -> Text:
    return Text(_("Что делать со звонками, которые в CRM отмечены нецелевыми?"))


def _collapse() -> Text:
    return Text(_("Звонок переводили между сотрудниками, и в CRM он записан частями. Как считать?"))


def _merged() -> Text:
    return Text(_("Заявку из звонка объединили с другой. Куда писать ответ?"))


def _mediator() -> Text:
    return Text(_("Звонит агент, а у него несколько заявок в работе: про какую разговор, не узнать. Куда писать?"))


def _delivery() -> Text:
    return Text(
        _(
            "CRM не подтвердила запись, а проверить её снаружи нельзя. Спросить вас или записать ещё раз? "
            "Во втором случае изредка будет дубль: у одинаковых заметок одинаковая последняя строка."
        )
    )


def _note() -> Text:
    return Text(
        _("Сколько символов помещать в одну заметку? Длинный ответ займёт до трёх. Число от 500 до 20000.")
    )


def _rate() -> Text:
    return Text(_("Обычно ключу можно 100 запросов в минуту, я беру 85. Пришлите число от 5 до 600."))


def _template() -> str:
    """An example in the reader's language; the words before the colons are understood in both."""
    budget, term = _("Бюджет"), _("Срок")
    lines = (
        (_("метод"), "estateBuy/setAttribute"),
        (_("тело"), BODY),
        (_("поля"), f"{budget} = attr_15, {term} = attr_16"),
        (_("проверка"), "12345"),
        (_("чтение"), f"estateBuy/getAttribute {READING} -> attribute.value"),
    )
    return "\n".join(f"{name}: {value}" for name, value in lines)


def _fields() -> Text:
    return as_list(
        _("Готового метода для полей у MacroCRM нет. Если вашей компании его сделали, опишите его так:"),
        Code(_template()),
        _("Строка «чтение» не обязательна, но без неё новый ответ заменит то, что стоит в поле."),
        "",
        Bold(
            _(
                "Внимание: перед сохранением я по-настоящему запишу проверочный текст в первое поле заявки из "
                "строки «проверка». Заведите для этого пробную заявку."
            )
        ),
        "",
        _("Чтобы выключить, пришлите «нет»."),
    )


_ASKS: Mapping[str, Callable[[], Text]] = {
    "timezone": _zone,
    "calls_transport": _transport,
    "min_talk": _talk,
    "skip_no_target": _no_target,
    "collapse": _collapse,
    "merged": _merged,
    "mediator": _mediator,
    "delivery": _delivery,
    "note_limit": _note,
    "per_minute": _rate,
    "fields": _fields,
}
