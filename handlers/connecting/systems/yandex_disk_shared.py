"""A folder of somebody else's Yandex Disk, given by a link: what is asked, and what may be wrong with it."""

from collections.abc import Mapping

from aiogram.utils.formatting import Code, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import capitalized, phrase
from services.integrations.yandex_disk.failures import PASSWORD, QUOTA


def ask(values: Mapping[str, str]) -> Text:
    return as_list(
        phrase(_("Пришлите ссылку на папку с записями: {example}"), example=Code("https://disk.yandex.ru/d/…")),
        _("Её даёт владелец папки: «Поделиться», затем «Скопировать ссылку». Вложенные папки я посмотрю сам."),
        _("Сообщение со ссылкой я сразу удалю, храню зашифрованной. Изменить по ней я ничего не могу."),
    )


def refused(why: str) -> str | None:
    return {
        "not_a_shared_link": _(
            "Это не похоже на ссылку на папку. Она начинается с https://disk.yandex.ru/d/ — скопируйте её целиком."
        ),
        "own_folder": _(
            "Этот адрес открывается только у владельца Диска. Нажмите в папке «Поделиться» и пришлите ссылку "
            "оттуда."
        ),
        "shared_file": _one_file(),
    }.get(why)


def _one_file() -> str:
    return _("Это ссылка на один файл, а нужна на папку с записями. Пришлите её.")


def failure(code: str, remote_code: str) -> str | None:
    if remote_code == "shared_file":
        return _one_file()
    told = trouble(code, remote_code)
    return f"{capitalized(told[0])}. {told[1]}" if told is not None else None


def trouble(code: str, remote_code: str) -> tuple[str, str] | None:
    return {
        ("gone", "shared"): (
            _("папка по ссылке не открывается"),
            _("Проверьте, открывается ли она в браузере. Если ссылку закрыли или сменили, пришлите новую."),
        ),
        ("unauthorized", PASSWORD): (
            _("папка по ссылке закрыта паролем"),
            _("Попросите владельца убрать пароль, потом проверьте подключение ещё раз."),
        ),
        ("unauthorized", "ForbiddenError"): (
            _("скачивать по ссылке нельзя"),
            _("Попросите владельца разрешить скачивание, потом проверьте подключение ещё раз."),
        ),
        ("exhausted", QUOTA): (
            _("дневной лимит скачиваний по ссылке исчерпан"),
            _("Яндекс снимет его сам, обычно через сутки. Лимита не будет, если подключить этот Диск по коду."),
        ),
    }.get((code, remote_code))
