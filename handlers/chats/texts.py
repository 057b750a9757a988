"""All words of a chat's settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers import words
from handlers.phrases import phrase
from handlers.workspace.texts import SPEAKS
from services.domain.listening import Form, Hush, Mute, Quiet
from services.domain.workspace import Chat, Language

SHOWN = 6
"""Names in one line; of more only the number is told."""
LABEL = 40


@dataclass(frozen=True)
class Names:
    """What the numbers in a chat's settings are called."""

    prompts: Mapping[int, str] = field(default_factory=dict)
    integrations: Mapping[int, str] = field(default_factory=dict)
    funnels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """How moments are told, and what the present one is."""

    zone: str
    language: Language
    now: datetime


def short(name: str) -> str:
    return name if len(name) <= LABEL else name[: LABEL - 1] + "…"


def hour(at: time) -> str:
    return f"{at:%H:%M}"


def form(of: Form) -> str:
    return {
        Form.CARDS: _("📇 карточка каждого звонка"),
        Form.ALERTS: _("🔔 только тревоги"),
        Form.DIGEST: _("🗓 сводка за день"),
    }[of]


def form_button(of: Form, *, chosen: bool) -> str:
    told = {Form.CARDS: _("📇 Карточки"), Form.ALERTS: _("🔔 Тревоги"), Form.DIGEST: _("🗓 Сводка")}[of]
    return f"✅ {told}" if chosen else told


def about(chat: Chat, names: Names, seen: Seen) -> list[Text | str]:
    """Every setting that matters for the chat's form, in a line of its own."""
    wants = chat.wants
    told = form(chat.form)
    if chat.form is Form.DIGEST:
        told = _("{form} в {time}").format(form=told, time=hour(wants.digest_at))
    lines: list[Text | str] = [phrase(_("Приходит: {form}"), form=Bold(told))]
    lines.append(_("Системы: {names}").format(names=_chosen(wants.integrations, names.integrations)))
    lines.append(_("Воронки: {names}").format(names=_chosen(wants.funnels, names.funnels)))
    lines.append(_("Промпты: {names}").format(names=_chosen(wants.prompts, names.prompts)))
    if chat.form is Form.CARDS and wants.only_with_data:
        lines.append(_("Только звонки, в которых нашёлся ответ"))
    if chat.quiet is not None:
        lines.append(_("Тихие часы: {hours}").format(hours=quiet(chat.quiet)))
    return lines + muted(chat, names, seen)


def _chosen(numbers: frozenset[int] | None, names: Mapping[int, str]) -> str:
    if numbers is None:
        return _("все")
    known = [name for number, name in names.items() if number in numbers]
    if not known:
        return _("ни одного из тех, что есть сейчас")
    return ", ".join(known[:SHOWN]) + (_(" и ещё {n}").format(n=len(known) - SHOWN) if len(known) > SHOWN else "")


def quiet(of: Quiet) -> str:
    hours = f"{hour(of.begin)}–{hour(of.end)}"
    if of.hush is Hush.SILENT:
        return _("{hours}, без звука").format(hours=hours)
    return _("{hours}, придёт утром").format(hours=hours)


def muted(chat: Chat, names: Names, seen: Seen) -> list[Text | str]:
    lines: list[Text | str] = []
    if chat.muted_until is not None and chat.muted_until > seen.now:
        lines.append(_("🔕 Чат молчит до {when}").format(when=_moment(chat.muted_until, seen)))
    for number, mute in present_mutes(chat, seen.now)[:SHOWN]:
        told = _("🔕 «{name}» молчит до {when}")
        lines.append(told.format(name=names.prompts.get(number, "—"), when=_moment(mute.until, seen)))
    return lines


def present_mutes(chat: Chat, now: datetime) -> Sequence[tuple[int, Mute]]:
    return [(number, mute) for number, mute in sorted(chat.wants.mutes.items()) if mute.covers(now)]


def _moment(at: datetime, seen: Seen) -> str:
    return words.moment(at, seen.zone, seen.language)


def title(chat: Chat) -> str:
    return _("Личная переписка") if chat.kind == "private" else chat.title


def window(chat: Chat, names: Names, seen: Seen, note: str = "") -> Text:
    sign = "🟢" if chat.subscribed else "⚪"
    lines: list[Text | str] = [Text(f"{sign} ", Bold(title(chat)))]
    if not chat.subscribed:
        lines.append(_("Сейчас сюда ничего не приходит."))
    lines += about(chat, names, seen)
    if note:
        lines += ["", note]
    return as_list(*lines)


def subscribed(chat: Chat, names: Names, seen: Seen) -> Text:
    """Said in the group itself."""
    head = _("Готово: этот чат подписан на звонки.")
    return as_list(head, *about(chat, names, seen), "", _("Отписаться — /unsubscribe"))


def subscribed_note() -> str:
    return _("Готово, чат подписан. Что и когда присылать — кнопками ниже.")


def changed(chat: Chat, names: Names, seen: Seen, who: str) -> Text:
    """Said in the group after somebody has set it up in the private chat."""
    if not chat.subscribed:
        return Text(_("{who}: звонки в этот чат больше не приходят.").format(who=who))
    return as_list(_("{who}: настройки этого чата.").format(who=who), *about(chat, names, seen))


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


def listed(chat: Chat, now: datetime) -> str:
    sign = "🟢" if chat.subscribed else "⚪"
    if chat.muted_until is not None and chat.muted_until > now:
        sign = "🔕"
    of = {Form.CARDS: "📇", Form.ALERTS: "🔔", Form.DIGEST: "🗓"}[chat.form]
    return short(f"{sign} {title(chat)} {of}")


def elsewhere() -> str:
    return _("Список чатов — в личной переписке со мной.")


def anonymous() -> str:
    return _(
        "Вы пишете от имени группы или канала, и я не вижу, кто вы. Напишите команду от своего имени "
        "или попросите коллегу, который работает со мной."
    )


# --- buttons -------------------------------------------------------------------------------------


def set_up_button() -> str:
    return _("⚙️ Настроить")


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
    return _("🔎 Только с ответом") if to else _("📇 И без ответа")


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


def back_button() -> str:
    return _("‹ Назад")


def all_button(*, chosen: bool) -> str:
    return _("✅ Все") if chosen else _("Все")


def taken(name: str, *, chosen: bool) -> str:
    return f"✅ {short(name)}" if chosen else short(name)


# --- windows -------------------------------------------------------------------------------------


def choose_integrations() -> str:
    return _("Звонки каких систем присылать в этот чат?")


def choose_funnels() -> str:
    return _("Звонки каких воронок присылать в этот чат?")


def choose_prompts() -> str:
    return _("Ответы каких промптов показывать в этом чате?")


def nothing_to_choose() -> str:
    return _("Пока выбирать не из чего.")


def choose_quiet(of: Quiet | None) -> str:
    asked = _("Когда не беспокоить? Часы — по поясу компании. Тревоги приходят и в тихие часы.")
    return asked + "\n\n" + (_("Сейчас: {hours}").format(hours=quiet(of)) if of else _("Сейчас тихих часов нет."))


def begin_label(at: time) -> str:
    return _("с {time}").format(time=hour(at))


def end_label(at: time) -> str:
    return _("до {time}").format(time=hour(at))


def hush_button(of: Hush) -> str:
    return _("🔈 Присылать без звука") if of is Hush.SILENT else _("🌅 Придержать до утра")


def quiet_off_button() -> str:
    return _("Без тихих часов")


def choose_digest() -> str:
    return _("Во сколько присылать сводку за день?")


def choose_mute() -> str:
    return _("На сколько замолчать? Что случится за это время, сюда не придёт, тревоги тоже.")


def choose_muted_prompt() -> str:
    return _("Какой промпт заглушить в этом чате?")


def choose_prompt_mute(name: str) -> Text:
    return phrase(_("На сколько заглушить «{name}» в этом чате?"), name=Bold(name))


def spans() -> tuple[str, str, str]:
    return (_("1 час"), _("До завтра"), _("7 дней"))


def mute_prompt_button() -> str:
    return _("💬 Только один промпт")


def unmute_button() -> str:
    return _("🔔 Вернуть чат")


def unmute_prompt_button(name: str) -> str:
    return short(_("🔔 Вернуть «{name}»").format(name=name))


def unsubscribed() -> str:
    return _("Сюда больше ничего не придёт. Вернуть — /subscribe")


def was_not_subscribed() -> str:
    return _("Этот чат и так не подписан.")
