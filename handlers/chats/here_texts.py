"""What comes to the chat one asks in, where that is not simply every card at once."""

from aiogram.utils.i18n import gettext as _

from handlers import words
from handlers.chats.about_texts import Seen, form, hour
from services.domain.listening import Form, Hush
from services.domain.workspace import Chat


def here(chat: Chat | None, seen: Seen, *, manages: bool) -> list[str]:
    """Whoever wonders why no card comes finds it here. `manages`: may change it."""
    if chat is None or not chat.subscribed:
        told = _("🔇 Карточки звонков в этот чат не приходят.")
        return [" ".join([told, _("Включить — /subscribe")]) if manages else told]
    if chat.muted_until is not None and chat.muted_until > seen.now:
        until = words.moment(chat.muted_until, seen.zone, seen.language)
        told = _("🔕 Чат молчит до {when}").format(when=until)
        return [". ".join([told, _("Вернуть — /chats")]) if manages else told]
    return _form(chat) + _held(chat, seen)


def _form(chat: Chat) -> list[str]:
    if chat.form is Form.CARDS:
        return []
    told = form(chat.form)
    if chat.form is Form.DIGEST:
        told = _("{form} в {time}").format(form=told, time=hour(chat.wants.digest_at))
    return [_("Сюда приходит: {form}").format(form=told)]


def _held(chat: Chat, seen: Seen) -> list[str]:
    ends_at = chat.quiet.ends_at(seen.now, seen.zone) if chat.quiet is not None else None
    if chat.quiet is None or ends_at is None or chat.quiet.hush is not Hush.HELD:
        return []
    until = words.moment(ends_at, seen.zone, seen.language)
    return [_("🌙 Тихие часы: новые карточки придут сюда {when}").format(when=until)]
