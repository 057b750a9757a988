"""What a person hears who asks faster than anybody can."""

from aiogram.utils.i18n import gettext as _


def long() -> str:
    return _("Слишком часто. Подождите немного, я вас слышу.")


def short() -> str:
    return _("Слишком часто, подождите")
