"""Words about the people of a workspace."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers import words
from handlers.phrases import phrase
from services.domain.workspace import Language, Member, Role

NAME = 40


def role(of: Role) -> str:
    return {
        Role.OWNER: _("👑 владелец"),
        Role.EDITOR: _("✏️ редактор"),
        Role.VIEWER: _("👁 наблюдатель"),
    }[of]


def name(member: Member) -> str:
    return member.name[:NAME] or _("ещё не заходил")


def people(members: Sequence[Member], me: Member) -> Text:
    lines = [f"{name(one)} — {role(one.role)}" for one in members if one.id != me.id]
    yourself = _("Вы — {role}").format(role=role(me.role))
    return as_list(
        Bold(_("Кто здесь работает")),
        yourself,
        *lines,
        "",
        _("Редактор создаёт и включает промпты, наблюдатель только смотрит. Системы подключает владелец."),
    )


def invite_button() -> str:
    return _("➕ Пригласить")


def choose_role() -> str:
    return _("Кого приглашаем? Редактор создаёт и включает промпты, наблюдатель только смотрит.")


def invitation(of: Role, link: str, until: datetime, zone: str, language: Language) -> Text:
    told = _(
        "Перешлите эту ссылку одному человеку: {link}\n\nОн станет: {role}. Ссылка сработает один раз, до {until}."
    )
    return phrase(told, link=link, role=role(of), until=words.moment(until, zone, language))


def person(member: Member) -> Text:
    return Text(Bold(name(member)), " — ", role(member.role))


def remove_button() -> str:
    return _("🚪 Убрать")


def sure_to_remove(member: Member) -> Text:
    told = _("Убрать «{name}»? Бот перестанет отвечать и слать карточки. Промпты и ответы останутся.")
    return phrase(told, name=Bold(name(member)))


def remove_sure_button() -> str:
    return _("Да, убрать")


def back_button() -> str:
    return _("‹ Назад")


def wrong_invitation() -> str:
    return _("Эта ссылка уже использована, устарела или неверна. Попросите у владельца новую.")


def joined(of: Role) -> str:
    told = {
        Role.OWNER: _("Вы и так владелец: ссылку можно отправить тому, кого приглашаете."),
        Role.EDITOR: _("Готово, вы редактор: создавайте и включайте промпты. Начните с /prompts или /new"),
        Role.VIEWER: _("Готово, вы наблюдатель: смотрите промпты (/prompts) и ход работы (/status)."),
    }
    return told[of]
