"""A report of a failure says where it broke, and nothing of what was said or of secrets."""

import json
import logging
from collections.abc import Iterator

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from bot.reports import set_up_reports

WEBHOOK = "https://portal.test/rest/1/abcdefsecret/"


class Kept(Transport):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(json.dumps([item.payload.json for item in envelope.items], default=str))


@pytest.fixture
def kept() -> Iterator[Kept]:
    transport = Kept()
    set_up_reports("https://key@sentry.test/1", transport)
    yield transport
    sentry_sdk.get_global_scope().set_client(None)


def test_neither_words_nor_secrets_leave_with_a_report(kept: Kept) -> None:
    transcript = "бюджет до ста тысяч"
    logging.getLogger("bot").info("said: %s", transcript)
    try:
        raise ValueError(f"refused by {WEBHOOK} {len(transcript)}")
    except ValueError:
        logging.getLogger("bot").exception("broke")
    (report,) = kept.sent
    assert "ValueError" in report
    assert "test_reports" in report
    for leaked in ("abcdefsecret", transcript, json.dumps(transcript)[1:-1]):
        assert leaked not in report
