"""What stands on the buttons of a chat's settings."""

from datetime import datetime, time

from aiogram.utils.i18n import gettext as _

from handlers.chats import about_texts
from handlers.foreign import short
from handlers.workspace.texts import SPEAKS
from services.domain.listening import Form, Hush
from services.domain.workspace import TOPIC, Chat, Language

TITLE = 36
"""Characters of a chat's title beside its signs."""
GROUP = 10
"""So many are left of a group's name beside the topic's at least."""


def form_button(of: Form, *, chosen: bool) -> str:
    """Three share a row of a phone: the chosen one wears its mark instead of its sign."""
    sign, told = {
        Form.CARDS: ("📇", _("Карточки")),
        Form.ALERTS: ("🔔", _("Тревоги")),
        Form.DIGEST: ("🗓", _("Сводка")),
    }[of]
    return f"{'✅' if chosen else sign} {told}"


def listen_button(*, to: bool) -> str:
    return _("🟢 Подписать") if to else _("⚪ Отписать")


def language_button(other: Language) -> str:
    """The language that the chat would speak then, by its own name."""
    return f"🌐 {SPEAKS[other]}"


def integrations_button() -> str:
    return _("🔌 Системы")


def funnels_button() -> str:
    return _("🧭 Воронки")


def prompts_button() -> str:
    return _("💬 Промпты")


def with_data_button(*, to: bool) -> str:
    return _("🔎 С ответом") if to else _("📇 И без ответа")


def quiet_button() -> str:
    return _("🌙 Тихие часы")


def digest_button() -> str:
    return _("🕖 Время сводки")


def mute_button() -> str:
    return _("🔕 Заглушить")


def done_button() -> str:
    return _("✅ Готово, сказать в чате")


def to_group_button() -> str:
    return _("↩️ Вернуться в чат")


def list_button() -> str:
    return _("‹ Все чаты")


def listed(chat: Chat, now: datetime) -> str:
    sign = "🟢" if chat.subscribed else "⚪"
    if chat.muted_until is not None and chat.muted_until > now:
        sign = "🔕"
    of = {Form.CARDS: "📇", Form.ALERTS: "🔔", Form.DIGEST: "🗓"}[chat.form]
    return f"{sign} {of} {_fitting(about_texts.title(chat))}"


def _fitting(title: str) -> str:
    """Topics of one group differ in the second half of their titles: a bit of either half is left."""
    group, arrow, topic = title.partition(TOPIC)
    if not arrow or len(title) <= TITLE:
        return short(title, TITLE)
    room = max(GROUP, TITLE - len(arrow) - len(topic))
    group = short(group, room)
    return group + arrow + short(topic, TITLE - len(group) - len(arrow))


def back_button() -> str:
    return _("‹ Назад")


def all_button(*, chosen: bool) -> str:
    return _("✅ Все") if chosen else _("Все")


def taken(name: str, *, chosen: bool) -> str:
    return f"✅ {about_texts.short(name)}" if chosen else about_texts.short(name)


def begin_label(at: time) -> str:
    return _("с {time}").format(time=about_texts.hour(at))


def end_label(at: time) -> str:
    return _("до {time}").format(time=about_texts.hour(at))


def hush_button(of: Hush) -> str:
    return _("🔈 Присылать без звука") if of is Hush.SILENT else _("🌅 Придержать до утра")


def quiet_off_button() -> str:
    return _("Без тихих часов")


def spans() -> tuple[str, str, str]:
    return (_("1 час"), _("До завтра"), _("7 дней"))


def mute_prompt_button() -> str:
    return _("💬 Только один промпт")


def unmute_button() -> str:
    return _("🔔 Вернуть чат")


def unmute_prompt_button(name: str) -> str:
    return about_texts.short(_("🔔 Вернуть «{name}»").format(name=name))
