"""What each action of the audit is called. Details that people wrote are shown, secrets are never among them."""

from collections.abc import Mapping

from aiogram.utils.i18n import gettext as _

from handlers.workspace import texts
from handlers.workspace.members_texts import role
from services.domain.workspace import Language, Role

LONGEST = 60
NOTHING = "—"
UNNAMED = f" «{NOTHING}»"
"""Older entries do not know what some things were called."""


def said(action: str, details: Mapping[str, str], call: str = "") -> str:
    """An action that has no words yet is still seen to have happened. `call` tells which call it dealt with."""
    told = actions().get(action)
    if told is None:
        return _("другое изменение")
    values = {
        key: _shown(action, key, details.get(key, "")) for key in ("name", "before", "after", "role", "account")
    }
    if "{before}" not in told and "before" in details and values["before"] not in (NOTHING, values["after"]):
        values["after"] = f"{values['before']} → {values['after']}"
    values |= {"call": call, "what": _parts_of_chats().get(details.get("what", ""), "")}
    return " ".join(told.format(**values).split()).replace(UNNAMED, "").rstrip(":")


def has_more(action: str, details: Mapping[str, str]) -> bool:
    """Is there a wording, or a value too long for the line, to be looked at?"""
    before, after = details.get("before", ""), details.get("after", "")
    if before == after:
        return False
    in_the_line = "{after}" in actions().get(action, "")
    return not in_the_line or max(len(before), len(after)) > LONGEST


def _shown(action: str, key: str, value: str) -> str:
    if key in ("role", "before", "after") and value in set(Role):
        return role(Role(value))
    if value in ("True", "False"):
        return _("да") if value == "True" else _("нет")
    flat = " ".join(value.split())
    if key in ("before", "after"):
        flat = _of_setting(action, flat)
    flat = flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
    return NOTHING if flat in ("", "None") else flat


def _of_setting(action: str, value: str) -> str:
    """As its own window tells it."""
    if action == "language_changed" and value in set(Language):
        return texts.SPEAKS[Language(value)]
    if action in ("keep_days_changed", "keep_answers_days_changed") and (value == "None" or value.isdigit()):
        return texts.kept(None if value == "None" else int(value))
    if action == "hard_limit_prompts_changed" and value == "None":
        return texts.limit(None)
    if action == "daily_cap_changed":
        return _("без лимита") if value == "None" else _("{sum} ₽").format(sum=value.removesuffix(".0"))
    return value


def actions() -> dict[str, str]:
    return {**_of_prompts(), **_of_people(), **_of_systems(), **_of_funnels(), **_of_chats(), **_of_settings()}


def _of_prompts() -> dict[str, str]:
    return {
        "prompt_created": _("создан промпт «{name}»"),
        "prompt_renamed": _("промпт «{before}» теперь называется «{after}»"),
        "prompt_reworded": _("изменён текст промпта «{name}»"),
        "prompt_redirected": _("изменены вопросы или место ответа промпта «{name}»"),
        "prompt_rescoped": _("промпт «{name}» перенесён: {before} → {after}"),
        "prompt_moved": _("промпт «{name}» переставлен в списке"),
        "prompt_deleted": _("удалён промпт «{name}»"),
        "prompt_enabled": _("включён промпт «{name}»"),
        "prompt_disabled": _("выключен промпт «{name}»"),
        "prompt_hides_empty": _("промпт «{name}» без данных больше не показывается на карточке"),
        "prompt_shows_empty": _("промпт «{name}» показывается на карточке и без данных"),
        "prompt_alert_changed": _("изменена тревога промпта «{name}»"),
        "prompt_alert_people": _("изменено, кого звать по тревоге промпта «{name}»"),
        "call_retried": _("повторён звонок: {call}"),
        "call_written_again": _("ответы записаны ещё раз, звонок: {call}"),
        "call_considered_done": _("ответы отмечены как записанные, звонок: {call}"),
        "call_undone": _("отменена запись ответов, звонок: {call}"),
    }


def _of_people() -> dict[str, str]:
    return {
        "member_invited": _("сделано приглашение: {role}"),
        "invitation_revoked": _("отозвано приглашение: {role}"),
        "member_joined": _("вход по приглашению: {role}"),
        "member_role_changed": _("«{name}»: {before} → {after}"),
        "member_removed": _("убран из компании «{name}»"),
        "member_left": _("выход из компании"),
        "member_named": _("новый владелец из настроек бота: «{name}»"),
        "workspace_claimed": _("первый владелец компании"),
        "company_opened": _("открыта компания «{name}»"),
    }


def _of_systems() -> dict[str, str]:
    return {
        "integration_connected": _("подключена система «{name}» ({account})"),
        "integration_renewed": _("обновлён доступ к системе «{name}» ({account})"),
        "integration_renamed": _("система «{before}» теперь называется «{after}»"),
        "integration_disconnected": _("отключена система «{name}»"),
        "integration_option": _("изменена настройка системы «{name}»"),
    }


def _of_funnels() -> dict[str, str]:
    return {
        "own_funnel_made": _("создана воронка «{name}»"),
        "own_funnel_renamed": _("воронка теперь называется «{name}»"),
        "own_funnel_deleted": _("удалена воронка «{name}»"),
        "own_stage_made": _("создана стадия «{name}»"),
        "own_stage_renamed": _("стадия теперь называется «{name}»"),
        "own_stage_deleted": _("удалена стадия «{name}»"),
        "route_saved": _("изменено правило для звонков"),
        "route_deleted": _("удалено правило для звонков"),
    }


def _of_chats() -> dict[str, str]:
    return {
        "chat_subscribed": _("чат «{name}» подписан на карточки"),
        "chat_unsubscribed": _("чат «{name}» отписан от карточек"),
        "chat_changed": _("изменён чат «{name}»: {what}"),
    }


def _parts_of_chats() -> dict[str, str]:
    return {
        "form": _("что приходит"),
        "language": _("язык"),
        "prompts": _("какие промпты"),
        "integrations": _("какие системы"),
        "funnels": _("какие воронки"),
        "only_with_data": _("звонки без данных"),
        "digest_at": _("время сводки"),
        "quiet": _("тихие часы"),
        "muted": _("пауза"),
        "unmuted": _("пауза снята"),
        "prompt_muted": _("пауза промпта"),
        "prompt_unmuted": _("пауза промпта снята"),
    }


def _of_settings() -> dict[str, str]:
    return {
        "company_renamed": _("компания «{before}» теперь называется «{after}»"),
        "language_changed": _("язык ответов и карточек: {after}"),
        "zone_changed": _("часовой пояс: {before} → {after}"),
        "tariff_changed": _("цена модели: {after}"),
        "daily_cap_changed": _("лимит на модель в день: {before} → {after}"),
        "recommended_changed": _("сколько промптов советовать: {after}"),
        "hard_limit_prompts_changed": _("предел промптов в воронке: {after}"),
        "currency_changed": _("валюта: {after}"),
        "keep_days_changed": _("сколько дней хранить разговоры: {after}"),
        "mask_personal_changed": _("скрывать личные данные от модели: {after}"),
        "keep_answers_days_changed": _("сколько дней хранить ответы: {after}"),
        "phone_forgotten": _("удалены данные клиента по номеру"),
        "strict_quotes_changed": _("писать только с цитатой: {after}"),
    }
