"""Words about the people of a company."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import as_button, phrase
from services.domain.workspace import Member, Role

NAME = 40


def role(of: Role) -> str:
    return {
        Role.OWNER: _("👑 владелец"),
        Role.EDITOR: _("✏️ редактор"),
        Role.VIEWER: _("👁 наблюдатель"),
    }[of]


def role_button(of: Role) -> str:
    return as_button(role(of))


def name(member: Member) -> str:
    return member.name[:NAME] or _("ещё не заходил")


def people(others: Sequence[Member], me: Member) -> Text:
    lines = [f"{name(one)} — {role(one.role)}" for one in others]
    yourself = _("Вы — {role}").format(role=role(me.role))
    return as_list(
        Bold(_("Кто здесь работает")),
        yourself,
        *lines,
        "",
        _("Редактор создаёт и включает промпты, наблюдатель только смотрит. Системы подключает владелец."),
    )


def person(member: Member) -> Text:
    return Text(Bold(name(member)), " — ", role(member.role))


def make_button(of: Role) -> str:
    return {
        Role.OWNER: _("👑 Сделать владельцем"),
        Role.EDITOR: _("✏️ Сделать редактором"),
        Role.VIEWER: _("👁 Сделать наблюдателем"),
    }[of]


def sure_to_make_owner(member: Member) -> Text:
    told = _(
        "Сделать «{name}» владельцем? Владелец подключает системы, меняет настройки, приглашает и убирает людей — "
        "и вас тоже."
    )
    return phrase(told, name=Bold(name(member)))


def make_owner_sure_button() -> str:
    return _("Да, сделать владельцем")


def hand_over_button() -> str:
    return _("🤝 Передать владение")


def sure_to_hand_over(member: Member) -> Text:
    told = _(
        "Передать владение? «{name}» станет владельцем, а вы — редактором. Вернуть владение сможет только он."
    )
    return phrase(told, name=Bold(name(member)))


def hand_over_sure_button() -> str:
    return _("Да, передать")


def handed_over(member: Member) -> Text:
    return phrase(_("Готово: владелец теперь «{name}», а вы — редактор."), name=Bold(name(member)))


def your_role(of: Role, company: str) -> str:
    told = {
        Role.OWNER: _("Теперь вы владелец компании «{company}»."),
        Role.EDITOR: _("Теперь вы редактор в компании «{company}»."),
        Role.VIEWER: _("Теперь вы наблюдатель в компании «{company}»."),
    }
    return told[of].format(company=company)


def remove_button() -> str:
    return _("🚪 Убрать")


def sure_to_remove(member: Member) -> Text:
    told = _("Убрать «{name}»? Бот перестанет отвечать и слать карточки. Промпты и ответы останутся.")
    return phrase(told, name=Bold(name(member)))


def remove_sure_button() -> str:
    return _("Да, убрать")


def you_were_removed(company: str) -> str:
    return _("Вы больше не работаете в компании «{company}»: карточки оттуда приходить не будут.").format(
        company=company
    )


def back_button() -> str:
    return _("‹ Назад")
