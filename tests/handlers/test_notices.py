"""Every notice to the owners can be said, with what it is about."""

import pytest

from handlers.connecting.notice_texts import notice
from services.ports import OwnerNotice
from tests.harness.telegram import languages

PORTAL = {"name": "Портал"}
NOTICES = {
    "integration_expired": PORTAL,
    "integration_unreachable": PORTAL,
    "integration_healed": PORTAL,
    "right_missing": PORTAL | {"scope": "lists"},
    "exhausted": PORTAL,
    "fields_gone": PORTAL | {"fields": "Бюджет"},
    "list_gone": PORTAL | {"list": "Отзывы"},
    "model_paused": {},
    "model_not_found": {},
    "speech_paused": {},
    "speech_not_found": {},
    "daily_cap": {"cap": "500"},
}


@pytest.mark.parametrize("code", NOTICES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_notice_names_what_it_is_about(code: str, language: str) -> None:
    i18n = languages()
    with i18n.context(), i18n.use_locale(language):
        said = notice(OwnerNotice(code, NOTICES[code]))
    assert all(value in said for value in NOTICES[code].values())


def test_a_systems_own_words_come_before_the_name_of_a_right() -> None:
    """A tariff that ended closes everything: a right that is named beside it would send people the wrong way."""
    told = PORTAL | {
        "scope": "crm",
        "kind": "bitrix24",
        "problem": "scope_missing",
        "remote_code": "payment_required",
    }
    i18n = languages()
    with i18n.context(), i18n.use_locale("ru"):
        said = notice(OwnerNotice("integration_expired", told))
    assert "портал закрыт для приложений" in said
    assert "crm" not in said
