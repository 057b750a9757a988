"""What comes to the chat one asks in, where that is not simply every card at once."""

from aiogram.utils.i18n import gettext as _

from handlers.chats.about_texts import Seen, coming, moment, muted_chat
from services.domain.listening import Form, Hush
from services.domain.workspace import Chat


def here(chat: Chat | None, seen: Seen, *, manages: bool) -> list[str]:
    """Whoever wonders why no card comes finds it here. `manages`: may change it."""
    if chat is None or not chat.subscribed:
        told = _("🔇 Карточки звонков в этот чат не приходят.")
        return [" ".join([told, _("Включить — /subscribe")]) if manages else told]
    if told := muted_chat(chat, seen):
        return [". ".join([told, _("Вернуть — /chats")]) if manages else told]
    return _form(chat) + _held(chat, seen)


def _form(chat: Chat) -> list[str]:
    if chat.form is Form.CARDS:
        return []
    return [_("Сюда приходит: {form}").format(form=coming(chat))]


def _held(chat: Chat, seen: Seen) -> list[str]:
    ends_at = chat.quiet.ends_at(seen.now, seen.zone) if chat.quiet is not None else None
    if chat.quiet is None or ends_at is None or chat.quiet.hush is not Hush.HELD:
        return []
    told = _("🌙 Тихие часы: новые карточки придут сюда {when}")
    return [told.format(when=moment(ends_at, seen))]
