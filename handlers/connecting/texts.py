"""All words of this feature."""

from aiogram.utils.formatting import Bold, Code, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers import words
from handlers.phrases import phrase
from services.domain.integration import Ability, Integration, IntegrationState, Kind
from services.domain.workspace import Language
from services.integrations.base import Check, CheckLine
from services.ports import OwnerNotice


def kind_title(kind: Kind) -> str:
    return {
        Kind.BITRIX24: _("Битрикс24"),
        Kind.AMOCRM: "amoCRM",
        Kind.MACROCRM: "MacroCRM",
        Kind.NOVOFON: "Novofon",
        Kind.MTS: _("МТС"),
        Kind.YANDEX_DISK: _("Яндекс Диск"),
    }[kind]


def abilities(known: frozenset[Ability]) -> str:
    told = {
        Ability.GIVES_CALLS: _("звонки и записи"),
        Ability.LISTS_FUNNELS: _("воронки и стадии"),
        Ability.WRITES_COMMENTS: _("комментарии в сделки и лиды"),
    }
    return ", ".join(word for ability, word in told.items() if ability in known)


def choose_kind() -> str:
    return _("Что подключаем?")


def only_private() -> str:
    return _("Подключать CRM можно только в личной переписке со мной: адрес вебхука — это пароль.")


def how_to_bitrix24() -> Text:
    return as_list(
        Bold(_("Подключение Битрикс24")),
        _("1. На портале: Приложения → Разработчикам → Другое → Входящий вебхук."),
        phrase(_("2. Отметьте права {scopes}."), scopes=Code("crm, telephony, disk, user")),
        _("3. Сохраните и пришлите сюда адрес из поля «Вебхук для вызова rest api»."),
        "",
        _(
            "Лучше создать вебхук от имени администратора: я увижу все сделки и звонки. "
            "Сообщение с адресом я сразу удалю, адрес храню зашифрованным."
        ),
    )


def cancel_button() -> str:
    return _("Отмена")


def checking() -> str:
    return _("Проверяю доступ…")


def secret_deleted() -> str:
    return _("Сообщение с адресом удалено.")


def secret_not_deleted() -> str:
    return _("Не смог удалить ваше сообщение с адресом. Удалите его сами, пожалуйста.")


def check_result(check: Check) -> Text:
    head = Bold(check.title)
    return as_list(head, *(check_line(line) for line in check.lines))


def check_line(line: CheckLine) -> str:
    sign = "✅" if line.ok else ("❌" if line.required else "▫️")
    return f"{sign} {_line_words(line)}"


def _line_words(line: CheckLine) -> str:
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
    if line.code == "scope_lists":
        if line.ok:
            return _("Право lists: списки")
        return _("Права lists нет: понадобится позже, для записи в списки")
    if line.code == "access":
        return _("Доступ есть, вебхук сотрудника: {user}").format(user=line.values.get("user", ""))
    if line.code == "statistics":
        if line.ok:
            return _("Статистика звонков видна")
        return _(
            "Статистика звонков закрыта: дайте сотруднику право «Статистика звонков — Просмотр» "
            "в настройках телефонии"
        )
    if line.code == "funnels":
        return _("Воронки видны") if line.ok else _("Не видно ни одной воронки: проверьте права в CRM")
    if line.code == "administrator":
        if line.ok:
            return _("Вебхук администратора: видно все сделки")
        return _("Вебхук не администратора: чужие сделки могут быть не видны")
    return line.code


def not_connected() -> str:
    return _("Пока не подключено. Исправьте отмеченное ❌ и пришлите адрес ещё раз.")


def connected(*, renewed: bool) -> str:
    if renewed:
        return _("Доступ обновлён. Промпты на месте, работа продолжается.")
    return _("Подключено! Теперь создайте промпт — вопрос к каждому новому звонку.")


def new_prompt_button() -> str:
    return _("➕ Создать промпт")


# --- integrations --------------------------------------------------------------------------------


def nothing_connected() -> str:
    return _("Пока ничего не подключено. Начните с /connect")


def integrations_title() -> Text:
    return Text(Bold(_("Подключённые системы")))


def sign_of(integration: Integration) -> str:
    if integration.state is IntegrationState.EXPIRED:
        return "🔴"
    return "🟡" if integration.health.problem else "🟢"


def integration(shown: Integration, zone: str, language: Language, prompts: int) -> Text:
    health = shown.health
    never = _("ещё не было")
    pulled = words.moment(health.last_pull_at, zone, language) if health.last_pull_at else never
    called = words.moment(health.last_call_at, zone, language) if health.last_call_at else never
    lines: list[Text | str] = [
        Text(sign_of(shown), " ", Bold(shown.name)),
        f"{kind_title(shown.kind)} · {shown.account}",
        _("Последний опрос: {when}").format(when=pulled),
        _("Последний звонок: {when}").format(when=called),
        _("Промптов: {count}").format(count=prompts),
    ]
    if health.problem:
        lines += ["", _problem(shown, zone, language)]
    return as_list(*lines)


def _problem(shown: Integration, zone: str, language: Language) -> str:
    since = shown.health.problem_since
    when = words.moment(since, zone, language) if since else ""
    if shown.state is IntegrationState.EXPIRED:
        return _(
            "Доступ пропал {when}. Опрос остановлен, ничего не потеряно. "
            "Нажмите «Обновить доступ» и пришлите новый вебхук."
        ).format(when=when)
    return _("Портал не отвечает с {when}. Я пробую снова сам; если это надолго, проверьте портал.").format(
        when=when
    )


def check_button() -> str:
    return _("🔄 Проверить сейчас")


def rename_button() -> str:
    return _("✏️ Переименовать")


def reconnect_button() -> str:
    return _("🔑 Обновить доступ")


def disconnect_button() -> str:
    return _("🔌 Отключить")


def back_button() -> str:
    return _("‹ Назад")


def all_well() -> str:
    return _("Всё в порядке: доступ есть, права на месте.")


def ask_name() -> str:
    return _("Как назвать? Пришлите новое название до 60 символов.")


def renamed() -> str:
    return _("Переименовано.")


def sure_to_disconnect(name: str, prompts: int) -> Text:
    count = ngettext("{n} промпт", "{n} промптов", prompts).format(n=prompts)
    return as_list(
        phrase(_("Отключить «{name}»?"), name=Bold(name)),
        _("Выключу {count}, вебхук забуду. Промпты и ответы останутся: подключите снова и включите.").format(
            count=count
        ),
    )


def disconnect_sure_button() -> str:
    return _("Да, отключить")


def disconnected() -> str:
    return _("Отключено. Вебхук забыт, промпты выключены.")


def notice(told: OwnerNotice) -> str:
    """What the owners are told, once."""
    name = told.values.get("name", "")
    scope = told.values.get("scope", "")
    if told.code == "integration_expired" and scope:
        return _(
            "🔴 «{name}»: у вебхука пропало право {scope}. Опрос остановлен, звонки не потеряются. "
            "Верните право и нажмите «Проверить сейчас»: /integrations"
        ).format(name=name, scope=scope)
    return {
        "integration_expired": _(
            "🔴 «{name}»: портал больше не принимает вебхук. Опрос остановлен, звонки "
            "не потеряются. Обновите доступ: /integrations"
        ),
        "integration_unreachable": _(
            "🟡 «{name}»: портал не отвечает уже несколько минут. Пробую снова сам, ничего не потеряется."
        ),
        "integration_healed": _("🟢 «{name}»: связь восстановлена, догоняю пропущенные звонки."),
        "model_paused": _(
            "🟡 Языковая модель недоступна: нет денег на счёте или ключ не подходит. Звонки "
            "ждут, ничего не потеряется. Проверьте LLM_API_KEY и баланс."
        ),
        "speech_paused": _(
            "🟡 Распознавание речи недоступно: нет денег на счёте или ключ не подходит. "
            "Звонки ждут, ничего не потеряется. Проверьте STT_API_KEY и баланс."
        ),
    }[told.code].format(name=name)
