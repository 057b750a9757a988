"""What people read in the browser on their way back to Telegram."""

from aiogram.utils.i18n import gettext as _


def told(outcome: str) -> tuple[str, str]:
    """(title, text) for `done`, `refused` or `late`."""
    return {
        "done": (_("Готово!"), _("Вернитесь в Telegram: я уже проверяю доступ.")),
        "refused": (_("Доступ не дан"), _("Вернитесь в Telegram: там можно попробовать ещё раз.")),
        "late": (_("Ссылка больше не работает"), _("Вернитесь в Telegram и нажмите кнопку входа ещё раз.")),
    }[outcome]
