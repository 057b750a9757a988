"""amoCRM and Kommo: a long-lived token, or a permission on the account's own page."""

from collections.abc import Mapping

from aiogram.utils.formatting import Bold, Code, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.connecting.systems.addresses import RETURN_ADDRESS
from handlers.phrases import phrase
from services.errors import Gone, RateLimited, RemoteError, Unauthorized
from services.integrations.base import CheckLine

EXAMPLE = "company.amocrm.ru"
KOMMO = ".kommo.com"
ANY_PAGE = "https://example.com"


def title() -> str:
    return "amoCRM / Kommo"


def ask(field: str, values: Mapping[str, str]) -> Text:
    return {
        "way": _ask_way,
        "address": _ask_address,
        "token": _ask_token,
        "client_id": _ask_client_id,
        "client_secret": _ask_client_secret,
        "code": _ask_permission,
    }[field](values)


def _ask_way(values: Mapping[str, str]) -> Text:
    by_page = _("Вход через страницу amoCRM не требует токена, но нужны ключи вашей интеграции.")
    return as_list(
        Bold(_("Подключение amoCRM или Kommo")),
        _("Нужен администратор аккаунта. Проще всего долгосрочный токен: его создают один раз и присылают мне."),
        *(["", by_page] if values.get(RETURN_ADDRESS) else []),
    )


def _ask_address(values: Mapping[str, str]) -> Text:
    return as_list(
        _("Пришлите адрес вашей amoCRM. Подойдёт ссылка на любую её страницу."),
        phrase(_("Например: {example}"), example=Code(EXAMPLE)),
    )


def _own_integration(values: Mapping[str, str], redirect: str) -> tuple[str | Text, ...]:
    where = _("1. В amoCRM: amoМаркет → три точки вверху справа → «Создать интеграцию» → «Внешняя интеграция».")
    if values.get("address", "").endswith(KOMMO):
        where = _("1. В Kommo: Настройки → Интеграции → «Создать интеграцию» → «Частная интеграция».")
    return (
        where,
        phrase(_("2. В поле «Ссылка для перенаправления» вставьте {address}"), address=Code(redirect)),
        _("3. Разрешите доступ к данным аккаунта и сохраните."),
    )


def _ask_token(values: Mapping[str, str]) -> Text:
    return as_list(
        Bold(_("Долгосрочный токен")),
        *_own_integration(values, values.get(RETURN_ADDRESS) or ANY_PAGE),
        _("4. Вкладка «Ключи и доступы» → «Сгенерировать долгосрочный токен». Срок лучше выбрать побольше."),
        _("5. Скопируйте токен и пришлите сюда целиком. Он длинный, в нём две точки."),
        "",
        _("Сообщение с токеном я сразу удалю, сам токен храню зашифрованным. О конце срока напомню заранее."),
    )


def _ask_client_id(values: Mapping[str, str]) -> Text:
    return as_list(
        Bold(_("Вход через страницу amoCRM")),
        *_own_integration(values, values.get(RETURN_ADDRESS, "")),
        _("4. Вкладка «Ключи и доступы». Пришлите сюда ID интеграции."),
    )


def _ask_client_secret(values: Mapping[str, str]) -> Text:
    return as_list(
        _("Там же скопируйте секретный ключ и пришлите сюда."),
        "",
        _("Сообщение с ключом я сразу удалю, сам ключ храню зашифрованным."),
    )


def _ask_permission(values: Mapping[str, str]) -> Text:
    return as_list(
        _("Остался один шаг: нажмите кнопку, выберите свой аккаунт и нажмите «Разрешить»."),
        phrase(
            _("Если amoCRM откажет, проверьте «Ссылку для перенаправления» в интеграции. Нужна такая: {address}"),
            address=Code(values.get(RETURN_ADDRESS, "")),
        ),
    )


def link_button(field: str) -> str:
    return _("Открыть amoCRM")


def choice(field: str, value: str) -> str:
    return {
        "token": _("Долгосрочный токен"),
        "oauth": _("Вход через страницу amoCRM"),
        "skip": _("Не брать"),
        "take": _("Брать"),
        "start": _("Время начала"),
        "end": _("Время конца"),
    }[value]


def line(line: CheckLine) -> str:
    until = line.values.get("until", "")
    return {
        "access": (_("Доступ есть, аккаунт: {account}").format(account=line.values.get("account", "")),) * 2,
        "funnels": (_("Воронки видны"), _("Не видно ни одной воронки: проверьте права пользователя")),
        "calls_leads": (
            _("Звонки в сделках видны"),
            _("Звонки в сделках закрыты: дайте пользователю права на сделки"),
        ),
        "calls_contacts": (
            _("Звонки в контактах видны"),
            _("Звонки в контактах закрыты: дайте пользователю права на контакты"),
        ),
        "calls_companies": (
            _("Звонки в компаниях видны"),
            _("Звонки в компаниях закрыты, их я не увижу"),
        ),
        "fields": (_("Поля сделок видны"), _("Поля сделок закрыты: заполнять их не смогу")),
        "users": (_("Имена менеджеров видны"), _("Имена менеджеров видит только администратор: будут без имён")),
        "events": (
            _("История сделок видна"),
            _("История сделок закрыта: этап возьму нынешний, а не тот, что был при звонке"),
        ),
        "expiry": (
            _("Токен действует до {until}").format(until=until),
            _("Токен скоро кончится: {until}. Лучше сразу создать новый").format(until=until),
        ),
    }[line.code][0 if line.ok else 1]


def refused(why: str, values: Mapping[str, object]) -> str | None:
    return {
        "not_an_address": _("Это не похоже на адрес. Он выглядит так: {example}").format(example=EXAMPLE),
        "not_an_account": _(
            "Это не адрес аккаунта amoCRM или Kommo. Откройте amoCRM и скопируйте адрес из браузера."
        ),
        "not_a_token": _("Это не похоже на токен: он длинный, в нём две точки. Скопируйте его целиком."),
        "not_a_client_id": _("Это не похоже на ID интеграции: в нём буквы и цифры с четырьмя дефисами."),
        "not_a_client_secret": _("Это не похоже на секретный ключ: он длинный, из букв и цифр."),
        "code_refused": _(
            "amoCRM не приняла разрешение: оно действует 20 минут и один раз, а адрес возврата и ключи должны "
            "совпадать. Проверьте их и попробуйте ещё раз."
        ),
        "wrong_return": _("Вы вернулись не из amoCRM, поэтому ключи я не отправил. Попробуйте ещё раз."),
    }.get(why)


def failure(error: RemoteError) -> str | None:
    own = trouble(error.code, error.remote_code)
    if own is not None:
        return _("Не получилось: {trouble}. {remedy}").format(trouble=own[0], remedy=own[1])
    if isinstance(error, Unauthorized):
        return _("amoCRM не принимает доступ: он отозван, истёк или от другого аккаунта.")
    if isinstance(error, Gone):
        return _("По этому адресу аккаунта нет. Проверьте адрес вашей amoCRM.")
    if isinstance(error, RateLimited):
        return _("amoCRM просит подождать. Попробуйте через минуту.")
    return None


def renew_hint() -> str:
    return _("создайте новый токен или разрешите доступ ещё раз")


def trouble(code: str, remote_code: str) -> tuple[str, str] | None:
    return {
        "flood": (
            _("amoCRM закрыла доступ из-за слишком частых запросов"),
            _(
                "Подожду 15 минут и попробую снова. Если не пройдёт, спросите поддержку amoCRM и посмотрите, "
                "кто ещё её нагружает."
            ),
        ),
        "payment_required": (
            _("аккаунт amoCRM не оплачен"),
            _("Оплатите тариф: раз в час я проверяю и продолжу сам."),
        ),
        "113": (
            _("amoCRM не пускает с моего адреса"),
            _(
                "Уберите ограничение по IP в настройках безопасности amoCRM или добавьте мой сервер в список. "
                "Раз в 15 минут я проверяю и продолжу сам."
            ),
        ),
    }.get(remote_code)


def option_title(field: str) -> str:
    return _("Закрытые сделки") if field == "closed_deals" else _("Время на звонке")


def ask_option(field: str, values: Mapping[str, str]) -> Text:
    if field == "dated":
        return Text(
            _(
                "Некоторые телефонии ставят на звонок в amoCRM не время начала, а время конца. Если на моих "
                "карточках время позже настоящего, выберите «Время конца»: я вычту длительность."
            )
        )
    return Text(
        _(
            "У клиента нет открытой сделки, но одну закрыли уже после звонка. Брать такую? "
            "Обычно нет: звонок подождёт новую сделку."
        )
    )


def option_value(field: str, value: str) -> str:
    return choice(field, value or {"closed_deals": "skip", "dated": "start"}[field])


def where_to_paste() -> Text:
    return as_list(
        _("1. В amoCRM: amoМаркет → три точки вверху справа → WebHooks."),
        _("2. Добавьте адрес и отметьте примечания: в сделке, в контакте, в компании."),
        _("WebHooks есть не на всех тарифах. Без них я забираю звонки раз в минуту сам."),
    )


def remark() -> str:
    return _("amoCRM не даёт мне удалять примечания: если что-то не так, удалите его сами в карточке сделки.")
