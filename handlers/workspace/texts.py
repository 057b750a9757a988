"""All words of this feature."""

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from services import spending
from services.access import Action, may, roles_that_may
from services.domain.workspace import Language, Role, Workspace


def menu() -> dict[str, tuple[str, Action]]:
    """Every command: what the menu says of it, and what it needs."""
    return {
        "start": (_("Начать"), Action.VIEW),
        "new": (_("Создать промпт"), Action.EDIT_PROMPTS),
        "prompts": (_("Мои промпты"), Action.VIEW),
        "enable": (_("Включить промпт"), Action.EDIT_PROMPTS),
        "disable": (_("Выключить промпт"), Action.EDIT_PROMPTS),
        "funnels": (_("Воронки телефонии и диска"), Action.EDIT_PROMPTS),
        "status": (_("Как идёт работа"), Action.VIEW),
        "integrations": (_("Подключённые системы"), Action.VIEW),
        "connect": (_("Подключить CRM"), Action.CONNECT),
        "subscribe": (_("Присылать карточки звонков в этот чат"), Action.MANAGE_CHATS),
        "unsubscribe": (_("Не присылать карточки в этот чат"), Action.MANAGE_CHATS),
        "chats": (_("Что и когда приходит в чаты"), Action.MANAGE_CHATS),
        "members": (_("Кто здесь работает"), Action.MEMBERS),
        "history": (_("Кто что менял"), Action.HISTORY),
        "workspace": (_("Мои компании"), Action.VIEW),
        "settings": (_("Настройки"), Action.VIEW),
        "privacy": (_("Данные клиентов"), Action.SETTINGS),
        "cancel": (_("Отменить начатое"), Action.VIEW),
        "help": (_("Помощь"), Action.VIEW),
    }


def closed_door() -> str:
    return _("Здравствуйте! Это закрытый бот компании. Чтобы войти, попросите у владельца ссылку-приглашение.")


def open_door() -> str:
    return _("Здравствуйте! Я слушаю звонки отдела продаж и пишу ответы в CRM. Чтобы начать, нажмите /start")


def open_door_short() -> str:
    return _("Чтобы начать, напишите мне /start в личной переписке.")


def closed_door_short() -> str:
    return _("Этот бот закрыт: войти можно по приглашению владельца.")


def not_yours(needs: Action) -> str:
    """Whom to ask: an editor is not sent to an editor."""
    if roles_that_may(needs) == (Role.OWNER,):
        return _("Для этого нужны права владельца: попросите его.")
    return _("Для этого нужны права: попросите владельца или редактора.")


def old_window() -> str:
    return _("Это окно устарело. Откройте его заново: /prompts или /new")


def unknown() -> str:
    return _("Не понял. Создать промпт — /new, список — /prompts, помощь — /help")


def gone() -> str:
    return _("Этого больше нет: возможно, уже удалено.")


def broke() -> str:
    return _("Что-то сломалось на нашей стороне. Попробуйте ещё раз через минуту.")


def wrong_claim() -> str:
    return _("Эта ссылка уже использована или неверна. Возьмите новую в журнале запуска бота.")


def claimed() -> str:
    return _("Теперь вы владелец. Осталось подключить CRM: /connect")


def greeting(name: str, *, connected: bool, prompts: int) -> Text:
    """Says the next step, whatever that is."""
    hello = Bold(_("Здравствуйте, {name}!").format(name=name) if name else _("Здравствуйте!"))
    about = _("Я слушаю новые звонки, задаю по ним ваши вопросы и пишу ответы в CRM.")
    if not connected:
        following = _("Начнём с подключения CRM — это займёт пару минут.")
    elif not prompts:
        following = _("CRM подключена. Создайте первый промпт — вопрос к каждому звонку.")
    else:
        count = ngettext("У вас {n} промпт.", "У вас {n} промптов.", prompts)
        following = count.format(n=prompts)
    return as_list(hello, about, "", following)


def connect_button() -> str:
    return _("🔌 Подключить CRM")


def new_button() -> str:
    return _("➕ Создать промпт")


def prompts_button() -> str:
    return _("📋 Мои промпты")


def help_text(role: Role) -> Text:
    return as_list(
        Bold(_("Как это работает")),
        *_steps(role),
        "",
        Bold(_("Команды")),
        *(f"/{name} — {told}" for name, (told, action) in menu().items() if name != "start" and may(role, action)),
        "",
        _(
            "Звонки, которые начались до включения промпта, не обрабатываются. Чего в разговоре не было, "
            "я не придумываю: тогда ответ — «нет данных»."
        ),
    )


def _steps(role: Role) -> list[str]:
    """Nobody is told to do what is not theirs."""
    if not may(role, Action.EDIT_PROMPTS):
        told = _(
            "Редактор создаёт промпт — вопрос, который я задаю каждому новому звонку. Вы видите ответы и карточки."
        )
        return [told]
    return [
        _("1. Подключите CRM: /connect") if may(role, Action.CONNECT) else _("1. CRM подключает владелец."),
        _("2. Создайте промпт: /new. Это вопрос, который я задам каждому новому звонку воронки."),
        _("3. Включите его: /enable. С этого момента ответы пойдут в сделки, а карточки — сюда."),
    ]


def nothing_to_cancel() -> str:
    return _("Сейчас отменять нечего.")


# --- settings ------------------------------------------------------------------------------------


SPEAKS = {Language.RU: "Русский", Language.EN: "English"}
"""Each language by its own name."""


def settings(workspace: Workspace, language: Language, *, owner: bool) -> Text:
    lines = [
        Bold(_("Настройки")),
        _("Язык: {language}").format(language=SPEAKS[language]),
        _("Язык ответов и карточек в группах: {language}").format(language=SPEAKS[workspace.language]),
        _("Часовой пояс компании: {zone}").format(zone=_zone(workspace.zone)),
        _("Советуем включать в воронке не больше {n} промптов").format(n=workspace.recommended_prompts),
        _("Суммы без названной валюты: {currency}").format(currency=workspace.currency),
        _("Слова звонков храним: {time}").format(time=kept(workspace.keep_days)),
    ]
    lines.append(quotes(strict=workspace.strict_quotes))
    if workspace.hard_limit_prompts is not None:
        lines.append(_("Больше {n} промптов в воронке не включить").format(n=workspace.hard_limit_prompts))
    if workspace.tariff is not None:
        price = _("Модель: {input} ₽ за миллион токенов на входе, {output} ₽ на выходе")
        lines.append(price.format(input=workspace.tariff[0], output=workspace.tariff[1]))
    if workspace.daily_cap is not None:
        lines.append(_daily_cap(workspace.daily_cap, counted=workspace.tariff is not None))
    if not owner:
        lines.append(_("Свой язык меняете вы, остальное — владелец."))
    return as_list(*lines)


def _zone(zone: str) -> str:
    """By the city where we know it."""
    return next((city for city, name in zones() if name == zone), zone)


def _daily_cap(cap: float, *, counted: bool) -> str:
    if counted:
        return _("На модель не больше {cap} ₽ в день").format(cap=spending.told(cap))
    return _("⚠️ Лимит {cap} ₽ в день пока не работает: укажите «Цену модели»").format(cap=spending.told(cap))


def quotes(*, strict: bool) -> str:
    if strict:
        return _("В поля и списки пишем только то, что подтверждено цитатой")
    return _("В поля и списки пишем и без цитаты — с пометкой на карточке")


def quotes_button(*, strict: bool) -> str:
    return _("🔓 Писать и без цитаты") if strict else _("🔒 Писать только с цитатой")


def limit_button() -> str:
    return _("🚧 Предел промптов в воронке")


def choose_limit() -> str:
    return _("Сколько промптов можно включить в одной воронке?")


def limit(count: int | None) -> str:
    return str(count) if count is not None else _("без предела")


def company_language_button(other: Language) -> str:
    return _("🗣 Язык ответов и карточек: {language}").format(language=SPEAKS[other])


def currency_button() -> str:
    return _("💱 Валюта")


def choose_currency() -> str:
    return _("В какой валюте суммы, если в разговоре её не назвали?")


def zone_button() -> str:
    return _("🕑 Часовой пояс")


def recommended_button() -> str:
    return _("🔢 Сколько промптов советовать")


def kept(days: int | None) -> str:
    if days is None:
        return _("всегда")
    return ngettext("{n} день", "{n} дней", days).format(n=days)


def tariff_button() -> str:
    return _("💰 Цена модели")


def ask_tariff() -> str:
    return _(
        "Сколько рублей стоит миллион токенов модели? Пришлите два числа: на входе и на выходе, например: 20 160. "
        "По ним я покажу, на сколько дороже станет звонок."
    )


def daily_cap_button() -> str:
    return _("🧾 Лимит расходов в день")


def ask_daily_cap(*, counted: bool) -> str:
    asked = _(
        "Сколько рублей в день можно тратить на модель? Пришлите сумму, например: 500. Ноль снимает лимит. "
        "Когда он исчерпан, звонки ждут до полуночи."
    )
    if counted:
        return asked
    return asked + "\n\n" + _("⚠️ Без «Цены модели» я не вижу расходов: укажите и её, иначе лимит не сработает.")


def back_button() -> str:
    return _("‹ Назад")


def choose_zone() -> str:
    return _("Выберите часовой пояс компании или напишите его, например Asia/Tbilisi")


def choose_recommended() -> str:
    return _("После скольких включённых промптов в воронке предупреждать?")


def zones() -> tuple[tuple[str, str], ...]:
    """What the button says, and the zone."""
    return (
        (_("Калининград"), "Europe/Kaliningrad"),
        (_("Москва"), "Europe/Moscow"),
        (_("Самара"), "Europe/Samara"),
        (_("Екатеринбург"), "Asia/Yekaterinburg"),
        (_("Омск"), "Asia/Omsk"),
        (_("Красноярск"), "Asia/Krasnoyarsk"),
        (_("Иркутск"), "Asia/Irkutsk"),
        (_("Якутск"), "Asia/Yakutsk"),
        (_("Владивосток"), "Asia/Vladivostok"),
        (_("Камчатка"), "Asia/Kamchatka"),
    )
