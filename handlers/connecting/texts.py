"""Words of the connect dialogue and of the check of an account."""

from aiogram.utils.formatting import Bold, Italic, Text, as_list
from aiogram.utils.i18n import gettext as _

from handlers import words
from handlers.connecting.systems import SYSTEMS
from handlers.phrases import phrase
from services.domain.integration import Ability, Integration, Kind
from services.errors import Refused, RemoteError
from services.integrations.base import Check, CheckLine


def kind_title(kind: Kind) -> str:
    return SYSTEMS[kind].title()


def full_name(one: Integration) -> str:
    """With the kind of system beside a name that does not tell it: accounts are often called as the company is."""
    title = kind_title(Kind(one.kind))
    told = any(word.lower() in one.name.lower() for word in title.split() if word.isalnum())
    return one.name if told else f"{one.name} · {title}"


def abilities(known: frozenset[Ability]) -> str:
    told = {
        Ability.GIVES_CALLS: _("звонки и записи"),
        Ability.LISTS_FUNNELS: _("воронки"),
        Ability.WRITES_COMMENTS: _("комментарии"),
        Ability.WRITES_FIELDS: _("поля"),
        Ability.WRITES_LISTS: _("списки"),
    }
    return ", ".join(word for ability, word in told.items() if ability in known)


def choose_kind() -> str:
    return _("Что подключаем?")


def crm_title() -> str:
    return _("CRM")


def calls_title() -> str:
    return _("Телефония и диск")


def where_answers_go() -> str:
    """For systems that have no deals."""
    return _("Ответы по таким звонкам придут в чат, а если подключена CRM — и в сделку: найду её по номеру.")


def step_of(number: int, count: int | None) -> Text:
    """`count` is None while it is not known yet."""
    if count is None:
        return Text(Italic(_("Шаг {number}").format(number=number)))
    return Text(Italic(_("Шаг {number} из {count}").format(number=number, count=count)))


def needs_public_address() -> str:
    return _(
        "Вход по кнопке здесь недоступен: у бота нет адреса в интернете. Его задаёт тот, кто ставил бота "
        "(настройка PUBLIC_URL)."
    )


def how_a_link_works() -> str:
    return _("Нажмите кнопку и разрешите доступ, дальше я продолжу сам. Ссылка работает 20 минут.")


def link_button() -> str:
    return _("🔐 Войти и разрешить")


def not_let_in() -> Text:
    return Text(_("Вы не дали доступ. Если передумаете, нажмите кнопку ещё раз."))


def enter_again_button() -> str:
    return _("🔐 Войти ещё раз")


def back_button() -> str:
    return _("‹ Назад")


def connect_button() -> str:
    return _("➕ Подключить систему")


def reconnect_button() -> str:
    return _("🔑 Обновить доступ")


def options_button() -> str:
    return _("⚙️ Настройки")


def only_private() -> str:
    return _("Подключать системы можно только в личной переписке со мной: доступ — это пароль.")


def cancel_button() -> str:
    return _("✖️ Отмена")


def again_button() -> str:
    return _("🔄 Проверить ещё раз")


def give_again_button() -> str:
    return _("✏️ Ввести заново")


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
        "Удалил сообщение: в нём был доступ к системе. Если его успели увидеть другие, создайте новый, "
        "а старый отзовите."
    )


def secret_left() -> str:
    return _(
        "В сообщении доступ к системе, а удалить его я не могу. Удалите его сами и создайте новый вместо этого."
    )


def check_result(kind: Kind, check: Check) -> Text:
    head = Bold(check.title)
    return as_list(head, *(check_line(kind, line) for line in check.lines))


def check_line(kind: Kind, line: CheckLine) -> str:
    sign = "✅" if line.ok else ("❌" if line.required else "▫️")
    return f"{sign} {SYSTEMS[kind].line(line)}"


def refused(kind: Kind, error: Refused) -> str:
    return SYSTEMS[kind].refused(error.why, error.values) or words.refused(error)


def failure(kind: Kind, error: RemoteError) -> str:
    return SYSTEMS[kind].failure(error) or words.failure(error)


def not_connected() -> str:
    return _("Пока не подключено. Исправьте отмеченное ❌ и нажмите «Проверить ещё раз».")


def connected(abilities: frozenset[Ability], *, renewed: bool, moved: bool = False) -> str:
    if moved:
        return _(
            "Аккаунт сменён, новые звонки пойдут из него. Промптам с воронкой, списком или полями "
            "выберите новое место: /prompts"
        )
    if renewed:
        return _("Доступ обновлён. Промпты на месте, работа продолжается.")
    if Ability.LISTS_FUNNELS not in abilities:
        return _(
            "Подключено! Теперь создайте промпт — вопрос к каждому новому звонку: /new. Разложить звонки по "
            "воронкам можно в /funnels"
        )
    return _("Подключено! Теперь создайте промпт — вопрос к каждому новому звонку.")


def new_prompt_button() -> str:
    return _("➕ Создать промпт")
