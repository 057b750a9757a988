"""Words of /status and of the story of a call."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Text, as_list
from aiogram.utils.i18n import gettext as _
from babel.numbers import format_decimal

from handlers import words
from handlers.connecting.health_texts import own_remedy, problem, pulse, sign_of
from handlers.editing import as_text
from handlers.phrases import capitalized
from services.domain.call import CallState, Reason
from services.domain.integration import Integration
from services.domain.workspace import Language
from services.status.holds import Hold
from services.status.recent import PromptFate, RecentCall
from services.status.service import WorkStatus

MESSAGE = 4096
"""Characters in a message, by Telegram's count."""
CLIENT = 60
SYSTEMS = 6
"""As many that work well are named."""
NOT_MEANT = frozenset({Reason.PROMPT_OFF, Reason.OTHER_FUNNEL, Reason.OTHER_STAGE})
FOLDED = 8
"""More lines than this are folded."""


def status(work: WorkStatus, here: Sequence[str], zone: str, language: Language) -> Text:
    """`here`: what is to be said of the chat it is told in."""
    lines: list[Text | str] = [Bold(_("Как идёт работа"))]
    lines += [_trouble(one, zone, language) for one in work.troubled]
    if work.troubled:
        lines.append(_("Что делать: /integrations"))
    lines += [pulse(one, zone, language) for one in work.well[:SYSTEMS]]
    if len(work.well) > SYSTEMS:
        lines.append(_("…и ещё систем в порядке: {n}").format(n=len(work.well) - SYSTEMS))
    lines += [_pause(code) for code in work.pauses]
    lines += here
    told = _("За сутки: обработано {done}, не получилось {failed}")
    lines.append(told.format(done=work.done_today, failed=work.failed_today))
    lines += _queue(work, zone, language)
    if work.seconds_per_answer is not None:
        lines.append(_("Один ответ модели: {s} с").format(s=_decimal(work.seconds_per_answer, language)))
    lines += ["", Bold(_("Последние звонки"))]
    if not work.recent:
        lines.append(_("Пока ни одного. Новые звонки появятся здесь в течение минуты-двух."))
    lines += [f"{n}. {_recent(call, zone, language)}" for n, call in enumerate(work.recent, start=1)]
    if work.recent:
        lines += ["", _("Подробнее о звонке — кнопкой с его номером.")]
    return fitting(lines)


def _decimal(number: float, language: Language) -> str:
    return format_decimal(round(number, 1), locale=str(language))


def _trouble(one: Integration, zone: str, language: Language) -> str:
    since = one.health.problem_since
    when = words.moment(since, zone, language) if since else ""
    told = f"{sign_of(one)} {one.name}: {problem(one).format(when=when)}"
    remedy = own_remedy(one)
    return f"{told}. {remedy}" if remedy else told


def _pause(code: str) -> str:
    return {
        "model_paused": _("🟡 Языковая модель: нет денег или доступа, звонки ждут"),
        "model_not_found": _("🟡 Языковая модель: нет такой модели или адреса, звонки ждут"),
        "speech_paused": _("🟡 Распознавание речи: нет денег или доступа, звонки ждут"),
        "speech_not_found": _("🟡 Распознавание речи: нет такой модели или адреса, звонки ждут"),
        "daily_cap": _("🟡 Дневной лимит на модель исчерпан, звонки ждут завтрашнего дня"),
    }[code]


def _queue(work: WorkStatus, zone: str, language: Language) -> list[str]:
    """What is still to be done; only a queue with nothing in it, in good health, is said to be empty."""
    lines = []
    if work.waiting:
        lines.append(_("В работе сейчас: {n}").format(n=sum(work.waiting.values())))
        lines += [f"· {_waiting(hold)}: {count}" for hold, count in work.waiting.items() if hold is not Hold.WORK]
    if work.oldest_waiting_at is not None:
        since = words.moment(work.oldest_waiting_at, zone, language)
        lines.append(_("· дольше всех — с {since}").format(since=since))
    if work.unsent:
        lines.append(_("Ответов на пути в CRM: {n}").format(n=work.unsent))
    if not lines and not work.troubled and not work.pauses:
        lines.append(_("Очередь пуста: все звонки обработаны."))
    return lines


def _waiting(hold: Hold) -> str:
    """Several calls."""
    return {
        Hold.ACCESS: _("ждут доступа к CRM"),
        Hold.CRM: _("ждут ответа CRM"),
        Hold.BINDING: _("ждут сделку"),
        Hold.RECORDING: _("ждут запись"),
        Hold.LATE_RECORDING: _("ждут запись больше суток (оператор отдаёт её до недели)"),
        Hold.SPEECH: _("ждут распознавания речи"),
        Hold.MODEL: _("ждут языковую модель"),
    }[hold]


def _waits(hold: Hold) -> str:
    """One call."""
    return {
        Hold.ACCESS: _("ждёт доступа к CRM"),
        Hold.CRM: _("ждёт ответа CRM"),
        Hold.BINDING: _("ждёт сделку"),
        Hold.RECORDING: _("ждёт запись"),
        Hold.LATE_RECORDING: _("ждёт запись: оператор отдаёт её до недели"),
        Hold.SPEECH: _("ждёт распознавания речи"),
        Hold.MODEL: _("ждёт языковую модель"),
        Hold.WORK: _("в работе"),
    }[hold]


def _head(call: RecentCall, zone: str, language: Language) -> str:
    sign = {CallState.DONE: "✅", CallState.FAILED: "⚠️", CallState.SKIPPED: "⏭"}.get(call.state, "⏳")
    when = words.moment(call.started_at, zone, language)
    client = (call.client or _("без номера"))[:CLIENT]
    return f"{sign} {when} · {client} · {words.length(call.duration)}"


def _why(call: RecentCall) -> str:
    if call.reason is not None:
        return words.reason(call.reason)
    return _waits(call.hold) if call.hold is not None else ""


def _recent(call: RecentCall, zone: str, language: Language) -> str:
    """A prompt that was never meant for such a call is no news here: its story tells it."""
    skipped = sum(fate.state == "skipped" and fate.reason not in NOT_MEANT for fate in call.fates)
    told = skipped and call.state is not CallState.SKIPPED
    left_out = _("пропущено промптов: {n}").format(n=skipped) if told else ""
    more = ", ".join(one for one in (_why(call), left_out) if one)
    return _head(call, zone, language) + (f" — {more}" if more else "")


def story(call: RecentCall, fates: Sequence[PromptFate], zone: str, language: Language) -> Text:
    """A call and what became of these prompts of it."""
    lines: list[Text | str] = [Bold(_head(call, zone, language))]
    if why := _why(call):
        lines.append(capitalized(why))
    if call.place:
        lines.append(_("Воронка: {name}").format(name=call.place))
    if not fates:
        return as_list(*lines, "", _("Промптов для него ещё не подбирали."))
    told = "\n".join(_fate(fate) for fate in fates)
    return as_list(*lines, "", ExpandableBlockQuote(told) if len(fates) > FOLDED else told)


def _fate(fate: PromptFate) -> str:
    if fate.state == "answered":
        return f"✅ {fate.prompt_name}"
    why = words.reason(fate.reason) if fate.reason is not None else _("ждёт очереди")
    sign = {"skipped": "⏭", "failed": "⚠️"}.get(fate.state, "⏳")
    return f"{sign} {fate.prompt_name}: {why}"


def fitting(lines: Sequence[Text | str]) -> Text:
    """As many whole lines as a message holds."""
    room = MESSAGE - len("\n…")
    taken: list[Text | str] = []
    for line in lines:
        room -= len(as_text(line).render()[0]) + 1
        if room < 0:
            return as_list(*taken, "…")
        taken.append(line)
    return as_list(*taken)


def retrying() -> str:
    return _("Повторяю.")


def refresh_button() -> str:
    return _("🔄 Обновить")


def back_button() -> str:
    return _("‹ Назад")
