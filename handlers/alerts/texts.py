"""All words of alerts in chats."""

from aiogram.utils.i18n import gettext as _


def head() -> str:
    return _("🔔 Тревога: ")


def client() -> str:
    return _("Клиент: ")


def manager(name: str) -> str:
    return _("Менеджер: {name}").format(name=name)


def deal() -> str:
    return _("В CRM: ")


def untitled() -> str:
    return _("открыть")


def card_button() -> str:
    return _("📞 Карточка звонка")


def hush_button() -> str:
    return _("🔕 Тише")


def prompt_span(span: str) -> str:
    return _("Промпт: {span}").format(span=span)


def chat_span(span: str) -> str:
    return _("Чат: {span}").format(span=span)


def keep_button() -> str:
    return _("‹ Не надо")


def card_comes() -> str:
    return _("Карточка появится ниже.")


def card_is_here() -> str:
    return _("Карточка этого звонка уже есть в чате.")


def card_waits() -> str:
    return _("Сейчас тихие часы: карточка придёт, когда они кончатся.")


def chat_is_muted() -> str:
    return _("Этот чат сейчас молчит, карточка не придёт. Вернуть — /chats")


def nobody_listens() -> str:
    return _("Этот чат сейчас не подписан на звонки. Подписать — /subscribe")


def prompt_is_silent(until: str) -> str:
    return _("Этот промпт молчит здесь до {until}. Вернуть — /chats").format(until=until)


def chat_is_silent(until: str) -> str:
    return _("Чат молчит до {until}. Вернуть — /chats").format(until=until)
