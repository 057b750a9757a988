"""What each action of the audit is called. Details that people wrote are shown, secrets are never among them."""

from collections.abc import Mapping

from aiogram.utils.i18n import gettext as _

from handlers.workspace.members_texts import role
from services.domain.workspace import Role

LONGEST = 60


def said(action: str, details: Mapping[str, str]) -> str:
    """An action that has no words yet is still seen to have happened."""
    told = actions().get(action)
    if told is None:
        return _("другое изменение")
    values = {key: _shown(key, details.get(key, "")) for key in ("name", "before", "after", "role", "account")}
    return " ".join(told.format(**values).split())


def _shown(key: str, value: str) -> str:
    if key in ("role", "before", "after") and value in set(Role):
        return role(Role(value))
    if value in ("True", "False"):
        return _("да") if value == "True" else _("нет")
    flat = " ".join(value.split())
    flat = flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
    return "—" if flat in ("", "None") else flat


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
        "call_retried": _("повтор того, что не получилось по звонку"),
        "call_written_again": _("ответы по звонку записаны ещё раз"),
        "call_considered_done": _("ответы по звонку отмечены как записанные"),
        "call_undone": _("отменена запись ответов по звонку"),
    }


def _of_people() -> dict[str, str]:
    return {
        "member_invited": _("сделано приглашение: {role}"),
        "invitation_revoked": _("отозвано приглашение: {role}"),
        "member_joined": _("вошёл по приглашению: {role}"),
        "member_role_changed": _("«{name}»: {before} → {after}"),
        "member_removed": _("убран из компании «{name}»"),
        "member_left": _("вышел из компании"),
        "workspace_claimed": _("стал первым владельцем"),
        "workspace_opened": _("открыта компания"),
        "company_opened": _("открыта компания «{name}»"),
    }


def _of_systems() -> dict[str, str]:
    return {
        "integration_connected": _("подключена система «{name}» ({account})"),
        "integration_renewed": _("обновлён доступ к системе «{name}» ({account})"),
        "integration_renamed": _("система «{before}» теперь называется «{after}»"),
        "integration_disconnected": _("отключена система «{name}»"),
        "integration_option": _("изменена настройка системы"),
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
        "chat_subscribed": _("чат подписан на карточки"),
        "chat_unsubscribed": _("чат отписан от карточек"),
        "chat_changed": _("изменено, что приходит в чат"),
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
