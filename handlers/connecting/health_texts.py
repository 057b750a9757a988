"""Words of /integrations: how each one feels, and what to do about it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers import words
from handlers.connecting.systems import SYSTEMS, RemarkWords, TroubleWords
from handlers.connecting.texts import kind_title
from handlers.phrases import capitalized, phrase
from services.domain.integration import Integration, IntegrationState, Kind
from services.domain.workspace import Language


def nothing_connected() -> str:
    return _("Пока ничего не подключено. Начните с /connect")


def integrations_title() -> Text:
    return Text(Bold(_("Подключённые системы")))


def sign_of(integration: Integration) -> str:
    if integration.state is IntegrationState.EXPIRED:
        return "🔴"
    return "🟡" if integration.health.problem else "🟢"


def integration(shown: Integration, zone: str, language: Language, prompts: int) -> Text:
    health = shown.health
    never = _("ещё не было")
    pulled = words.moment(health.last_pull_at, zone, language) if health.last_pull_at else never
    called = words.moment(health.last_call_at, zone, language) if health.last_call_at else never
    lines: list[Text | str] = [
        Text(sign_of(shown), " ", Bold(shown.name)),
        f"{kind_title(shown.kind)} · {shown.account}",
        _("Последний опрос: {when}").format(when=pulled),
        _("Последний звонок: {when}").format(when=called),
        _("Промптов: {count}").format(count=prompts),
    ]
    if shown.expires_at is not None:
        lines.append(_("Доступ до: {day}").format(day=day(shown.expires_at, zone, language)))
    system = SYSTEMS[shown.kind]
    if isinstance(system, RemarkWords):
        lines += ["", system.remark()]
    if health.problem:
        lines += ["", _problem(shown, zone, language)]
    return as_list(*lines)


def day(at: datetime, zone: str, language: Language) -> str:
    """`5.12.2027`, as an access may end years ahead."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day}.{local.month:02}.{local.year}" if language is Language.RU else f"{local:%Y-%m-%d}"


def pulse(shown: Integration, zone: str, language: Language) -> str:
    """One line about one that works: when it was last looked at, and when it last had a call."""
    pulled_at, called_at = shown.health.last_pull_at, shown.health.last_call_at
    pulled = words.moment(pulled_at, zone, language) if pulled_at else ""
    called = words.moment(called_at, zone, language) if called_at else ""
    if not pulled:
        told = _("{name}: ещё не опрашивал")
    elif not called:
        told = _("{name}: опрос {pulled}, звонков ещё не было")
    else:
        told = _("{name}: опрос {pulled}, звонок {called}")
    return f"{sign_of(shown)} {told.format(name=shown.name, pulled=pulled, called=called)}"


def own_trouble(kind: str, code: str, remote_code: str) -> tuple[str, str] | None:
    """(what is wrong, what to do) in the system's own words, where it has some."""
    system = SYSTEMS[Kind(kind)] if kind in set(SYSTEMS) else None
    return system.trouble(code, remote_code) if isinstance(system, TroubleWords) else None


def _own(shown: Integration) -> tuple[str, str] | None:
    return own_trouble(shown.kind, shown.health.problem or "", shown.health.remote_code)


def _problem(shown: Integration, zone: str, language: Language) -> str:
    """What is wrong, since when, and what to do about it."""
    since = shown.health.problem_since
    when = words.moment(since, zone, language) if since else ""
    about = problem(shown).format(when=when)
    return f"{capitalized(about)}. {_remedy(shown)}"


def problem(shown: Integration) -> str:
    """What is wrong with an integration, as the rest of a sentence; `{when}` is a place to fill."""
    expired = shown.state is IntegrationState.EXPIRED
    code = shown.health.problem or ""
    own = _own(shown)
    if own is not None:
        told = _("{trouble}, опрос остановлен") if expired else "{trouble}"
        return _("{trouble} (с {when})").format(trouble=told.format(trouble=own[0]), when="{when}")
    if code == "scope_missing":
        return _("не хватает права с {when}, опрос остановлен") if expired else _("не хватает права с {when}")
    if expired:
        return _("доступ не принимают с {when}, опрос остановлен")
    return {
        "rate_limited": _("просит подождать с {when}: слишком много запросов"),
        "rejected": _("отказывает нам с {when}"),
        "gone": _("отказывает нам с {when}"),
        "bad_answer": _("отвечает непонятно с {when}"),
    }.get(code, _("не отвечает с {when}"))


def own_remedy(shown: Integration) -> str:
    """What to do in this very system; empty: nothing but what holds for all."""
    own = _own(shown)
    return own[1] if own is not None else ""


def _remedy(shown: Integration) -> str:
    code = shown.health.problem or ""
    own = own_remedy(shown)
    if own:
        return own
    if code == "scope_missing":
        return _("Звонки не потеряются. Нажмите «Проверить сейчас»: покажу, какое право отметить.")
    if shown.state is IntegrationState.EXPIRED:
        hint = SYSTEMS[shown.kind].renew_hint()
        return _("Звонки не потеряются. Нажмите «Обновить доступ» и {hint}.").format(hint=hint)
    return remedy(code)


def remedy(code: str) -> str:
    """What to do about a failing system, by the code of its failure."""
    return {
        "rate_limited": _("Ничего делать не нужно: я подожду. Если надолго, посмотрите, кто ещё её нагружает."),
        "rejected": _("Проверьте, что с этим доступом видны сделки и звонки. Пробую снова сам."),
        "gone": _("Проверьте, что с этим доступом видны сделки и звонки. Пробую снова сам."),
        "bad_answer": _("Похоже, там сбой или по этому адресу уже другой сайт. Пробую снова сам."),
    }.get(code, _("Пробую снова сам. Если это надолго, проверьте, открывается ли она у вас."))


def check_button() -> str:
    return _("🔄 Проверить сейчас")


def rename_button() -> str:
    return _("✏️ Переименовать")


def disconnect_button() -> str:
    return _("🔌 Отключить")


def all_well() -> str:
    return _("Всё в порядке: доступ есть, права на месте.")


def ask_name() -> str:
    return _("Как назвать? Пришлите новое название до 60 символов.")


def renamed() -> str:
    return _("Переименовано.")


def sure_to_disconnect(name: str, prompts: int) -> Text:
    count = ngettext("{n} промпт", "{n} промптов", prompts).format(n=prompts)
    return as_list(
        phrase(_("Отключить «{name}»?"), name=Bold(name)),
        _("Выключу {count}, доступ забуду. Промпты и ответы останутся: подключите снова и включите.").format(
            count=count
        ),
    )


def disconnect_sure_button() -> str:
    return _("Да, отключить")


def disconnected() -> str:
    return _("Отключено. Доступ забыт, промпты выключены.")
