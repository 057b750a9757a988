"""Signatures of API 1.0 against figures computed by hand from their own library's rules."""

import pytest

from services.integrations.knocking import Knock
from services.integrations.novofon.alarm import Alarm
from services.integrations.novofon.v1.knocks import answer
from services.integrations.novofon.v1.signature import authorization, is_signed, query_of, signature
from tests.fakes.clock import START

SECRET = "testsecret"
STATISTICS = "end=2026-11-20+23%3A59%3A59&format=json&limit=1000&skip=0&start=2026-11-20+00%3A00%3A00&version=2"


def test_parameters_stand_by_name_with_a_plus_for_a_space() -> None:
    params = {
        "start": "2026-11-20 00:00:00",
        "end": "2026-11-20 23:59:59",
        "version": "2",
        "skip": "0",
        "limit": "1000",
        "format": "json",
    }
    assert query_of(params) == STATISTICS


def test_a_tilde_is_encoded_as_their_server_does() -> None:
    assert query_of({"b": "~ é", "a": "x/y"}) == "a=x%2Fy&b=%7E+%C3%A9"


@pytest.mark.parametrize(
    ("path", "query", "header"),
    [
        ("/v1/statistics/pbx/", STATISTICS, "MTliM2EyMTNkYTMyYmJkY2U4NTFlMzNkOGMwOTI1ZGE4MTg2YjE1ZA=="),
        (
            "/v1/pbx/record/request/",
            "format=json&lifetime=5184000&pbx_call_id=in_0001",
            "NGRlOTRhMGM3ODRmMmJkM2U2OWY2MGExMGU5ZWFmODFjMmQyZGUyMw==",
        ),
    ],
)
def test_requests_are_signed_over_hexadecimal_text_and_not_over_bytes(path: str, query: str, header: str) -> None:
    assert authorization("testkey", SECRET, path, query) == f"testkey:{header}"


RECORD = "MjlhNTEyMTQ0OGYxOTQ3NDJkYzNlNzcwZDAwNDliMDUwMGJhNTY5NA=="
END = "NmU2N2I0MjJiMTcwNmZkNWNlZjFiYWEyOTMyN2UyZGVlMmQ3YzJmOA=="


def _knock(body: str, given: str) -> Knock:
    return Knock(method="POST", query={}, headers={"signature": given}, body=body.encode())


END_FORM = (
    "event=NOTIFY_END&caller_id=79001112233&called_did=74951234567"
    "&call_start=2026-11-20+10%3A15%3A00&is_recorded=1"
)
RECORD_FORM = "event=NOTIFY_RECORD&pbx_call_id=in_0001&call_id_with_rec=1700470000.123456"


@pytest.mark.parametrize(("form", "given"), [(END_FORM, END), (RECORD_FORM, RECORD)])
def test_a_signed_notification_wakes_and_sets_the_alarm(form: str, given: str) -> None:
    alarm = Alarm()
    assert answer(_knock(form, given), SECRET, alarm, START).wakes
    assert alarm.rang_at == START


@pytest.mark.parametrize(
    ("form", "given"),
    [
        (END_FORM, RECORD),
        (END_FORM, ""),
        (END_FORM, "ключ"),
        (END_FORM.replace("74951234567", "74951234568"), END),
        (RECORD_FORM.replace("NOTIFY_RECORD", "NOTIFY_SURPRISE"), RECORD),
        ("", ""),
        ("a&" * 500, ""),
        ("\udcff", ""),
    ],
    ids=["another's", "none", "no base64", "changed", "unknown event", "empty", "too many fields", "no text"],
)
def test_what_is_not_signed_is_refused(form: str, given: str) -> None:
    alarm = Alarm()
    knock = Knock("POST", {}, {"signature": given}, form.encode("utf-8", "surrogateescape"))
    reply = answer(knock, SECRET, alarm, START)
    assert (reply.wakes, reply.status, alarm.rang_at) == (False, 403, None)


def test_a_missing_field_counts_as_empty() -> None:
    given = signature(SECRET, "79001112233" + "2026-11-20 10:15:00")
    form = "event=NOTIFY_START&caller_id=79001112233&call_start=2026-11-20+10%3A15%3A00"
    reply = answer(_knock(form, given), SECRET, Alarm(), START)
    assert (reply.wakes, reply.status) == (False, 200), "a call that begins is no reason to look"


def test_the_address_is_checked_by_an_echo_before_anything_is_signed() -> None:
    reply = answer(Knock("GET", {"zd_echo": "abc123"}, {}, b""), SECRET, Alarm(), START)
    assert (reply.body, reply.status, reply.wakes) == ("abc123", 200, False)


def test_signatures_that_are_no_ascii_are_just_wrong() -> None:
    assert not is_signed(SECRET, "text", "подпись")
