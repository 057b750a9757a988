"""Yandex Disk: access by a code or a token, folders, and names of files."""

from collections.abc import Mapping

from aiogram.utils.formatting import Bold, Code, Text, TextLink, as_list
from aiogram.utils.i18n import gettext as _

from handlers.connecting.systems import yandex_disk_shared as shared
from handlers.connecting.systems.yandex_disk_names import line_of_name
from handlers.phrases import phrase
from services.errors import RemoteError, ScopeMissing, Unauthorized
from services.integrations.base import CheckLine
from services.integrations.yandex_disk.access import OAUTH, RETURN_PAGE, authorize_address
from services.integrations.yandex_disk.failures import INFO, READ
from services.integrations.yandex_disk.folders import shown, stored_folders
from services.integrations.yandex_disk.reading import AUTO, ZONE, shown_zone

APPLICATION = f"{OAUTH}/client/new"
SCOPES = f"{READ}, {INFO}"
EXAMPLE = "{date:YYYY-MM-DD}_{time:HH-mm}_{phone}_{direction:in|out}_{manager}"


def title() -> str:
    return _("Яндекс Диск")


def ask(field: str, values: Mapping[str, str]) -> Text:
    steps = {
        "way": _way,
        "client_id": _application,
        "client_secret": _secret,
        "code": _code,
        "token": _token,
        "folders": _folders,
        "shared_link": shared.ask,
    }
    return steps[field](values)


def _way(values: Mapping[str, str]) -> Text:
    return as_list(
        Bold(_("Подключение Яндекс Диска")),
        _("Как дать мне доступ? Если токена у вас нет, выбирайте код: я проведу по шагам, это минут пять."),
        _("Записи лежат на чужом Диске и вам прислали ссылку на папку? Хватит и её."),
    )


def _application(values: Mapping[str, str]) -> Text:
    return as_list(
        phrase(
            _("1. Создайте приложение на {page}: название любое, платформа «Веб-сервисы»."),
            page=TextLink(_("странице Яндекса"), url=APPLICATION),
        ),
        phrase(
            _(
                "2. Redirect URI: {address}. В правах отметьте «Чтение всего Диска» и "
                "«Доступ к информации о Диске»."
            ),
            address=Code(RETURN_PAGE),
        ),
        _("3. Сохраните и пришлите сюда ClientID."),
    )


def _secret(values: Mapping[str, str]) -> Text:
    return as_list(
        _("Теперь Client secret с той же страницы."),
        _("Сообщение с ним я сразу удалю, храню зашифрованным."),
    )


def _code(values: Mapping[str, str]) -> Text:
    return as_list(
        phrase(
            _("1. Откройте {page} под тем, на чьём Диске лежат записи, и разрешите доступ."),
            page=TextLink(_("страницу доступа"), url=authorize_address(values.get("client_id", ""))),
        ),
        _("2. Яндекс покажет код. Пришлите его сюда: он действует десять минут."),
        _("Дальше доступ продлевается сам."),
    )


def _token(values: Mapping[str, str]) -> Text:
    return as_list(
        phrase(_("Пришлите токен с правами {scopes}."), scopes=Code(SCOPES)),
        _("Сообщение с ним я сразу удалю, храню зашифрованным. Токен живёт около года."),
    )


def _folders(values: Mapping[str, str]) -> Text:
    return as_list(
        _("В какой папке лежат записи? Пришлите её название или адрес страницы папки из браузера."),
        _("Папок может быть несколько, каждая с новой строки. Вложенные папки я посмотрю сам."),
        phrase(_("Например: {example}"), example=Code(_("Записи звонков"))),
    )


def choice(field: str, value: str) -> str:
    return {
        "code": _("По коду с подсказками"),
        "token": _("Токен уже есть"),
        "link": _("Есть ссылка на папку"),
    }[value]


def line(line: CheckLine) -> str:
    if line.code in ("names", "name", "no_files"):
        return line_of_name(line)
    folder = line.values.get("folder", "")
    return {
        "access": (_("Доступ есть, Диск: {login}").format(login=line.values.get("login", "")),) * 2,
        "shared": (_("Папка по ссылке открыта: {name}").format(name=line.values.get("login", "")),) * 2,
        "no_folder": (_("Папка не выбрана: пришлите её название"),) * 2,
        "folder": (
            _("Папка «{folder}» видна, внутри: {count}").format(folder=folder, count=line.values.get("count", "")),
            _missing(folder, line.values.get("similar", "")),
        ),
        "right_read": (
            _("Папку «{folder}» нельзя прочитать: отметьте в приложении право «Чтение всего Диска»").format(
                folder=folder
            ),
        )
        * 2,
    }[line.code][0 if line.ok else 1]


def _missing(folder: str, similar: str) -> str:
    if similar:
        return _("Папки «{folder}» нет на Диске. Может быть, «{similar}»? Пришлите название ещё раз").format(
            folder=folder, similar=similar
        )
    return _("Папки «{folder}» нет на Диске: проверьте название и пришлите ещё раз").format(folder=folder)


def refused(why: str, values: Mapping[str, object]) -> str | None:
    return {
        "not_an_application": _("Это не похоже на значение со страницы приложения: в нём 32 цифры и буквы a–f."),
        "not_a_code": _("Это не похоже на код. Скопируйте его со страницы Яндекса целиком."),
        "not_a_token": _("Это не похоже на токен: он длинный, в одну строку, без пробелов."),
        "wrong_code": _("Яндекс не принял код: он действует десять минут и один раз. Получите новый и пришлите."),
        "wrong_application": _(
            "Яндекс не узнал приложение: ClientID и Client secret с разных страниц? Пришлите оба ещё раз."
        ),
        "no_folder": _("Пришлите название папки, например: Записи звонков"),
        "not_a_folder": _("Это не похоже на папку вашего Диска. Пришлите её название или адрес из браузера."),
        "public_link": _(
            "Это ссылка для других людей, а мне нужна сама папка. Откройте её на своём Диске и пришлите адрес "
            "из браузера или просто название."
        ),
        "many_folders": _("Слишком много папок. Выберите одну общую: вложенные я посмотрю сам."),
        "no_zone": _("Не знаю такого часового пояса. Пришлите, например, +3, МСК+2 или Asia/Omsk."),
        "pattern_long": _("Шаблон слишком длинный."),
        "pattern_field": _(
            "Такого поля нет. Есть date, time, phone, direction, manager, extension, line и unix, "
            "или по-русски: дата, время, телефон, направление, менеджер, добавочный, линия."
        ),
        "pattern_twice": _("Одно и то же поле встречается дважды. Лишнее замените звёздочкой."),
        "pattern_braces": _("Скобка без пары. Поля пишутся так: {example}").format(example="{phone}"),
        "pattern_free": _("Две звёздочки или имя и звёздочка стоят рядом: поставьте между ними знак, например _"),
        "pattern_date": _("Не понял дату. Пишите YYYY, MM, DD, HH, mm, ss или ГГГГ, ММ, ДД, ЧЧ, мм, сс."),
        "pattern_direction": _("Направление пишется так: {example}").format(example="{direction:in|out}"),
        "pattern_empty": _("В шаблоне нет ни одного поля в фигурных скобках."),
    }.get(why) or shared.refused(why)


def failure(error: RemoteError) -> str | None:
    told = shared.failure(error.code, error.remote_code)
    if told is not None:
        return told
    if isinstance(error, ScopeMissing):
        return _("Не хватает права «{right}»: отметьте его в приложении Яндекса и дайте доступ заново.").format(
            right=_right(error.scope)
        )
    if isinstance(error, Unauthorized):
        return _("Яндекс не принимает доступ: токен отозван или истёк.")
    return None


def _right(scope: str) -> str:
    """As the page of the application calls it."""
    return {READ: _("Чтение всего Диска"), INFO: _("Доступ к информации о Диске")}.get(scope, scope)


def trouble(code: str, remote_code: str) -> tuple[str, str] | None:
    return {
        ("gone", "folder"): (
            _("папки с записями нет на Диске"),
            _("Если её переименовали или перенесли, укажите новую в настройках."),
        ),
        ("gone", "folders"): (
            _("одной из папок с записями нет на Диске"),
            _("Если её переименовали или перенесли, укажите новую в настройках."),
        ),
    }.get((code, remote_code)) or shared.trouble(code, remote_code)


def renew_hint() -> str:
    return _("дайте доступ ещё раз")


def option_title(field: str) -> str:
    return {"folders": _("Папки"), "pattern": _("Имена файлов"), "zone": _("Часовой пояс")}[field]


def ask_option(field: str, values: Mapping[str, str]) -> Text:
    if field == "folders":
        return as_list(
            _("Какие папки смотреть? Каждая с новой строки, вложенные я посмотрю сам."),
            _("Новой считаю запись, которая появится после этого."),
        )
    if field == "zone":
        return as_list(
            _("По какому времени названы файлы? Пришлите +3, МСК+2 или Asia/Omsk."),
            _("По умолчанию московское."),
        )
    return as_list(
        _("Как из имени файла узнать время, телефон и менеджера? Обычные имена я понимаю сам: пришлите «авто»."),
        phrase(_("Или шаблон, например: {example}"), example=Code(EXAMPLE)),
        _("Звёздочка значит что угодно. Перед сохранением покажу, что прочёл в ваших файлах."),
    )


def option_value(field: str, value: str) -> str:
    if field == "folders":
        return ", ".join(shown(folder) for folder in stored_folders(value)) or _("из подключения")
    if field == "zone":
        return _("московское время") if value in ("", ZONE) else shown_zone(value)
    return _("понимаю сам") if value in ("", AUTO) else value
