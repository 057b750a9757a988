"""All words of this feature."""

from aiogram.utils.i18n import gettext as _

from handlers import words
from services.domain.call import Direction
from services.domain.card import CardLine, CardView, LineState, Written


def direction(of: Direction) -> str:
    return _("Входящий") if of is Direction.INCOMING else _("Исходящий")


def manager(name: str) -> str:
    return _("Менеджер: {name}").format(name=name)


def client() -> str:
    return _("Клиент: ")


def deal() -> str:
    return _("В CRM: ")


def untitled() -> str:
    return _("открыть")


def waiting() -> str:
    return _("⏳ думаю…")


def no_data() -> str:
    return _("нет данных")


def failed(line: CardLine) -> str:
    why = words.reason(line.reason) if line.reason is not None else _("не получилось")
    return f"⚠️ {why}"


def written(line: CardLine) -> str:
    """Said only when the answer has not simply arrived in the CRM."""
    if line.state not in (LineState.ANSWERED, LineState.NO_DATA):
        return ""
    why = words.reason(line.reason) if line.reason is not None else _("причина неизвестна")
    return {
        Written.NOT_YET: _("⏳ записываю в CRM"),
        Written.FAILED: _("⚠️ в CRM не записано: {why}").format(why=why),
        Written.UNCLEAR: _("❓ {why}").format(why=why),
    }.get(line.written, "")


def call_failed(view: CardView) -> str:
    why = words.reason(view.reason) if view.reason is not None else ""
    return _("⚠️ Не получилось: {why}").format(why=why)


def retry_button() -> str:
    return _("🔁 Повторить")


def retrying() -> str:
    return _("Повторяю. Карточка обновится сама.")


def full_text_name() -> str:
    return _("Ответы целиком.txt")


def full_text_note() -> str:
    return _("Ответы целиком — в файле.")
