"""Words of switching on and off, and what is worth knowing about it."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.utils.formatting import Bold, Text, as_list
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from handlers.phrases import phrase
from handlers.prompts.shared_texts import answer_of
from services.domain.prompt import Prompt
from services.domain.workspace import Chat, ChatAddress
from services.prompts.clashes import Clash, Rivals
from services.prompts.switching import Crowd, Switched


def enabled(prompt: Prompt, cards: str, names: Mapping[str, Any] | None) -> Text:
    """Without `names` it is said below the prompt's card, which tells its name and where the answers go."""
    if names is None:
        told = _("Разбираю звонки, которые начнутся с этой минуты.\nКарточки: {cards}")
        return phrase(told, cards=cards)
    told = _(
        "🟢 Промпт «{name}» включён. Разбираю звонки, которые начнутся с этой минуты.\n"
        "Ответ: {answer}\nКарточки: {cards}"
    )
    return phrase(told, name=Bold(prompt.name), answer=answer_of(prompt, names), cards=cards)


def cards_come(chats: Sequence[Chat], here: ChatAddress | None) -> str:
    """Where the company's cards go, seen from the chat in which one asks."""
    listening = [chat for chat in chats if chat.subscribed]
    if not listening:
        return _("пока никуда. Чтобы приходили сюда, нажмите /subscribe")
    if any(chat.address == here for chat in listening):
        return _("сюда")
    if len(listening) == 1:
        return _("в чат «{chat}»").format(chat=listening[0].title)
    return _("в подписанные чаты")


def disabled(name: str) -> Text:
    return phrase(_("⚪ Промпт «{name}» выключен. Новые звонки он не разбирает."), name=Bold(name))


def switched(done: Switched, recommended: int, cards: str, names: Mapping[str, Any] | None, *, to: bool) -> Text:
    """What became of a switch, with whatever is worth knowing about it."""
    text = enabled(done.prompt, cards, names) if to else disabled(done.prompt.name)
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
