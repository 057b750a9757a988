"""Words that several features share: reasons, failures, lengths, moments."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiogram.utils.i18n import gettext as _
from babel.dates import format_skeleton

from services.domain.call import Reason
from services.domain.integration import Funnel, ObjectKind
from services.errors import CallpromptError, RateLimited, Refused, ScopeMissing, Unauthorized, Unreachable
from services.integrations.policy import ForbiddenHost

NO_BREAK = "\u00a0"
HALF_A_YEAR = timedelta(days=183)
_now: ContextVar[datetime | None] = ContextVar("now", default=None)


def reason(code: Reason) -> str:
    """Why a call or prompt was not worked on, in a few words."""
    return {
        Reason.PROMPT_OFF: _("промпт выключен"),
        Reason.STARTED_BEFORE_ENABLED: _("звонок начался до включения промпта"),
        Reason.OTHER_FUNNEL: _("другая воронка"),
        Reason.OTHER_STAGE: _("другая стадия"),
        Reason.STAGE_MISSING: _("воронка или стадия удалена"),
        Reason.NOT_ANSWERED: _("на звонок не ответили"),
        Reason.TOO_SHORT: _("слишком короткий разговор"),
        Reason.DAY_LIMIT: _("дневной предел звонков исчерпан"),
        Reason.NO_PROMPTS: _("для этого звонка нет включённых промптов"),
        Reason.NO_BINDING: _("звонок не привязан к сделке или лиду"),
        Reason.NO_PHONE: _("номер клиента скрыт, сделку не найти"),
        Reason.NO_DEAL: _("открытой сделки с номером клиента нет"),
        Reason.AMBIGUOUS: _("звонил посредник: сделок у него несколько, и о какой речь, не понять"),
        Reason.NO_RECORD: _("запись разговора так и не появилась"),
        Reason.SILENCE: _("в записи тишина"),
        Reason.VOICEMAIL: _("автоответчик"),
        Reason.BAD_AUDIO: _("запись повреждена"),
        Reason.TRANSCRIPTION_FAILED: _("не получилось расшифровать запись"),
        Reason.MODEL_FAILED: _("языковая модель не ответила"),
        Reason.MODEL_REFUSED: _("языковая модель отказалась отвечать"),
        Reason.MODEL_PAUSED: _("языковая модель недоступна"),
        Reason.TEXT_TOO_LONG: _("разговор слишком длинный для модели"),
        Reason.REMOTE_REJECTED: _("система не приняла запрос"),
        Reason.REMOTE_UNREACHABLE: _("система долго не отвечает"),
        Reason.ACCESS_EXPIRED: _("нет доступа к системе"),
        Reason.RIGHT_MISSING: _("доступу не хватает права"),
        Reason.QUOTA: _("лимит скачиваний исчерпан"),
        Reason.CANNOT_VERIFY: _("не удалось проверить, записан ли ответ: посмотрите в CRM"),
        Reason.CANNOT_LOOK: _("CRM не подтвердила запись, а проверить её нельзя: посмотрите там и решите кнопкой"),
        Reason.FIELD_GONE: _("поля больше нет в CRM"),
        Reason.FIELD_BLIND: _("прочитать это поле нельзя: в промпте выберите для него «Заменить»"),
        Reason.LIST_GONE: _("списка больше нет в CRM"),
        Reason.NOT_AN_OPTION: _("ответ не из списка значений поля"),
        Reason.NOT_A_NUMBER: _("ответ не число"),
        Reason.NOT_A_DATE: _("ответ не дата"),
        Reason.VALUE_UNREADABLE: _("ответ не подходит полю"),
        Reason.QUOTE_NOT_FOUND: _("в разговоре не нашлась цитата для ответа"),
        Reason.VALUE_UNSUPPORTED: _("цитата из разговора говорит о другом значении"),
        Reason.REQUIRED_EMPTY: _("обязательное поле осталось бы пустым"),
        Reason.FIELD_FULL: _("в поле нет места"),
        Reason.TAKEN_BACK: _("отменено до записи"),
        Reason.FORGOTTEN: _("данные удалены по просьбе владельца"),
        Reason.VALUE_LOST: _("CRM не сохранила значение"),
        Reason.OTHER_OBJECT: _("найден лид, а промпт пишет в сделки (или наоборот)"),
        Reason.INTERNAL: _("внутренняя ошибка"),
    }[code]


def failure(error: CallpromptError) -> str:
    """What went wrong and what to do, for a person."""
    if isinstance(error, ForbiddenHost):
        return _("Этот адрес использовать нельзя: нужен публичный адрес с https.")
    if isinstance(error, ScopeMissing):
        return _("Не хватает права «{scope}»: дайте его в настройках доступа.").format(scope=error.scope)
    if isinstance(error, Unauthorized):
        return _("Доступ не принимают: он отозван, истёк или введён с ошибкой.")
    if isinstance(error, RateLimited):
        return _("Система просит подождать: слишком много запросов. Попробуйте через минуту.")
    if isinstance(error, Unreachable):
        return _("Система не отвечает. Проверьте адрес и попробуйте ещё раз.")
    if isinstance(error, Refused):
        return refused(error)
    return _("Не получилось. Попробуйте ещё раз чуть позже.")


def refused(error: Refused) -> str:
    """Input that cannot be taken: what is wrong and what to send instead."""
    values = error.values
    known = {
        "name_empty": _("Название пустое. Напишите хотя бы одно слово."),
        "name_long": _("Название длиннее {limit} символов (сейчас {length}). Сократите, пожалуйста."),
        "text_empty": _("Текст пустой. Напишите, что узнать из разговора."),
        "text_long": _("Текст длиннее {limit} символов (сейчас {length}). Сократите, пожалуйста."),
        "unknown_zone": _("Не знаю такого часового пояса. Пример: Europe/Moscow"),
        "not_a_tariff": _("Нужны два числа через пробел, например: 20 160"),
        "not_a_cap": _("Нужна одна сумма в рублях, например: 500. Ноль снимает лимит."),
        "integration_gone": _("CRM этого промпта отключена. Подключите её снова: /connect"),
        "keys_exchanged": _("Ключи бота сменились, и введённое раньше не прочитать. Начните заново: /connect"),
        "hard_limit": _("В этой воронке уже включено {limit} промптов — это предел, заданный владельцем."),
        "nothing_to_undo": _("Отменять нечего: запись старше суток, уже отменена или её не было."),
        "undone_by_hand": _("Комментарии этой CRM удаляют только вручную: откройте сделку."),
        "required_columns": _("Обязательные поля не заполнены: {names}. Задайте им вопрос или выберите 🔗."),
        "lost_fields": _("Этих полей больше нет: {names}. Перенесите их вопросы или уберите."),
        "unwritable_columns": _("Список не заполнить из-за обязательных полей: {names}. Выберите другой список."),
        "not_askable": _("Этому полю вопрос задать нельзя."),
        "other_kind": _("У сделки и лида разные поля. Выберите воронку и «Куда писать» заново."),
        "no_questions": _("Задайте хотя бы один вопрос: без него промпту нечего делать."),
        "last_owner": _(
            "Это последний владелец: без него компанией некому управлять. Сначала сделайте владельцем ещё кого-то."
        ),
        "too_many_companies": _("Больше {limit} своих компаний завести нельзя."),
        "limit_integrations": _("Систем подключено уже {limit} — это предел вашей компании. Отключите лишнюю."),
        "limit_prompts": _("Промптов уже {limit} — это предел вашей компании. Удалите ненужный: /prompts"),
        "too_many_invitations": _("Открытых приглашений уже {limit}. Отзовите ненужные: /members › Приглашения."),
        "limit_members": _("Людей в компании уже {limit} — это предел. Уберите тех, кто больше не работает."),
        "nothing_failed": _("Повторять нечего: всё уже сделано или ещё в работе."),
        "words_gone": _("Слова этого звонка удалены по сроку хранения, повторить его уже нельзя."),
        "account_left": _("Этот звонок из прежнего аккаунта CRM: повторить или отменить его уже нельзя."),
        "integration_name_taken": _("Система с названием «{name}» уже есть. Пришлите другое."),
        "not_a_choice": _("Выберите кнопкой под сообщением выше."),
        "condition_empty": _("Условие пустое. Напишите, о чём предупреждать."),
        "condition_long": _("Условие длиннее {limit} символов (сейчас {length}). Сократите, пожалуйста."),
        "too_many_people": _("Больше {limit} человек не позвать. Сначала уберите кого-нибудь."),
        "chat_elsewhere": _(
            "Сюда писать нельзя: человек ушёл из компании, или в чате теперь звонки другой компании."
        ),
        "file_large": _("Файл больше {limit} КБ. Нужен текст до 4000 символов."),
        "file_not_text": _("Нужен текстовый файл .txt."),
    }
    return known.get(error.why, _("Так не получится.")).format(**values)


def cancelled() -> str:
    return _("Отменено. Ничего не сохранено.")


def changed_meanwhile() -> str:
    return _("Пока вы правили, это изменил кто-то другой. Посмотрите, как стало, и повторите.")


def length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    told = _("{m} мин {s} с").format(m=minutes, s=f"{rest:02}") if minutes else _("{s} с").format(s=rest)
    return told.replace(" ", NO_BREAK)


def funnel(shown: Funnel) -> str:
    """Leads have no funnel with a name of its own in the CRM: we call it so."""
    return _("Лиды") if shown.object_kind is ObjectKind.LEAD else shown.name


@contextmanager
def read_at(now: datetime) -> Iterator[None]:
    """Days told meanwhile are read at this moment."""
    token = _now.set(now)
    try:
        yield
    finally:
        _now.reset(token)


def day(at: datetime, zone: str, language: str) -> str:
    """`10 мар.`, `Mar 10`: the day of the workspace's zone as the language writes it.

    With its year where one might think of another: `10 мар. 2025 г.`, `Mar 10, 2025`. What is told to nobody in
    particular, as a card, is of these days.
    """
    place, now = ZoneInfo(zone), _now.get()
    local = at.astimezone(place)
    near = now is None or (now.astimezone(place).year == local.year and abs(now - at) < HALF_A_YEAR)
    told: str = format_skeleton("MMMd" if near else "yMMMd", local, locale=language)
    return told


def moment(at: datetime, zone: str, language: str) -> str:
    """`10 мар., 12:19`, `Mar 10, 12:19`: hours of a day of 24 in every language."""
    return f"{day(at, zone, language)}, {at.astimezone(ZoneInfo(zone)):%H:%M}"
