"""MacroCRM: what came of trying the customer's own method for fields."""

from collections.abc import Callable, Mapping

from aiogram.utils.i18n import gettext as _

from services.integrations.base import CheckLine


def trial_line(line: CheckLine) -> str:
    return _LINES[line.code](line)


def _written(line: CheckLine) -> str:
    if line.ok:
        return _("Записал проверочный текст в поле «{field}» заявки {request}").format(**line.values)
    if line.values.get("failure") in ("unclear", "unreachable", "rate_limited", "bad_answer"):
        return _("CRM не подтвердила запись в поле «{field}» заявки {request}. Попробуйте ещё раз").format(
            **line.values
        )
    if line.values.get("failure") == "gone":
        return _("Заявки {request} или такого метода в CRM нет: проверьте строки «метод» и «проверка»").format(
            **line.values
        )
    if line.values.get("failure") in ("scope_missing", "unauthorized"):
        return _("Ключу закрыт этот метод: пусть администратор CRM его откроет")
    return _("CRM не приняла запись в поле «{field}»: проверьте строки «метод», «тело» и «поля»").format(
        **line.values
    )


def _read(line: CheckLine) -> str:
    if line.ok:
        return _("Прочитал его обратно и вернул как было")
    if line.values.get("failure"):
        return _("Поле «{field}» заявки {request} не прочиталось: проверьте строки «чтение» и «проверка»").format(
            **line.values
        )
    return _("Прочитал обратно другое: проверьте строку «чтение»")


def _left(line: CheckLine) -> str:
    told = _("Не смог вернуть поле «{field}» заявки {request} как было. Верните сами, там стояло: «{before}»")
    return told.format(**line.values)


def _blind(line: CheckLine) -> str:
    return _(
        "Прочитать поле не могу: уберите проверочный текст из заявки {request} сами. И дальше новый ответ "
        "будет заменять то, что стоит в поле."
    ).format(**line.values)


_LINES: Mapping[str, Callable[[CheckLine], str]] = {
    "fields_written": _written,
    "fields_read": _read,
    "fields_left": _left,
    "fields_blind": _blind,
}
