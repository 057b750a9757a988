"""A report of a failure says where it broke, and nothing of what was said or of secrets."""

import json
import logging
from collections.abc import Iterator

import pytest
import sentry_sdk
import structlog
from pydantic import BaseModel, ValidationError
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from bot.logs import set_up_logs
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


class Said(BaseModel):
    text: str


def test_what_a_failure_quotes_stays_here(kept: Kept) -> None:
    """Validators and converters tell what they were given: a client's words, a telephone number."""
    set_up_logs("INFO", "text")
    for words in ("Иванов, +79261234567", "тайные слова"):
        try:
            Said.model_validate({"text": [words]})
        except ValidationError:
            structlog.get_logger("bot").exception("update_broke", update_id=7)
        try:
            int(words)
        except ValueError as error:
            logging.getLogger("bot").error("broke: %s", error)
    assert len(kept.sent) == 4
    report = "".join(kept.sent)
    assert "ValidationError" in report
    assert "'update_id': 7" in report
    assert report.count("test_reports.py") >= 2
    for leaked in ("Иванов", "79261234567", "тайные слова"):
        assert leaked not in report
        assert json.dumps(leaked)[1:-1] not in report


def test_the_log_does_not_tell_what_could_not_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("INFO", "text")
    words = "пароль\nот портала"
    try:
        Said.model_validate({"text": [words]})
    except ValidationError:
        structlog.get_logger("bot").exception("broke")
        logging.getLogger("aiogram").exception("broke")
    told = capsys.readouterr().out
    assert told.count("ValidationError") >= 2
    assert "пароль" not in told
    assert "портала" not in told
