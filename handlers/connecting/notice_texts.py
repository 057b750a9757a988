"""What the owners are told, once."""

from collections.abc import Mapping
from datetime import datetime

from aiogram.utils.i18n import gettext as _

from handlers.connecting.health_texts import own_trouble, remedy
from services.ports import OwnerNotice


def _chat_closed(values: Mapping[str, str]) -> str:
    if values["why"] == "topic":
        told = _("🟠 Чат «{chat}»: тема закрыта, карточки ждут. Откройте её или подпишите другую: /subscribe")
    else:
        told = _("🟠 Чат «{chat}»: мне нельзя в нём писать. Дайте право отправлять сообщения — карточки придут.")
    return told.format(chat=values["chat"])


def _own(values: Mapping[str, str]) -> tuple[str, str] | None:
    return own_trouble(values.get("kind", ""), values.get("problem", ""), values.get("remote_code", ""))


def _failing(values: Mapping[str, str]) -> str:
    name, code, own = values.get("name", ""), values.get("problem", ""), _own(values)
    if own is not None:
        told = _("🟡 «{name}»: {trouble}.").format(name=name, trouble=own[0])
        return " ".join([told, _("Звонки не потеряются."), own[1]])
    told = {
        "rate_limited": _("🟡 «{name}»: уже несколько минут просит подождать."),
        "rejected": _("🟡 «{name}»: уже несколько минут отказывает нам."),
        "gone": _("🟡 «{name}»: уже несколько минут отказывает нам."),
        "bad_answer": _("🟡 «{name}»: уже несколько минут отвечает непонятно."),
    }.get(code, _("🟡 «{name}»: не отвечает уже несколько минут."))
    return " ".join([told.format(name=name), _("Звонки не потеряются."), remedy(code)])


def _stopped(name: str, trouble: str, remedy: str) -> str:
    head = _("🔴 «{name}»: {trouble}. Опрос остановлен, звонки не потеряются.")
    return f"{head.format(name=name, trouble=trouble)} {remedy}"


def _access_ends(values: Mapping[str, str]) -> str:
    ends_at = datetime.fromisoformat(values["ends_at"])
    told = (
        _(
            "🟠 «{name}»: доступ закончится меньше чем через сутки, {day}. Обновите его сейчас, и перерыва "
            "не будет."
        )
        if values["days"] == "1"
        else _("🔔 «{name}»: доступ закончится {day}. Лучше обновить его заранее: это пара минут.")
    )
    return told.format(name=values["name"], day=f"{ends_at.day}.{ends_at.month:02}.{ends_at.year}")


def _exhausted(values: Mapping[str, str]) -> str:
    own = _own(values)
    trouble, remedy_ = own if own is not None else (_("лимит на сегодня исчерпан"), _("Продолжу сам."))
    return _("🟡 «{name}»: {trouble}. Звонки не потеряются, подождут. {remedy}").format(
        name=values.get("name", ""), trouble=trouble, remedy=remedy_
    )


def notice(told: OwnerNotice) -> str:
    """What the owners are told, once."""
    name = told.values.get("name", "")
    scope = told.values.get("scope", "")
    own = _own(told.values) if told.code == "integration_expired" else None
    if own is not None:
        return _stopped(name, *own)
    if told.code == "integration_expired" and scope:
        return _(
            "🔴 «{name}»: пропало право {scope}. Опрос остановлен, звонки не потеряются. "
            "Верните право и нажмите «Проверить сейчас»: /integrations"
        ).format(name=name, scope=scope)
    if told.code == "chat_closed":
        return _chat_closed(told.values)
    if told.code == "exhausted":
        return _exhausted(told.values)
    if told.code == "integration_unreachable":
        return _failing(told.values)
    if told.code == "access_ends":
        return _access_ends(told.values)
    return {
        "integration_expired": _(
            "🔴 «{name}»: доступ больше не принимают. Опрос остановлен, звонки "
            "не потеряются. Обновите доступ: /integrations"
        ),
        "integration_healed": _("🟢 «{name}»: связь восстановлена, догоняю пропущенные звонки."),
        "right_missing": _(
            "🟠 «{name}»: не хватает права {scope}. Дайте его в настройках доступа. Остальное работает, "
            "ответы подождут."
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
        "day_limit": _(
            "🟡 Звонков за сегодня взято в работу: {limit}. Это дневной предел компании, остальные сегодняшние "
            "пропущу, с полуночи продолжу."
        ),
        "speech_paused": _(
            "🟡 Распознавание речи недоступно: нет денег на счёте или ключ не подходит. "
            "Звонки ждут, ничего не потеряется. Проверьте STT_API_KEY и баланс."
        ),
    }[told.code].format(**told.values)
