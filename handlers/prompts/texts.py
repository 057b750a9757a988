"""All words of this feature."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Italic, Text, as_line, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers import words
from handlers.phrases import phrase
from handlers.prompts.fielding.texts import known
from services.domain.call import Reason
from services.domain.integration import ObjectKind
from services.domain.prompt import Destination, Known, Problem, Prompt
from services.prompts.clashes import Clash, Rivals
from services.prompts.columns import columns_of
from services.prompts.flow import Step, choice_of
from services.prompts.switching import Crowd, Switched

MESSAGE = 4096
"""Characters in a message, by Telegram's count."""


def destination(kind: Destination, of: ObjectKind | None = None) -> str:
    """Where the answers go; of fields it is said whose."""
    if kind is Destination.FIELDS and of is not None:
        return _("📋 поля лида") if of is ObjectKind.LEAD else _("📋 поля сделки")
    return {
        Destination.COMMENT: _("💬 комментарий к сделке или лиду"),
        Destination.LIST: _("📊 строка отдельного списка"),
        Destination.FIELDS: _("📋 поля сделки или лида"),
        Destination.CHAT: _("📱 только в карточку звонка"),
    }[kind]


# --- wizard --------------------------------------------------------------------------------------


def first_connect() -> str:
    return _("Сначала подключите CRM: /connect")


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


def any_funnel() -> str:
    return _("Любая воронка")


def any_stage() -> str:
    return _("Любая стадия")


def back_button() -> str:
    return _("‹ Назад")


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
        Step.FIELDS: _("✏️ Поля и вопросы"),
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


def place(names: Mapping[str, Any]) -> str:
    """`Продажи › Новая`, with «any» in words."""
    funnel = names.get("funnel") or any_funnel()
    stage = names.get("stage")
    return f"{funnel} › {stage or any_stage()}" if names.get("funnel") else str(funnel)


def summary(draft: Mapping[str, Any], names: Mapping[str, Any]) -> Text:
    head = as_list(
        Bold(str(draft.get("name", ""))),
        as_line(Italic(names.get("integration", "")), " · ", place(names), end=""),
        Text(_("Ответ: {where}").format(where=_where(draft))),
    )
    return _around(_wording(draft), head, ask(Step.SUMMARY))


def _where(draft: Mapping[str, Any]) -> str:
    choice = choice_of(draft[Step.DESTINATION])
    told = destination(choice.destination, choice.object_kind)
    return f"{told} «{draft[Step.LIST]['name']}»" if Step.LIST in draft else told


def _wording(draft: Mapping[str, Any]) -> str:
    """The text, or each field with its question."""
    if Step.TEXT in draft:
        return str(draft[Step.TEXT])
    lines = []
    for entry in columns_of(draft).values():
        said = entry["ask"] if "ask" in entry else f"🔗 {known(Known(entry['known']))}"
        lines.append(f"{entry['field']['name']}: {said}")
    return "\n".join(lines)


def _around(text: str, head: Text, tail: Text | str) -> Text:
    """A prompt's text between the two, folded; its end is left out where the message would not hold it."""
    end = Text("\n\n", tail) if tail else Text()
    room = MESSAGE - len(head.render()[0]) - len(end.render()[0]) - len("\n\n")
    shown = text if len(text) <= room else text[: room - 1] + "…"
    return Text(head, "\n\n", ExpandableBlockQuote(shown), end)


def saved(name: str) -> Text:
    told = _("Промпт «{name}» сохранён. Пока он выключен: включите, и я начну разбирать новые звонки.")
    return phrase(told, name=Bold(name))


def enable_button() -> str:
    return _("🟢 Включить")


def later_button() -> str:
    return _("Позже")


def enabled(name: str) -> Text:
    told = _(
        "🟢 Промпт «{name}» включён. Разбираю звонки, которые начнутся с этой минуты: "
        "ответ будет в сделке, карточка — здесь."
    )
    return phrase(told, name=Bold(name))


def disabled(name: str) -> Text:
    return phrase(_("⚪ Промпт «{name}» выключен. Новые звонки он не разбирает."), name=Bold(name))


def switched(done: Switched, recommended: int, *, to: bool) -> Text:
    """What became of a switch, with whatever is worth knowing about it."""
    name = done.prompt.name
    text = enabled(name) if to else disabled(name)
    if done.crowd is not None:
        text = Text(text, "\n⚠️ ", too_many(done.crowd, recommended))
    if done.clashes:
        text = Text(text, "\n", clashing(done.clashes))
    if to and done.prompt.problems:
        text = Text(text, "\n⚠️ ", _("Часть полей удалена в CRM: откройте промпт и почините."))
    return text


def clashing(clashes: Sequence[Clash]) -> Text:
    """A line for each; nothing when there are none."""
    told = _("В поле «{field}» пишет и промпт «{name}»: значение останется от одного из них.")
    lines = [Text("⚠️ ", phrase(told, field=clash.field_name, name=Bold(clash.prompt_name))) for clash in clashes]
    return as_list(*lines) if lines else Text()


def rivals(pair: Rivals) -> str:
    told = _("Промпты «{first}» и «{second}» пишут в одни поля: {fields}. Останется значение одного из них.")
    first, second = pair.prompt_names
    return told.format(first=first, second=second, fields=", ".join(pair.field_names))


def former_button() -> str:
    return _("👍 Прежний текст")


def too_many(crowd: Crowd, recommended: int) -> str:
    """More than recommended: what each of them adds to a call."""
    told = _("В воронке включено уже {count}, советуем до {recommended}.").format(
        count=crowd.count, recommended=recommended
    )
    seconds = round(crowd.estimate.seconds)
    if crowd.estimate.roubles is not None:
        added = _("Каждый звонок — дольше на {seconds} с и дороже на {roubles} ₽.")
        return f"{told} {added.format(seconds=seconds, roubles=round(crowd.estimate.roubles, 2))}"
    added = _("Каждый звонок — дольше на {seconds} с и на {tokens} токенов дороже.")
    return f"{told} {added.format(seconds=seconds, tokens=crowd.estimate.tokens)}"


# --- list ----------------------------------------------------------------------------------------


def nothing_yet() -> str:
    return _("Промптов пока нет. Создайте первый — это вопрос, который я задам каждому новому звонку.")


def nothing_found() -> str:
    return _("По этому запросу ничего нет.")


def new_button() -> str:
    return _("➕ Новый промпт")


def list_title(total: int, active: int, shown: str = "") -> Text:
    count = ngettext("{n} промпт", "{n} промптов", total).format(n=total)
    on = _("включено {n}").format(n=active)
    head = Text(Bold(_("Промпты")), f" · {count}, {on}")
    return head + f"\n{shown}" if shown else head


def list_hint() -> str:
    return _("Кружок включает и выключает, ⚙️ открывает промпт.")


def filter_button() -> str:
    return _("🔎 Воронка")


def search_button() -> str:
    return _("🔤 Найти")


def all_button() -> str:
    return _("Показать все")


def ask_search() -> str:
    return _("Напишите слово из названия.")


def choose_filter() -> str:
    return _("Что показать?")


# --- card ----------------------------------------------------------------------------------------


def card(prompt: Prompt, names: Mapping[str, Any], number: int, note: Text | str = "") -> Text:
    state = _("🟢 включён") if prompt.enabled else _("⚪ выключен")
    head = as_list(
        Text(f"{number}. ", Bold(prompt.name)),
        Text(state),
        as_line(Italic(names.get("integration", "")), " · ", place(names), end=""),
        Text(_("Ответ: {where}").format(where=_place(prompt))),
        Text(_("Редакция текста: {n}").format(n=prompt.version.number)),
    )
    for problem in prompt.problems:
        head = Text(head, "\n", _problem(problem))
    return _around(prompt.text, head, note)


def _place(prompt: Prompt) -> str:
    place = prompt.version.place
    told = destination(place.destination, place.object_kind)
    return f"{told} «{place.list.name}»" if place.list is not None else told


def _problem(problem: Problem) -> Text:
    """A suspended field; the others go on."""
    why = words.reason(Reason(problem.reason))
    told = _("«{name}»: {why}. Вопрос приостановлен.") if problem.asked else _("«{name}»: {why}. Не заполняю.")
    return Text("⚠️ ", phrase(told, name=Bold(problem.field_name), why=why))


def repair_button() -> str:
    return _("🛠 Починить поля")


def hide_button() -> str:
    return _("🙈 Скрывать, если нет данных")


def unhide_button() -> str:
    return _("👁 Показывать и без данных")


def gone() -> str:
    return _("Этого больше нет: возможно, уже удалено.")


def off_button() -> str:
    return _("⚪ Выключить")


def duplicate_button() -> str:
    return _("📄 Копия")


def up_button() -> str:
    return _("⬆️ Выше")


def down_button() -> str:
    return _("⬇️ Ниже")


def delete_button() -> str:
    return _("🗑 Удалить")


def list_button() -> str:
    return _("‹ К списку")


def sure_to_delete(name: str) -> Text:
    return phrase(_("Удалить промпт «{name}»? Его ответы в CRM и в чатах останутся."), name=Bold(name))


def delete_sure_button() -> str:
    return _("Да, удалить")


def deleted(name: str) -> Text:
    return phrase(_("Промпт «{name}» удалён."), name=Bold(name))


def ask_new_name(name: str) -> Text:
    return phrase(_("Сейчас: «{name}». Пришлите новое название."), name=Bold(name))


def ask_new_text() -> str:
    return _("Пришлите новый текст промпта одним сообщением или файлом .txt. Старые ответы не изменятся.")


def copy_suffix(number: int) -> str:
    return _(" (копия)") if number == 1 else _(" (копия {n})").format(n=number)


def copied(name: str) -> Text:
    return phrase(_("Готова копия: «{name}». Она выключена."), name=Bold(name))


# --- switching -----------------------------------------------------------------------------------


def which(*, to: bool) -> str:
    return _("Какой промпт включить?") if to else _("Какой промпт выключить?")


def nothing_to_switch(*, to: bool) -> str:
    return _("Все промпты уже включены.") if to else _("Включённых промптов нет.")


def not_found(words: str) -> Text:
    return phrase(_("Не нашёл промпт «{name}». Посмотрите список: /prompts"), name=Bold(words[:60]))


def sure_all(count: int, *, to: bool) -> str:
    if to:
        return ngettext("Включить {n} промпт?", "Включить {n} промптов?", count).format(n=count)
    return ngettext("Выключить {n} промпт?", "Выключить {n} промптов?", count).format(n=count)


def sure_all_button(*, to: bool) -> str:
    return _("Да, включить все") if to else _("Да, выключить все")


def switched_all(count: int, *, to: bool) -> str:
    if to:
        return ngettext("Включён {n} промпт.", "Включено {n} промптов.", count).format(n=count)
    return ngettext("Выключен {n} промпт.", "Выключено {n} промптов.", count).format(n=count)
