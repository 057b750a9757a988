"""Bitrix24: an incoming webhook and its ticks."""

from collections.abc import Mapping

from aiogram.utils.formatting import Bold, Code, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import phrase
from services.errors import RemoteError, ScopeMissing, Unauthorized
from services.integrations.base import CheckLine

SCOPES = "crm, telephony, disk, user, lists"
EXAMPLE = "https://company.bitrix24.ru/rest/1/abc123/"


def title() -> str:
    return _("Битрикс24")


def ask(field: str, values: Mapping[str, str]) -> Text:
    return as_list(
        Bold(_("Подключение Битрикс24")),
        _("1. На портале: Приложения → Разработчикам → Другое → Входящий вебхук."),
        phrase(_("2. Отметьте права {scopes}."), scopes=Code(SCOPES)),
        _("3. Сохраните и пришлите сюда адрес из поля «Вебхук для вызова rest api»."),
        "",
        _(
            "Лучше создать вебхук от имени администратора: я увижу все сделки и звонки. "
            "Сообщение с адресом я сразу удалю, адрес храню зашифрованным."
        ),
    )


def choice(field: str, value: str) -> str:
    return value


def line(line: CheckLine) -> str:
    scopes = {
        "scope_crm": ("crm", _("CRM")),
        "scope_telephony": ("telephony", _("телефония")),
        "scope_disk": ("disk", _("диск — там лежат записи")),
        "scope_user": ("user", _("пользователи — имена менеджеров")),
    }
    if line.code in scopes:
        tick, name = scopes[line.code]
        if line.ok:
            return _("Право {tick}: {name}").format(tick=tick, name=name)
        return _("Нет права {tick} ({name}): отметьте его в вебхуке").format(tick=tick, name=name)
    return {
        "scope_lists": (_("Право lists: списки"), _("Права lists нет: оно нужно для записи в списки")),
        "access": (_("Доступ есть, вебхук сотрудника: {user}").format(user=line.values.get("user", "")),) * 2,
        "statistics": (
            _("Статистика звонков видна"),
            _(
                "Статистика звонков закрыта: дайте сотруднику право «Статистика звонков — Просмотр» "
                "в настройках телефонии"
            ),
        ),
        "funnels": (_("Воронки видны"), _("Не видно ни одной воронки: проверьте права в CRM")),
        "administrator": (
            _("Вебхук администратора: видно все сделки"),
            _("Вебхук не администратора: чужие сделки могут быть не видны"),
        ),
    }[line.code][0 if line.ok else 1]


def refused(why: str, values: Mapping[str, object]) -> str | None:
    return {
        "not_a_webhook": _("Это не похоже на адрес вебхука. Он выглядит так: {example}").format(example=EXAMPLE),
        "wrong_address": _("В адресе есть лишнее. Скопируйте его из Битрикс24 ещё раз."),
    }.get(why)


def failure(error: RemoteError) -> str | None:
    if isinstance(error, ScopeMissing):
        return _("Не хватает права «{scope}»: отметьте его в настройках вебхука.").format(scope=error.scope)
    if isinstance(error, Unauthorized):
        return _("Портал не принимает доступ: вебхук удалён, истёк или у сотрудника забрали права.")
    return None


def renew_hint() -> str:
    return _("пришлите новый вебхук")


def trouble(code: str, remote_code: str) -> tuple[str, str] | None:
    if remote_code.lower() in {"payment_required", "overload_limit"}:
        return (
            _("портал закрыт для приложений"),
            _("Проверьте оплату тарифа Битрикс24, потом нажмите «Проверить сейчас»: /integrations"),
        )
    if code in {"rejected", "gone"}:
        return (
            _("отказывает нам"),
            _("Проверьте, что сотруднику вебхука открыты сделки и звонки. Пробую снова сам."),
        )
    return None


def where_to_paste() -> Text:
    return as_list(
        _("1. На портале: Приложения → Разработчикам → Другое → Исходящий вебхук."),
        _("2. «URL вашего обработчика»: вставьте адрес ниже."),
        phrase(
            _("3. «Тип события»: {event} — завершение звонка. Сохраните."),
            event=Code("ONVOXIMPLANTCALLEND"),
        ),
    )
