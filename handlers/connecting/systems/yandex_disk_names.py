"""What was read of the customer's own file names, as lines of a check."""

from aiogram.utils.i18n import gettext as _

from services.domain.call import Direction
from services.integrations.base import CheckLine

LONGEST = 60
"""Characters of a name: lines are read on a phone."""


def line_of_name(line: CheckLine) -> str:
    """A line of the preview: the summary, one name, or that there is nothing to try."""
    if line.code == "no_files":
        return _("Записей в папке пока нет, имена проверю, когда появятся")
    return _summary(line) if line.code == "names" else _name(line)


def _summary(line: CheckLine) -> str:
    values = line.values
    if not line.ok:
        return _("Ни одно имя файла не понял из {all}: возьму время загрузки, телефон останется пустым").format(
            all=values.get("all", "")
        )
    told = _("Имена файлов: понял {understood} из {all}").format(
        understood=values.get("understood", ""), all=values.get("all", "")
    )
    known = values.get("format", "")
    return f"{told} ({known})" if known else told


def _name(line: CheckLine) -> str:
    name = line.values.get("name", "")
    short = name if len(name) <= LONGEST else f"…{name[-LONGEST:]}"
    if not line.ok:
        return _("{name}: не понял").format(name=short)
    told = [
        " ".join(part for part in (line.values.get("day"), line.values.get("time")) if part)
        or line.values.get("moment", ""),
        _direction(line.values.get("direction", "")),
        line.values.get("phone", ""),
        line.values.get("manager", ""),
    ]
    return f"{short} → {', '.join(part for part in told if part)}"


def _direction(value: str) -> str:
    return {
        Direction.INCOMING.value: _("входящий"),
        Direction.OUTGOING.value: _("исходящий"),
    }.get(value, "")
