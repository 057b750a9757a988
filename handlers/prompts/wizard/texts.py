"""Words of the wizard."""

from collections.abc import Mapping
from typing import Any

from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Italic, Text, as_line, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers.phrases import phrase
from handlers.prompts.shared_texts import around, by_phone, destination, place
from handlers.prompts.wizard.fielding.texts import known
from services.domain.prompt import Known
from services.prompts.columns import columns_of
from services.prompts.flow import Step, choice_of


def first_connect(*, may_connect: bool) -> str:
    if may_connect:
        return _("Сначала подключите систему, из которой брать звонки.")
    return _("Сначала владелец подключит систему, из которой брать звонки: /connect")


def only_private() -> str:
    return _("Промпт удобнее создавать в личной переписке. Карточки будут приходить в этот чат.")


def open_private_button() -> str:
    return _("Открыть переписку")


def wizard_title(editing: bool) -> str:
    return _("Изменение промпта") if editing else _("Новый промпт")


def ask(step: Step) -> str:
    return {
        Step.INTEGRATION: _("К какой системе относится промпт?"),
        Step.FUNNEL: _("Звонки какой воронки разбирать?"),
        Step.STAGE: _("На какой стадии была сделка в момент звонка?"),
        Step.NAME: _("Как назвать промпт? Пришлите короткое название, например «Возражения»."),
        Step.TEXT: _(
            "Что узнать из разговора? Пришлите вопрос сообщением (можно несколькими) или файлом .txt, "
            "или возьмите пример."
        ),
        Step.DESTINATION: _("Куда писать ответ?"),
        Step.LIST: _("В какой список писать ответы?"),
        Step.FIELDS: _("Какие поля заполнять?"),
        Step.SUMMARY: _("Проверьте и сохраните."),
    }[step]


def ask_destination_without_crm() -> str:
    return _("Куда писать ответ? Чтобы писать в сделки, подключите CRM: /connect")


def ask_own_funnel(*, known: bool) -> str:
    """Of a telephony or a disk, whose funnels are made here."""
    if known:
        return ask(Step.FUNNEL)
    return _("Разбирать все звонки или только часть? Для части создайте воронку и скажите, что в неё попадает.")


def ask_stage_of_lead() -> str:
    return _("На какой стадии был лид в момент звонка?")


def by_button(question: Text) -> Text:
    """Said when something was typed where a button is waited for."""
    return as_list(_("Здесь ответьте кнопкой."), "", question)


def ask_own_stage() -> str:
    return _("Звонки какой стадии разбирать?")


def new_funnel_button() -> str:
    return _("➕ Создать воронку")


def cancel_button() -> str:
    return _("✖️ Отмена")


def save_button() -> str:
    return _("💾 Сохранить")


def edit_button(step: Step) -> str:
    return {
        Step.INTEGRATION: _("✏️ Система"),
        Step.FUNNEL: _("✏️ Воронка"),
        Step.STAGE: _("✏️ Стадия"),
        Step.NAME: _("✏️ Название"),
        Step.TEXT: _("✏️ Текст"),
        Step.DESTINATION: _("✏️ Куда писать"),
        Step.LIST: _("✏️ Список"),
        Step.FIELDS: _("✏️ Поля"),
        Step.SUMMARY: _("💾 Сохранить"),
    }[step]


def done_button() -> str:
    return _("✅ Готово")


def again_button() -> str:
    return _("↩️ Написать заново")


def take_button() -> str:
    return _("👍 Взять этот")


def collected(text: str, pieces: int) -> Text:
    count = ngettext("{n} сообщение", "{n} сообщения", pieces).format(n=pieces)
    size = ngettext("{n} символ", "{n} символов", len(text)).format(n=len(text))
    return as_list(
        Text(_("Записал: {count}, {size} из 4000.").format(count=count, size=size)),
        ExpandableBlockQuote(text[:1500]),
        _("Добавьте ещё сообщение или нажмите «Готово»."),
    )


def example(name: str, text: str) -> Text:
    return as_list(Bold(name), "", text)


def same_name(name: str) -> Text:
    return phrase(_("Промпт «{name}» в этой воронке уже есть. Сохранить ещё один?"), name=Bold(name))


def same_name_there(name: str) -> Text:
    return phrase(_("Там уже есть промпт «{name}». Всё равно перенести?"), name=Bold(name))


def anyway_button() -> str:
    return _("Всё равно сохранить")


def move_anyway_button() -> str:
    return _("Всё равно перенести")


def other_name_button() -> str:
    return _("✏️ Другое название")


def summary(draft: Mapping[str, Any], names: Mapping[str, Any]) -> Text:
    head = as_list(
        Bold(str(draft.get("name", ""))),
        as_line(Italic(names.get("integration", "")), " · ", place(names), end=""),
        Text(_("Ответ: {where}").format(where=_where(draft, names))),
    )
    return around(_wording(draft), head, ask(Step.SUMMARY))


def _where(draft: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    choice = choice_of(draft[Step.DESTINATION])
    told = destination(choice.destination, choice.object_kind or names.get("objects"))
    told = f"{told} «{draft[Step.LIST]['name']}»" if Step.LIST in draft else told
    return by_phone(told, names.get("into", "")) if choice.into is not None else told


def _wording(draft: Mapping[str, Any]) -> str:
    """The text, or each field with its question."""
    if Step.TEXT in draft:
        return str(draft[Step.TEXT])
    lines = []
    for entry in columns_of(draft).values():
        said = entry["ask"] if "ask" in entry else f"🔗 {known(Known(entry['known']))}"
        lines.append(f"{entry['field']['name']}: {said}")
    return "\n".join(lines)


def saved(name: str) -> Text:
    told = _("Промпт «{name}» сохранён. Пока он выключен: включите, и я начну разбирать новые звонки.")
    return phrase(told, name=Bold(name))


def later_button() -> str:
    return _("Позже")


def former_button() -> str:
    return _("👍 Прежний текст")


def gone() -> str:
    return _("Этого больше нет: возможно, уже удалено.")
