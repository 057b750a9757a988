"""What is said of a chat: where it is set up, in the chat itself, and to those who may not."""

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.chats import about_texts
from handlers.chats.about_texts import Names, Seen
from services.domain.workspace import Chat


def window(chat: Chat, names: Names, seen: Seen, note: str = "") -> Text:
    sign = "🟢" if chat.subscribed else "⚪"
    lines: list[Text | str] = [Text(f"{sign} ", Bold(about_texts.title(chat)))]
    if not chat.subscribed:
        lines.append(_("Сейчас сюда ничего не приходит."))
    lines += about_texts.about(chat, names, seen)
    if note:
        lines += ["", note]
    return as_list(*lines)


def subscribed(chat: Chat, names: Names, seen: Seen) -> Text:
    """Said in the group itself."""
    head = _("Готово: этот чат подписан на звонки.")
    return as_list(head, *about_texts.about(chat, names, seen), "", _("Отписаться — /unsubscribe"))


def subscribed_note() -> str:
    return _("Готово, чат подписан. Что и когда присылать — кнопками ниже.")


def changed(chat: Chat, names: Names, seen: Seen, who: str) -> Text:
    """Said in the group after somebody has set it up in the private chat."""
    if not chat.subscribed:
        return Text(_("{who}: звонки в этот чат больше не приходят.").format(who=who))
    return as_list(_("{who}: настройки этого чата.").format(who=who), *about_texts.about(chat, names, seen))


def told_there() -> str:
    return _("Готово. В чат написал, что теперь приходит.")


def not_told_there() -> str:
    return _("Сохранено. Написать об этом в самом чате не получилось.")


def listing(count: int) -> Text:
    if not count:
        return as_list(
            Bold(_("Чаты")),
            _("Пока ни один чат не слушает звонки. Напишите /subscribe здесь, в группе или в теме."),
        )
    return as_list(Bold(_("Чаты")), _("Нажмите на чат, чтобы выбрать, что и когда в него приходит."))


def elsewhere() -> str:
    return _("Список чатов — в личной переписке со мной.")


def anonymous() -> str:
    return _(
        "Вы пишете от имени группы или канала, и я не вижу, кто вы. Напишите команду от своего имени "
        "или попросите коллегу, который работает со мной."
    )


def set_up_button() -> str:
    return _("⚙️ Настроить")


def unsubscribed() -> str:
    return _("Сюда больше ничего не придёт. Вернуть — /subscribe")


def was_not_subscribed() -> str:
    return _("Этот чат и так не подписан.")
