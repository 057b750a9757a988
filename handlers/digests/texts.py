"""All words of a digest."""

from aiogram.utils.i18n import gettext as _

from services.domain.digest import DigestLine


def head(begin: str, end: str) -> str:
    return _("🗓 Звонки: {begin} — {end}").format(begin=begin, end=end)


def calls(count: int, failed: int) -> str:
    told = _("Звонков разобрано: {n}").format(n=count)
    return told + (_(", не получилось: {n}").format(n=failed) if failed else "")


def line(of: DigestLine) -> str:
    """Counts that are nought are left out."""
    parts = (
        (_("с ответом {n}"), of.found),
        (_("нет данных {n}"), of.no_data),
        (_("не получилось {n}"), of.failed),
        (_("ещё в работе {n}"), of.waiting),
    )
    return ", ".join(told.format(n=count) for told, count in parts if count)


def alerts(count: int) -> str:
    return _("🔔 Тревоги: {n}").format(n=count)


def no_alerts() -> str:
    return _("🔔 Тревог не было")


def more_alerts(count: int) -> str:
    return _("…и ещё тревог: {n}").format(n=count)


def more_prompts(count: int) -> str:
    return _("…и ещё промптов: {n}").format(n=count)


def untitled() -> str:
    return _("открыть в CRM")
