"""Words about invitations."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers import words
from handlers.phrases import phrase
from handlers.workspace.members_texts import NAME, role, role_button
from services.domain.workspace import Language, Role
from services.workspace.invitations import Invitation, InvitationState


def invite_button() -> str:
    return _("➕ Пригласить")


def list_button() -> str:
    return _("🔗 Приглашения")


def choose_role() -> str:
    return _("Кого приглашаем? Редактор создаёт и включает промпты, наблюдатель только смотрит.")


def sure_of_an_owner() -> str:
    return _(
        "Владелец может всё: подключать системы, менять настройки, убирать людей — и вас тоже. "
        "Точно пригласить владельца?"
    )


def sure_of_an_owner_button() -> str:
    return _("Да, пригласить владельца")


def choose_term(of: Role) -> str:
    return _("Сколько ссылка будет действовать? Приглашаем: {role}").format(role=role(of))


def term(days: int) -> str:
    if not days:
        return _("Без срока")
    return ngettext("{n} день", "{n} дней", days).format(n=days)


def invitation(of: Role, link: str, until: str) -> Text:
    if until:
        told = _(
            "Перешлите эту ссылку одному человеку: {link}\n\n"
            "Он станет: {role}. Ссылка сработает один раз, до {until}."
        )
    else:
        told = _("Перешлите эту ссылку одному человеку: {link}\n\nОн станет: {role}. Ссылка сработает один раз.")
    return phrase(told, **({"until": until} if until else {}), link=link, role=role(of))


def invitations(several: Sequence[Invitation], zone: str, language: Language) -> Text:
    if not several:
        return Text(_("Приглашений пока не было."))
    hint = _("Открытую ссылку можно отозвать: нажмите на неё.")
    is_open = any(one.state is InvitationState.OPEN for one in several)
    return as_list(
        Bold(_("Приглашения")), *(_line(one, zone, language) for one in several), *(["", hint] if is_open else [])
    )


def _line(one: Invitation, zone: str, language: Language) -> str:
    made = _("от {name}").format(name=one.by[:NAME]) if one.by else ""
    return " · ".join(part for part in (_state(one, zone, language), role(one.role), made) if part)


def _state(one: Invitation, zone: str, language: Language) -> str:
    if one.state is InvitationState.OPEN and one.expires_at is not None:
        return _("🔗 ждёт до {until}").format(until=words.moment(one.expires_at, zone, language))
    return {
        InvitationState.OPEN: _("🔗 ждёт без срока"),
        InvitationState.USED: _("✅ по ней вошёл {name}").format(name=one.used_by[:NAME] or "—"),
        InvitationState.REVOKED: _("⛔ отозвана"),
        InvitationState.EXPIRED: _("⌛ срок вышел"),
    }[one.state]


def open_button(one: Invitation, zone: str, language: Language) -> str:
    return f"{role_button(one.role)} · {words.moment(one.created_at, zone, language)}"


def one(told: Invitation, zone: str, language: Language) -> str:
    made = _("Сделана {when}").format(when=words.moment(told.created_at, zone, language))
    return f"{_line(told, zone, language)}\n{made}"


def revoke_button() -> str:
    return _("⛔ Отозвать ссылку")


def revoked() -> str:
    return _("Ссылка больше не работает.")


def wrong_invitation() -> str:
    return _("Эта ссылка уже использована, устарела или неверна. Попросите у владельца новую.")


def joined(of: Role, company: str) -> str:
    told = {
        Role.OWNER: _("Готово, вы владелец компании «{company}». Начните с /integrations или /members"),
        Role.EDITOR: _(
            "Готово, вы редактор компании «{company}»: создавайте и включайте промпты. "
            "Начните с /prompts или /new\nКарточки звонков сюда: /subscribe"
        ),
        Role.VIEWER: _(
            "Готово, вы наблюдатель компании «{company}»: смотрите промпты (/prompts) и ход работы (/status)."
        ),
    }
    return told[of].format(company=company)


def here_already(of: Role, company: str) -> str:
    return _(
        "Вы уже в компании «{company}», ваша роль: {role}. Ссылку можно отправить тому, кого приглашаете."
    ).format(company=company, role=role(of))


def several_companies() -> str:
    return _("Ваши компании и переход между ними: /workspace")
