"""Words of a prompt's alert."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, Italic, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import phrase


def conditions() -> list[str]:
    """To take instead of typing one."""
    return [
        _("клиент уходит к конкуренту"),
        _("клиент недоволен или жалуется"),
        _("клиент готов купить прямо сейчас"),
        _("обещали перезвонить"),
        _("клиент хочет вернуть деньги"),
        _("менеджер грубит или спорит"),
    ]


def window(name: str, condition: str, people: Sequence[str]) -> Text:
    head = phrase(_("🔔 Тревога промпта «{name}»"), name=Bold(name))
    if not condition:
        about = _(
            "Если в разговоре прозвучит то, что вы назовёте, я сразу пришлю громкое сообщение с цитатой. "
            "Без цитаты из разговора тревоги не будет. Проверяю заодно с вопросом промпта."
        )
        return as_list(head, "", about, "", _("О чём предупреждать?"))
    called = ", ".join(people) if people else _("никого")
    return as_list(
        head,
        "",
        phrase(_("Предупреждаю, если {condition}"), condition=Italic(condition)),
        _("Зову: {people}").format(people=called),
    )


def card_line(condition: str) -> str:
    return _("🔔 Тревога: {condition}").format(condition=condition)


def button() -> str:
    return _("🔔 Тревога")


def words_button() -> str:
    return _("✍️ Своими словами")


def off_button() -> str:
    return _("🗑 Убрать тревогу")


def people_button() -> str:
    return _("👥 Кого звать")


def ask_condition() -> Text:
    return as_list(
        _("Напишите условие одной фразой: о чём предупредить, если это прозвучит."),
        phrase(_("Например: {example}"), example=Italic(conditions()[0])),
    )


def choose_people() -> str:
    return _("Кого упоминать в сообщении о тревоге? Они должны быть в том чате, куда оно придёт.")
