"""MacroCRM: what came of trying the customer's own method for fields."""

from collections.abc import Callable, Mapping

from aiogram.utils.i18n import gettext as _

from services.integrations.base import CheckLine


def trial_line(line: CheckLine) -> str:
    return _LINES[line.code](line)


def _written(line: CheckLine) -> str:
    if line.ok:
        return _("Записал проверочный текст в поле «{field}» заявки {request}").format(**line.values)
    return _("Не записалось в поле «{field}» заявки {request}. Ответ: {failure} {status}").format(**line.values)


def _read(line: CheckLine) -> str:
    if line.ok:
        return _("Прочитал его обратно и вернул как было")
    return _("Прочитал обратно другое: проверьте строку «чтение»")


def _blind(line: CheckLine) -> str:
    return _(
        "Прочитать поле не могу: уберите проверочный текст из заявки {request} сами. И дальше новый ответ "
        "будет заменять то, что стоит в поле."
    ).format(**line.values)


_LINES: Mapping[str, Callable[[CheckLine], str]] = {
    "fields_written": _written,
    "fields_read": _read,
    "fields_blind": _blind,
}
