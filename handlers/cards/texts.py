"""All words of this feature."""

from zoneinfo import ZoneInfo

from aiogram.utils.i18n import gettext as _

from handlers import words
from services.domain.answer import FieldFate
from services.domain.call import Direction
from services.domain.card import CardLine, CardPart, CardView, LineState, Written


def direction(of: Direction) -> str:
    if of is Direction.UNKNOWN:
        return _("Звонок")
    return _("Входящий") if of is Direction.INCOMING else _("Исходящий")


def manager(name: str) -> str:
    return _("Менеджер: {name}").format(name=name)


def client() -> str:
    return _("Клиент: ")


def deal() -> str:
    return _("В CRM: ")


def place(name: str) -> str:
    return _("Воронка: {name}").format(name=name)


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
        Written.LOOKING: _("⏳ ищу в CRM сделку по номеру телефона"),
        Written.FAILED: _("⚠️ в CRM не записано: {why}").format(why=why),
        Written.UNCLEAR: _("❓ {why}").format(why=why),
        Written.UNDOING: _("↩️ отменяю запись в CRM"),
        Written.UNDONE: _("↩️ запись в CRM отменена"),
        Written.PARTLY_UNDONE: _("↩️ отменено не всё: в CRM это уже изменили"),
        Written.NOT_UNDONE: _("⚠️ отменить не получилось: уберите в CRM вручную"),
    }.get(line.written, "")


def part_state(part: CardPart) -> str:
    """What stands in place of a value."""
    if part.state is LineState.WAITING:
        return waiting()
    if part.state is LineState.NO_DATA:
        return no_data()
    return words.reason(part.reason) if part.reason is not None else _("не получилось")


def part_note(part: CardPart) -> str:
    """Said only when the value is not simply in its field."""
    if part.state is LineState.REFUSED and part.text and part.reason is not None:
        return _("не записано: {why}").format(why=words.reason(part.reason))
    notes = {
        FieldFate.KEPT: _("в CRM уже стоит другое значение — не тронул"),
        FieldFate.NEWER: _("в CRM ответ более позднего звонка — не тронул"),
        FieldFate.OTHER_PROMPT: _("в поле ответ другого промпта"),
        FieldFate.FULL: _("не записано: в поле нет места"),
        FieldFate.GONE: _("не записано: поля больше нет"),
        FieldFate.LOST: _("не записано: CRM не сохранила значение"),
    }
    if part.fate in notes:
        return notes[part.fate]
    return _("без подтверждающей цитаты") if part.unproven else ""


def quotes() -> str:
    return _("Цитаты:")


def undo_button() -> str:
    return _("↩️ Отменить запись")


def undo_sure_button() -> str:
    return _("Да, убрать из CRM")


def undo_keep_button() -> str:
    return _("Нет, оставить")


def undoing() -> str:
    return _("Отменяю. Карточка обновится сама.")


def awaits_recording() -> str:
    return _("⏳ Жду запись разговора: система её ещё не отдала")


def call_failed(view: CardView) -> str:
    why = words.reason(view.reason) if view.reason is not None else ""
    return _("⚠️ Не получилось: {why}").format(why=why)


def retry_button() -> str:
    return _("🔁 Повторить")


def write_again_button() -> str:
    return _("✍️ Записать ещё раз")


def consider_done_button() -> str:
    return _("👌 Уже записано")


def considered_done() -> str:
    return _("Понял: считаю записанным.")


def retrying() -> str:
    return _("Повторяю. Карточка обновится сама.")


def full_text_name(view: CardView) -> str:
    """Tells whose answers they are, also among other files of a phone."""
    when = view.started_at.astimezone(ZoneInfo(view.zone))
    return _("Ответы {when}.txt").format(when=f"{when:%Y-%m-%d %H-%M}")


def full_text_note() -> str:
    return _("Ответы целиком — в файле.")


def late(left: int) -> str:
    return _("⏳ Карточки задерживаются, в очереди ещё {n}.").format(n=left)


def on_time() -> str:
    return _("✅ Карточки снова приходят вовремя.")
