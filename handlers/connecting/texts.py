"""All words of this feature."""

from collections.abc import Mapping

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers import words
from handlers.connecting.systems import SYSTEMS
from handlers.phrases import phrase
from services.domain.integration import Ability, Integration, IntegrationState, Kind
from services.domain.workspace import Language
from services.errors import Refused, RemoteError
from services.integrations.base import Check, CheckLine
from services.ports import OwnerNotice


def kind_title(kind: Kind) -> str:
    return SYSTEMS[kind].title()


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
    return _("Подключать системы можно только в личной переписке со мной: доступ — это пароль.")


def cancel_button() -> str:
    return _("Отмена")


def again_button() -> str:
    return _("🔄 Проверить ещё раз")


def anew_button() -> str:
    return _("Начать сначала")


def skip_button() -> str:
    return _("Пропустить")


def another_account(name: str, account: str) -> Text:
    return phrase(
        _("Это другой аккаунт: {account}. Перевести на него «{name}» со всеми промптами или подключить отдельно?"),
        account=Bold(account),
        name=name,
    )


def replace_button() -> str:
    return _("Перевести со всеми промптами")


def separate_button() -> str:
    return _("Подключить отдельно")


def choose_by_button() -> str:
    return _("Выберите кнопкой под сообщением выше.")


def checking() -> str:
    return _("Проверяю доступ…")


def secret_deleted() -> str:
    return _("Ваше сообщение удалено.")


def secret_not_deleted() -> str:
    return _("Не смог удалить ваше сообщение с секретом. Удалите его сами, пожалуйста.")


def secret_removed() -> str:
    return _(
        "Удалил сообщение: в нём был доступ к CRM. Если его успели увидеть другие, создайте новый вебхук, "
        "а старый удалите."
    )


def secret_left() -> str:
    return _(
        "В сообщении доступ к CRM, а удалить его я не могу. Удалите его сами и создайте новый вебхук вместо этого."
    )


def check_result(kind: Kind, check: Check) -> Text:
    head = Bold(check.title)
    return as_list(head, *(check_line(kind, line) for line in check.lines))


def check_line(kind: Kind, line: CheckLine) -> str:
    sign = "✅" if line.ok else ("❌" if line.required else "▫️")
    return f"{sign} {SYSTEMS[kind].line(line)}"


def refused(kind: Kind, error: Refused) -> str:
    return SYSTEMS[kind].refused(error.why) or words.refused(error)


def failure(kind: Kind, error: RemoteError) -> str:
    return SYSTEMS[kind].failure(error) or words.failure(error)


def not_connected() -> str:
    return _("Пока не подключено. Исправьте отмеченное ❌ и нажмите «Проверить ещё раз».")


def connected(*, renewed: bool, moved: bool = False) -> str:
    if moved:
        return _(
            "Аккаунт сменён, новые звонки пойдут из него. Промптам с воронкой, списком или полями "
            "выберите новое место: /prompts"
        )
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
    """What is wrong, since when, and what to do about it."""
    since = shown.health.problem_since
    when = words.moment(since, zone, language) if since else ""
    about = problem(shown).format(when=when)
    return f"{about[:1].upper()}{about[1:]}. {_remedy(shown)}"


def problem(shown: Integration) -> str:
    """What is wrong with an integration, as the rest of a sentence; `{when}` is a place to fill."""
    expired = shown.state is IntegrationState.EXPIRED
    code = shown.health.problem or ""
    if code == "scope_missing":
        return _("не хватает права с {when}, опрос остановлен") if expired else _("не хватает права с {when}")
    if expired:
        return _("доступ не принимают с {when}, опрос остановлен")
    return {
        "rate_limited": _("просит подождать с {when}: слишком много запросов"),
        "rejected": _("отказывает нам с {when}"),
        "gone": _("отказывает нам с {when}"),
        "bad_answer": _("отвечает непонятно с {when}"),
    }.get(code, _("не отвечает с {when}"))


def _remedy(shown: Integration) -> str:
    code = shown.health.problem or ""
    if code == "scope_missing":
        return _("Звонки не потеряются. Нажмите «Проверить сейчас»: покажу, какое право отметить.")
    if shown.state is IntegrationState.EXPIRED:
        hint = SYSTEMS[shown.kind].renew_hint()
        return _("Звонки не потеряются. Нажмите «Обновить доступ» и {hint}.").format(hint=hint)
    return remedy(code)


def remedy(code: str) -> str:
    """What to do about a failing system, by the code of its failure."""
    return {
        "rate_limited": _("Ничего делать не нужно: я подожду. Если надолго, посмотрите, кто ещё её нагружает."),
        "rejected": _("Проверьте, что сотруднику вебхука открыты сделки и звонки. Пробую снова сам."),
        "gone": _("Проверьте, что сотруднику вебхука открыты сделки и звонки. Пробую снова сам."),
        "bad_answer": _("Похоже, там сбой или по этому адресу уже другой сайт. Пробую снова сам."),
    }.get(code, _("Пробую снова сам. Если это надолго, проверьте, открывается ли она у вас."))


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
        _("Выключу {count}, доступ забуду. Промпты и ответы останутся: подключите снова и включите.").format(
            count=count
        ),
    )


def disconnect_sure_button() -> str:
    return _("Да, отключить")


def disconnected() -> str:
    return _("Отключено. Доступ забыт, промпты выключены.")


def _chat_closed(values: Mapping[str, str]) -> str:
    if values["why"] == "topic":
        told = _("🟠 Чат «{chat}»: тема закрыта, карточки ждут. Откройте её или подпишите другую: /subscribe")
    else:
        told = _("🟠 Чат «{chat}»: мне нельзя в нём писать. Дайте право отправлять сообщения — карточки придут.")
    return told.format(chat=values["chat"])


def _failing(name: str, code: str) -> str:
    told = {
        "rate_limited": _("🟡 «{name}»: уже несколько минут просит подождать."),
        "rejected": _("🟡 «{name}»: уже несколько минут отказывает нам."),
        "gone": _("🟡 «{name}»: уже несколько минут отказывает нам."),
        "bad_answer": _("🟡 «{name}»: уже несколько минут отвечает непонятно."),
    }.get(code, _("🟡 «{name}»: не отвечает уже несколько минут."))
    return " ".join([told.format(name=name), _("Звонки не потеряются."), remedy(code)])


def notice(told: OwnerNotice) -> str:
    """What the owners are told, once."""
    name = told.values.get("name", "")
    scope = told.values.get("scope", "")
    if told.code == "integration_expired" and scope:
        return _(
            "🔴 «{name}»: пропало право {scope}. Опрос остановлен, звонки не потеряются. "
            "Верните право и нажмите «Проверить сейчас»: /integrations"
        ).format(name=name, scope=scope)
    if told.code == "chat_closed":
        return _chat_closed(told.values)
    if told.code == "integration_unreachable":
        return _failing(name, told.values.get("problem", ""))
    return {
        "integration_expired": _(
            "🔴 «{name}»: доступ больше не принимают. Опрос остановлен, звонки "
            "не потеряются. Обновите доступ: /integrations"
        ),
        "integration_healed": _("🟢 «{name}»: связь восстановлена, догоняю пропущенные звонки."),
        "right_missing": _(
            "🟠 «{name}»: не хватает права {scope}. Отметьте его у вебхука. Остальное работает, ответы подождут."
        ),
        "fields_gone": _(
            "🟠 Промпт «{name}»: в CRM больше нет полей: {fields}. Их не заполняю, остальные работают."
        ),
        "list_gone": _(
            "🟠 Промпт «{name}»: списка «{list}» больше нет в CRM, ответы писать некуда. "
            "Выберите другой список, вопросы сохранятся."
        ),
        "model_paused": _(
            "🟡 Языковая модель недоступна: нет денег на счёте или ключ не подходит. Звонки "
            "ждут, ничего не потеряется. Проверьте LLM_API_KEY и баланс."
        ),
        "model_not_found": _(
            "🟡 Языковая модель не найдена: сервер не знает такой модели или такого адреса. Звонки ждут, "
            "ничего не потеряется. Проверьте LLM_MODEL и LLM_BASE_URL."
        ),
        "speech_not_found": _(
            "🟡 Распознавание речи не работает: сервер не знает такой модели или такого адреса. Звонки ждут, "
            "ничего не потеряется. Проверьте STT_MODEL и STT_BASE_URL."
        ),
        "daily_cap": _(
            "🟡 Дневной лимит на модель исчерпан: {cap} ₽. Новые звонки подождут до полуночи и пойдут дальше "
            "сами. Изменить лимит: /settings"
        ),
        "speech_paused": _(
            "🟡 Распознавание речи недоступно: нет денег на счёте или ключ не подходит. "
            "Звонки ждут, ничего не потеряется. Проверьте STT_API_KEY и баланс."
        ),
    }[told.code].format(**told.values)
