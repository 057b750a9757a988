"""MTS: which cabinet, its key, and what MTS leaves open."""

from collections.abc import Mapping

from aiogram.utils.formatting import Bold, Code, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers.phrases import phrase
from services.errors import RemoteError, Unauthorized
from services.integrations.base import CheckLine


def title() -> str:
    return _("МТС")


def ask(field: str, values: Mapping[str, str]) -> Text:
    if field == "cabinet":
        return as_list(
            Bold(_("Подключение МТС")),
            _("Какой кабинет вы открываете? Посмотрите на адрес в браузере или на название в письмах МТС."),
        )
    steps = {
        "vpbx_token": (
            _("Виртуальная АТС"),
            _("1. Откройте vpbx.mts.ru под администратором, раздел «Методы API»."),
            _("2. Включите API и создайте токен."),
            _("3. Пришлите токен сюда."),
        ),
        "ac20_token": (
            _("Автосекретарь 2.0"),
            _("1. Откройте новый кабинет aa.mts.ru под администратором."),
            _("2. Создайте ключ API. Он длинный, в нём две точки."),
            _("3. Пришлите ключ сюда."),
        ),
        "exolve_key": (
            _("МТС Exolve"),
            _("1. Откройте кабинет exolve.ru и своё приложение."),
            _("2. Скопируйте API-ключ приложения."),
            _("3. Пришлите ключ сюда."),
        ),
    }[field]
    return as_list(
        Bold(steps[0]), *steps[1:], "", _("Сообщение с ключом я сразу удалю, сам ключ храню зашифрованным.")
    )


def choice(field: str, value: str) -> str:
    return {
        "vpbx": _("Виртуальная АТС — vpbx.mts.ru"),
        "ac20": _("Автосекретарь 2.0 — aa.mts.ru"),
        "exolve": _("МТС Exolve — exolve.ru"),
        "seconds": _("в секундах"),
        "milliseconds": _("в миллисекундах"),
        "yes": _("Да"),
        "no": _("Нет"),
    }[value]


def line(line: CheckLine) -> str:
    count, of = (line.values.get(name, "") for name in ("count", "of"))
    ago = _long(line.values.get("minutes", ""))
    return {
        "history": (_("История звонков видна"),) * 2,
        "people": (
            _("Сотрудников в справочнике: {count}").format(count=count),
            _("Справочник сотрудников закрыт: звонки придут без имён"),
        ),
        "trunks": (
            _("Линий в кабинете: {count}").format(count=count),
            _("В кабинете нет ни одной линии: проверьте, что ключ от нужной организации"),
        ),
        "recordings": (
            _("Записи разговоров слышны"),
            _("Записей последних звонков нет: проверьте, что запись разговоров включена в кабинете"),
        ),
        "rows": (
            _("Понятных звонков за сутки: {count} из {of}").format(count=count, of=of),
            _("Звонки за сутки есть ({of}), но названия их полей мне незнакомы: укажите их в настройках").format(
                of=of
            ),
        ),
        "trunks_refused": (
            _("Линий, к которым ключ не подходит: {count}. Их звонков не увижу").format(count=count),
        )
        * 2,
        "latest_call": (_("Последний звонок начался {ago} назад").format(ago=ago),) * 2,
        "latest_call_ahead": (
            _("С таким сдвигом последний звонок начнётся только через {ago}: сдвиг другой").format(ago=ago),
        )
        * 2,
        "check_latest_call": (
            _("Последний звонок начался {ago} назад. Если нет, поправьте в настройках «Сдвиг времени»").format(
                ago=ago
            ),
        )
        * 2,
        "check_latest_call_ahead": (
            _(
                "Последний звонок будто бы начнётся через {ago}: время в кабинете не московское, поправьте "
                "в настройках «Сдвиг времени»"
            ).format(ago=ago),
        )
        * 2,
        "no_call_to_try": (_("За последние сутки звонков не было, проверить не на чем"),) * 2,
    }[line.code][0 if line.ok else 1]


def _long(minutes: str) -> str:
    """`2 ч 5 мин`."""
    hours, left = divmod(int(minutes or 0), 60)
    told = [_("{n} ч").format(n=hours)] if hours else []
    return " ".join([*told, _("{n} мин").format(n=left)] if left or not hours else told)


def refused(why: str, values: Mapping[str, object]) -> str | None:
    return {
        "not_a_key": _("Это не похоже на ключ: он пишется без пробелов. Скопируйте его в кабинете ещё раз."),
        "not_a_jwt": _(
            "Это не ключ Автосекретаря 2.0: он длинный, в нём две точки. "
            "Ключи старого Автосекретаря не подходят, создайте ключ в новом кабинете."
        ),
        "no_domain": _("В этом ключе нет адреса вашей организации. Создайте в кабинете новый и пришлите его."),
        "not_hours": _("Пришлите число часов от −12 до 12, например +2."),
        "not_names": _("Не понял. Напишите пары через запятую, например: start=created_at, from=caller"),
    }.get(why)


def failure(error: RemoteError) -> str | None:
    if isinstance(error, Unauthorized):
        return _("МТС не принимает ключ: он удалён, истёк или API в кабинете выключен.")
    if error.remote_code == "tls":
        return _(
            "Сервер МТС предлагает устаревшее шифрование, поэтому ключ я не отправил. Если согласны работать "
            "и так, пришлите ключ ещё раз со словом «разрешаю» и пробелом перед ним."
        )
    if error.remote_code == "certificate":
        return _(
            "Сервер не смог подтвердить, что он принадлежит МТС, поэтому ключ я не отправил. Обычно это временный "
            "сбой на стороне МТС или вашей сети: попробуйте позже или покажите это администратору."
        )
    return None


def renew_hint() -> str:
    return _("пришлите новый ключ из кабинета МТС")


def option_title(field: str) -> str:
    return {
        "time_shift": _("Сдвиг времени"),
        "row_names": _("Названия полей"),
        "duration_unit": _("Длительность звонка"),
        "ready_text": _("Расшифровка от МТС"),
        "weak_tls": _("Старое шифрование"),
    }[field]


def ask_option(field: str, values: Mapping[str, str]) -> Text:
    if field == "row_names":
        return as_list(
            _("Как в вашем Exolve называются поля звонка? Напишите только те, что отличаются."),
            phrase(
                _("Можно указать: {names}."), names=Code("id, start, duration, from, to, direction, status, sip")
            ),
            phrase(_("Например: {example}"), example=Code("start=created_at, from=caller")),
        )
    return Text(
        {
            "time_shift": _(
                "На сколько часов время звонков в кабинете отличается от московского? "
                "Пришлите 0, +2 или −1. По умолчанию считаю, что оно московское."
            ),
            "duration_unit": _("В чём Exolve сообщает длительность звонка? Обычно в секундах."),
            "ready_text": _(
                "Если у вас оплачена расшифровка разговоров в МТС, я возьму её вместо того, чтобы слушать запись. "
                "В ней не видно, кто говорит."
            ),
            "weak_tls": _(
                "Разрешить устаревшее шифрование с сервером МТС? Нужно, только если без него связи нет. "
                "Подлинность сервера проверяю в любом случае."
            ),
        }[field]
    )


def option_value(field: str, value: str) -> str:
    if field == "time_shift":
        return _("как в Москве") if value in ("", "0") else _("{hours} ч к Москве").format(hours=value)
    if field == "row_names":
        return value or _("обычные")
    return choice(field, value or {"duration_unit": "seconds"}.get(field, "no"))


def where_to_paste() -> Text:
    return as_list(
        _("Виртуальная АТС: vpbx.mts.ru → «Методы API» → адрес для уведомлений (callback URL)."),
        _("МТС Exolve: exolve.ru → приложение → адрес для событий звонков."),
        _("Автосекретарь уведомлений не шлёт: его звонки я забираю раз в минуту сам."),
    )


def trouble(code: str, remote_code: str) -> tuple[str, str] | None:
    if remote_code == "tls":
        return (
            _("сервер предлагает устаревшее шифрование"),
            _("Если согласны работать и так, включите в настройках «Старое шифрование»."),
        )
    if remote_code == "trunks":
        return (
            _("к части линий ключ не подходит, их звонков я не вижу"),
            _("Создайте ключ, которому видны все линии, и обновите доступ."),
        )
    if remote_code == "certificate":
        return (
            _("сервер не может подтвердить, что он принадлежит МТС"),
            _("Обычно это временный сбой. Если надолго, покажите это администратору."),
        )
    return None
