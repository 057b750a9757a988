"""Words of /privacy: what leaves for the model, what is kept and how long, and how it is deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers.foreign import short
from handlers.workspace.texts import kept
from services.domain.workspace import Workspace
from services.forgetting.phone import Traces

MOST_CHATS = 20
"""Named one by one in a report."""


def window(workspace: Workspace) -> Text:
    return as_list(
        Bold(_("Данные клиентов")),
        _("Записи звонков не храню: расшифровал — и удалил."),
        _("Расшифровки: {time}").format(time=kept(workspace.keep_days)),
        _("Ответы и цитаты: {time}").format(time=kept(workspace.keep_answers_days)),
        masking(on=workspace.mask_personal),
        "",
        _("Записанное в CRM остаётся в CRM."),
    )


def masking(*, on: bool) -> str:
    if on:
        return _("Модель не видит телефонов, почты, номеров карт и паспортов: я их скрываю и возвращаю в ответ.")
    return _("⚠️ Телефоны, почта, номера карт и паспортов уходят в модель как есть.")


def button() -> str:
    return _("🔐 Данные клиентов")


def masking_button(*, on: bool) -> str:
    return _("👁 Не скрывать от модели") if on else _("🙈 Скрывать от модели")


def talk_button() -> str:
    return _("🗄 Сколько хранить расшифровки")


def answers_button() -> str:
    return _("🗄 Сколько хранить ответы")


def choose_talk() -> str:
    return _("Сколько хранить расшифровки? Потом удалю их без возврата.")


def choose_answers() -> str:
    return _("Сколько хранить ответы и цитаты? Потом удалю их здесь без возврата. Записанное в CRM останется.")


def forget_button() -> str:
    return _("🧹 Удалить всё о номере")


def delete_button() -> str:
    return _("🗑 Удалить компанию")


# --- everything about a number ---------------------------------------------------------------------


def which_number() -> str:
    return _("Пришлите номер клиента. Покажу, что о нём есть, и удалю, если подтвердите.")


def not_a_phone() -> str:
    return _("Не похоже на номер телефона. Пришлите, например, +7 900 123-45-67.")


def nothing_about() -> str:
    return _("С этим номером звонков нет.")


def traces(number: str, found: Traces) -> Text:
    lines: list[Text | str] = [
        Bold(number),
        ngettext("{n} звонок", "{n} звонков", found.calls).format(n=found.calls),
        ngettext("{n} сообщение в чатах", "{n} сообщений в чатах", found.messages).format(n=found.messages),
        "",
        _("Удалю расшифровки, ответы, цитаты, имя и номер. Вернуть будет нельзя."),
        _("Из чатов уберу карточки, тревоги, файлы с ответами и сводки, где есть этот клиент."),
    ]
    if found.written:
        told = ngettext(
            "В CRM останется {n} запись: её удаляют там.",
            "В CRM останется записей: {n}. Их удаляют там.",
            found.written,
        )
        lines.append(told.format(n=found.written))
    lines.append(_("Если номер называли вслух в других разговорах, там он останется до срока хранения."))
    return as_list(*lines)


def forget_sure() -> str:
    return _("🧹 Удалить")


def forgetting() -> str:
    return _("Удаляю. Напишу, когда закончу.")


# --- the company -----------------------------------------------------------------------------------


def delete_warning(name: str) -> Text:
    return as_list(
        Bold(_("Удалить компанию «{name}»?").format(name=name)),
        _("Сразу: доступы к системам стираются, промпты выключаются, все участники выходят."),
        _("Затем: удаляются звонки, расшифровки, ответы, настройки и история. Чаты я предупрежу."),
        _("Записанное в CRM и сообщения в чатах останутся. Вернуть компанию будет нельзя."),
    )


def delete_go_on() -> str:
    return _("Да, удалить")


def type_name(name: str) -> str:
    return _("Последний шаг. Напишите название компании, чтобы удалить её: {name}").format(name=name)


def other_name() -> str:
    return _("Название другое. Ничего не удалено. Напишите точно или /cancel.")


def deleted() -> str:
    return _("Компания удалена. Доступы стёрты, остальное удаляю сейчас.")


# --- in chats --------------------------------------------------------------------------------------


def erased() -> str:
    return _("🧹 Удалено по просьбе владельца.")


def erased_name() -> str:
    """Of the file that stands in the place of one that cannot be deleted any more."""
    return _("удалено.txt")


COMPANY = ("company_deleted", "company_left", "company_done")


def _of_company(code: str, values: Mapping[str, Any]) -> str:
    words = {
        "company_deleted": _("Компания «{name}» удалена: карточек здесь больше не будет."),
        "company_left": _("Владелец удалил компанию «{name}». Карточки больше не придут, кнопки не работают."),
        "company_done": _(
            "Готово: от компании «{name}» ничего не осталось. Удалено звонков: {calls}, промптов: {prompts}."
        ),
    }
    return words[code].format(**values)


def told(code: str, values: Mapping[str, Any]) -> str:
    if code in COMPANY:
        return _of_company(code, values)
    calls, left = int(values["calls"]), values["left"]
    if code == "phone_stuck":
        words = _(
            "Данные клиента здесь удалены, но часть сообщений в чатах пока не убирается. Продолжаю пробовать."
        )
        return "\n".join([words, *_chats(left)])
    done = ngettext("Готово: удалены данные {n} звонка.", "Готово: удалены данные звонков: {n}.", calls)
    if not left:
        return done.format(n=calls)
    rest = _("Эти сообщения Telegram убрать не дал, удалите их в чате сами:")
    return "\n".join([done.format(n=calls), rest, *_chats(left)])


def _chats(left: Sequence[tuple[str, int]]) -> list[str]:
    """How many messages stand where."""
    gone, others = _("чат, которого больше нет"), _("другие чаты")
    lines = [f"• {short(title, 60) or gone}: {count}" for title, count in left[:MOST_CHATS]]
    if len(left) > MOST_CHATS:
        lines.append(f"• {others}: {sum(count for _title, count in left[MOST_CHATS:])}")
    return lines
