"""Novofon, UIS and CoMagic: which cabinet, its key, and the list of addresses that it lets in."""

from collections.abc import Mapping

from aiogram.utils.formatting import Bold, Code, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import phrase
from services.errors import RemoteError, Unauthorized
from services.integrations.base import CheckLine


def title() -> str:
    return _("Новофон")


def ask(field: str, values: Mapping[str, str]) -> Text:
    if field == "cabinet":
        return as_list(Bold(_("Подключение Новофона")), _("Какой у вас личный кабинет?"))
    if field == "access":
        return as_list(
            Bold(_("Чем подключаемся?")),
            _("Лучше ключом: он не зависит от пароля сотрудника. Если ключа нет, подойдут логин и пароль."),
        )
    head, *lines = {
        "access_token": (_("Ключ API"), *_where_the_key_is(), _("4. Скопируйте ключ и пришлите его сюда.")),
        "login": (
            _("Логин"),
            _("Пришлите логин сотрудника, под которым открывается кабинет. Ему должны быть видны звонки всех."),
            *_let_us_in(),
        ),
        "password": (_("Пароль"), _("Теперь пришлите пароль этого сотрудника.")),
        "key": (
            _("Ключ из старого кабинета"),
            _("Откройте в кабинете раздел API, там два значения: Key и Secret. Сначала пришлите Key."),
        ),
        "secret": (_("Секрет из старого кабинета"), _("Теперь пришлите Secret из того же раздела.")),
    }[field]
    return as_list(Bold(head), *lines, "", _("Ваше сообщение я сразу удалю, доступ храню зашифрованным."))


def _where_the_key_is() -> tuple[str, ...]:
    return (
        _("1. В кабинете: Телефония → Пользователи АТС → Администратор → вкладка API."),
        _("2. Отметьте «Использовать API-ключ» и сохраните."),
        _(
            "3. Настройки → Правила безопасности → API: добавьте адрес сервера, на котором я работаю. "
            "Его знает тот, кто ставил бота."
        ),
    )


def _let_us_in() -> tuple[str, ...]:
    return (
        _(
            "И добавьте адрес сервера, на котором я работаю (его знает тот, кто ставил бота): Настройки → "
            "Правила безопасности → API. Без этого кабинет никого не пускает."
        ),
    )


def choice(field: str, value: str) -> str:
    return {
        "novofon": _("Новый кабинет — app.novofon.ru"),
        "legacy": _("Старый кабинет — ключ и секрет"),
        "uis": "UIS",
        "comagic": "CoMagic",
        "token": _("Ключом API"),
        "login": _("Логином и паролем"),
    }[value]


def line(line: CheckLine) -> str:
    if line.code == "address":
        return _address_line(line.values.get("address", ""))
    good, bad = {
        "account": (
            _("Доступ есть: {name}").format(name=line.values.get("name", "")),
            _reason(line) or _("Кабинет не назвал себя: проверьте права этого доступа"),
        ),
        "key": (_("Ключ и секрет подходят"),) * 2,
        "zone": (
            _("Часовой пояс кабинета: {zone}").format(zone=line.values.get("zone", "")),
            _("Часовой пояс кабинета непонятен, считаю по Москве. Изменить: в настройках подключения"),
        ),
        "zone_now": (_("Сейчас там {time}").format(time=line.values.get("time", "")),) * 2,
        "calls": (_("Звонки видны"), _reason(line) or _("Звонки не видны: проверьте права этого доступа")),
        "records": (
            _("Записи разговоров в отчётах есть"),
            _("Записей не видно: в тарифе нет записи разговоров. Подключите её в кабинете"),
        ),
        "people": (_("Сотрудники видны"), _("Список сотрудников закрыт: их добавочных номеров не будет")),
    }[line.code]
    return good if line.ok else bad


def _address_line(address: str) -> str:
    if address:
        return _(
            "Кабинет не пускает мой адрес {address}. Добавьте его: Настройки → Правила безопасности → API"
        ).format(address=address)
    return _(
        "Кабинет не пускает мой сервер. Узнайте его адрес у того, кто ставил бота, и добавьте: "
        "Настройки → Правила безопасности → API"
    )


def _reason(line: CheckLine) -> str | None:
    return {
        "forbidden": _("У этого доступа нет прав на отчёты о звонках: дайте их сотруднику в кабинете"),
        "method_component_disabled": _("В тарифе нет доступа к отчётам по API: подключите опцию «API» в кабинете"),
    }.get(line.values.get("why", ""))


def refused(why: str, values: Mapping[str, object]) -> str | None:
    return {
        "not_a_key": _("Это не похоже на ключ: он пишется одним словом, без пробелов. Скопируйте его ещё раз."),
        "no_login": _("Это не похоже на логин: он пишется без пробелов."),
        "no_password": _("Это не похоже на пароль. Пришлите его одной строкой."),
        "not_a_zone": _("Не знаю такого пояса. Пришлите, например, Europe/Moscow или UTC+5."),
        "not_an_address": _("Пришлите адрес сайта целиком, например https://app.novofon.ru"),
    }.get(why)


def failure(error: RemoteError) -> str | None:
    if error.remote_code == "account_inactive":
        return _("Кабинет заблокирован. Обычно это оплата: проверьте баланс.")
    if error.remote_code == "auth_error":
        return _("Логин или пароль не подходят. Проверьте их и пришлите ещё раз.")
    if isinstance(error, Unauthorized):
        return _("Кабинет не принимает доступ: он введён с ошибкой, удалён, выключен или истёк.")
    return None


def trouble(code: str, remote_code: str) -> tuple[str, str] | None:
    return {
        "ip_not_whitelisted": (
            _("кабинет не пускает мой сервер"),
            _("Верните его адрес в список: Настройки → Правила безопасности → API. Потом «Проверить сейчас»."),
        ),
        "forbidden": (
            _("у доступа забрали права на звонки"),
            _("Верните сотруднику права в кабинете и нажмите «Проверить сейчас»."),
        ),
        "method_component_disabled": (
            _("в тарифе больше нет доступа к отчётам по API"),
            _("Подключите опцию в кабинете и нажмите «Проверить сейчас»."),
        ),
        "account_inactive": (
            _("кабинет заблокирован"),
            _("Обычно это оплата: пополните баланс и нажмите «Проверить сейчас»."),
        ),
        "limit_exceeded": (
            _("исчерпан лимит запросов по тарифу"),
            _("Ничего делать не нужно: когда он обновится, заберу все звонки."),
        ),
    }.get(remote_code)


def renew_hint() -> str:
    return _("пришлите новый ключ из кабинета")


def option_title(field: str) -> str:
    return {"zone": _("Часовой пояс"), "media_url": _("Адрес записей")}[field]


def ask_option(field: str, values: Mapping[str, str]) -> Text:
    if field == "zone":
        return phrase(
            _("В каком часовом поясе кабинет показывает звонки? Например: {first} или {second}."),
            first=Code("Europe/Moscow"),
            second=Code("UTC+5"),
        )
    return phrase(
        _("С какого сайта скачивать записи? Нужно, только если они лежат не как обычно. Например: {example}"),
        example=Code("https://app.novofon.ru"),
    )


def option_value(field: str, value: str) -> str:
    if field == "zone":
        return value or _("как в кабинете")
    return value or _("обычный")


def where_to_paste() -> Text:
    return as_list(
        _("Новый кабинет: раздел «Уведомления» → событие «Завершение звонка» → отправка по HTTP, метод POST."),
        phrase(
            _("В параметры добавьте {name}: по нему я пойму, что звонок закончился."), name=Code("call_session_id")
        ),
        _("Старый кабинет: раздел API → уведомления о звонках. Отметьте конец звонка и готовую запись."),
    )
