"""Words about the companies of a person."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import phrase
from handlers.workspace.members_texts import role
from services.domain.workspace import Member
from services.workspace.companies import Place
from services.workspace.limits import Used


def companies(several: Sequence[Place], here: Member, used: Used | None) -> Text:
    lines: list[Text | str] = [Bold(_("Ваши компании"))]
    for one in several:
        sign = "✅" if one.member.workspace_id == here.workspace_id else "·"
        lines.append(f"{sign} {one.workspace.name} — {role(one.member.role)}")
    if len(several) > 1:
        lines += [
            "",
            _("Команды и кнопки в личной переписке работают в отмеченной. В группе — в той, что её подписала."),
        ]
    if used is not None:
        lines += ["", Bold(_("Сколько можно в этой компании")), *_limits(used)]
    return as_list(*lines)


def _limits(used: Used) -> list[str]:
    limits = used.limits
    rows = (
        (_("Системы: {n} из {limit}"), used.integrations, limits.integrations),
        (_("Промпты: {n} из {limit}"), used.prompts, limits.prompts),
        (_("Люди: {n} из {limit}"), used.members, limits.members),
        (_("Звонки за сегодня: {n} из {limit}"), used.calls, limits.calls_a_day),
    )
    return [told.format(n=count, limit=limit) for told, count, limit in rows if limit]


def switch_button(company: str) -> str:
    return _("➡️ Перейти в «{company}»").format(company=company)


def switched(company: str) -> Text:
    return phrase(_("Теперь вы в компании «{company}»."), company=Bold(company))


def rename_button() -> str:
    return _("✏️ Переименовать")


def ask_name() -> str:
    return _("Как называется компания? Напишите название.")


def new_button() -> str:
    return _("➕ Новая компания")


def leave_button() -> str:
    return _("🚪 Выйти из компании")


def sure_to_leave(company: str) -> Text:
    told = _("Выйти из компании «{company}»? Карточки оттуда больше не придут, вернуться можно по приглашению.")
    return phrase(told, company=Bold(company))


def leave_sure_button() -> str:
    return _("Да, выйти")


def left(company: str) -> Text:
    return phrase(_("Вы вышли из компании «{company}»."), company=Bold(company))


def elsewhere(company: str) -> Text:
    told = _("Это из компании «{company}», а вы сейчас в другой. Перейти? Потом нажмите кнопку ещё раз.")
    return phrase(told, company=Bold(company))


def elsewhere_in_group(company: str) -> str:
    return _("Это из компании «{company}». Перейти в неё можно в личной переписке: /workspace").format(
        company=company
    )


def link_elsewhere(company: str) -> Text:
    told = _("Эта ссылка — для компании «{company}», а вы сейчас в другой. Перейти туда и продолжить?")
    return phrase(told, company=Bold(company))


def go_on_button() -> str:
    return _("➡️ Перейти и продолжить")


def link_leads_nowhere() -> str:
    """The same for what is not there and for what is somebody else's."""
    return _("Ссылка устарела или она не для вас. Попросите прислать новую.")


def back_button() -> str:
    return _("‹ Назад")
