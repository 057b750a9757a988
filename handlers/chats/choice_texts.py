"""What the windows ask in which something of a chat's settings is chosen."""

from aiogram.utils.formatting import Bold, Text
from aiogram.utils.i18n import gettext as _

from handlers.chats.about_texts import quiet
from handlers.phrases import phrase
from services.domain.listening import Quiet


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
    now = _("Сейчас: {hours}").format(hours=quiet(of)) if of else _("Сейчас тихих часов нет.")
    return f"{asked}\n\n{now}"


def choose_digest() -> str:
    return _("Во сколько присылать сводку за день?")


def choose_mute() -> str:
    return _("На сколько замолчать? Что случится за это время, сюда не придёт, тревоги тоже.")


def choose_muted_prompt() -> str:
    return _("Какой промпт заглушить в этом чате?")


def choose_prompt_mute(name: str) -> Text:
    return phrase(_("На сколько заглушить «{name}» в этом чате?"), name=Bold(name))
