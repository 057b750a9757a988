"""What people paste, what keys tell of themselves, options, knocks; nothing of a key is ever shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mts.ac20 import make_token
from services.domain.integration import Ability
from services.errors import Refused
from services.integrations.entry import Step
from services.integrations.knocking import Knock
from services.integrations.mts import INTEGRATION
from services.integrations.mts.access import domain_of, expiry_of, key_of, parse_key
from services.integrations.mts.knocks import answer_vpbx
from services.integrations.mts.options import parse_option
from services.integrations.steps import is_asked, next_step

TOKEN = "vpbx-token-of-the-stand-in"


@pytest.mark.parametrize(
    "pasted",
    [TOKEN, f"  {TOKEN}\n", f"X-AUTH-TOKEN: {TOKEN}", f"Authorization: Bearer {TOKEN}", f"bearer {TOKEN}"],
)
def test_the_key_is_found_in_what_people_paste(pasted: str) -> None:
    assert parse_key("vpbx_token", pasted) == TOKEN


@pytest.mark.parametrize("pasted", ["", "short", "два слова", f"{TOKEN} {TOKEN}", "ключ-по-русски", "разрешаю"])
def test_what_is_no_key_is_refused(pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_key("vpbx_token", pasted)
    assert refused.value.why == "not_a_key"


@pytest.mark.parametrize("word", ["разрешаю", "Разрешаю", "allow"])
def test_consent_to_old_encryption_is_a_word_before_the_key(word: str) -> None:
    stored = parse_key("vpbx_token", f"{word}  {TOKEN}")
    assert (key_of(stored).token, key_of(stored).weak_tls) == (TOKEN, True)
    assert (key_of(TOKEN).token, key_of(TOKEN).weak_tls) == (TOKEN, False)
    assert parse_key("vpbx_token", stored) == stored


@pytest.mark.parametrize(
    ("token", "why"), [("api-key-of-the-older-one", "not_a_jwt"), (make_token("").replace("@", "@"), "no_domain")]
)
def test_a_key_of_the_older_secretary_is_told_apart(token: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_key("ac20_token", token)
    assert refused.value.why == why


def test_a_jwt_tells_its_organisation_and_its_end() -> None:
    token = make_token("firma.example", expires_at=1773133206)
    assert domain_of(token) == "firma.example"
    assert str(expiry_of(token)) == "2026-03-10 09:00:06+00:00"
    assert expiry_of(make_token()) is None
    assert expiry_of(make_token(expires_at=10**18)) is None


@given(st.text(max_size=80), st.sampled_from(["vpbx_token", "ac20_token", "exolve_key"]))
def test_any_text_is_a_key_or_refused(text: str, field: str) -> None:
    try:
        stored = parse_key(field, text)
    except Refused:
        return
    assert parse_key(field, stored) == stored


@given(st.lists(st.text("ABCDabcd0123-_=", max_size=20), min_size=3, max_size=3).map(".".join))
def test_no_token_breaks_the_reading_of_its_payload(token: str) -> None:
    assert "@" not in domain_of(token)
    expiry_of(token)


def test_a_key_does_not_show_itself() -> None:
    assert TOKEN not in repr(key_of(TOKEN))
    assert TOKEN not in key_of(TOKEN).fingerprint


# --- the dialogue ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cabinet", "field"), [("vpbx", "vpbx_token"), ("ac20", "ac20_token"), ("exolve", "exolve_key")]
)
def test_each_cabinet_asks_for_its_own_key_and_nothing_else(cabinet: str, field: str) -> None:
    first = next_step(INTEGRATION, {})
    assert first is not None
    assert (first.field, first.choices, first.secret) == ("cabinet", ("vpbx", "ac20", "exolve"), False)
    second = next_step(INTEGRATION, {"cabinet": cabinet})
    assert second is not None
    assert (second.field, second.secret) == (field, True)
    assert next_step(INTEGRATION, {"cabinet": cabinet, field: "key"}) is None


def test_options_are_of_the_cabinet_they_mean_something_for() -> None:
    def shown(cabinet: str) -> list[str]:
        return [one.field for one in INTEGRATION.options if is_asked(one, {"cabinet": cabinet})]

    assert shown("vpbx") == ["weak_tls"]
    assert shown("ac20") == ["time_shift", "ready_text", "weak_tls"]
    assert shown("exolve") == ["row_names", "duration_unit", "ready_text"]
    assert all(isinstance(one, Step) and not one.secret for one in INTEGRATION.options)


def test_ready_texts_are_an_ability_once_they_are_paid_for() -> None:
    assert Ability.GIVES_TRANSCRIPTS not in INTEGRATION.abilities_of({})
    assert Ability.GIVES_TRANSCRIPTS in INTEGRATION.abilities_of({"ready_text": "yes"})


@pytest.mark.parametrize(
    ("text", "hours"),
    [("0", "0"), ("+2", "+2"), ("2", "+2"), ("−1", "-1"), ("-1", "-1"), ("5,5", "+5.5"), ("-0", "0")],
)
def test_a_shift_is_read_as_people_write_it(text: str, hours: str) -> None:
    assert parse_option("time_shift", text) == hours
    assert parse_option("time_shift", hours) == hours


@pytest.mark.parametrize("text", ["", "два", "13", "-12.5", "1.3", "1e1", "nan", "+-1", "١"])
def test_what_is_no_shift_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_option("time_shift", text)
    assert refused.value.why == "not_hours"


def test_names_of_fields_are_pairs() -> None:
    assert (
        parse_option("row_names", "start = created_at,from=caller\nto=b") == "start=created_at, from=caller, to=b"
    )
    for text in ("", "start", "what=x", "start=", "start=a b", "start=имя", "=x"):
        with pytest.raises(Refused):
            parse_option("row_names", text)


# --- knocks ----------------------------------------------------------------------------------------


def knock(body: bytes = b"{}", **headers: str) -> Knock:
    return Knock("POST", {}, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def test_the_exchange_is_told_that_we_are_alive_and_wakes_nobody_by_it() -> None:
    reply = answer_vpbx(knock(b'{"event": "CHECK_ALIVE"}'), TOKEN)
    assert (reply.status, reply.wakes) == (200, False)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[1]", b"[" * 9000, json.dumps({"event": "CALL"}).encode()])
def test_whatever_else_it_says_is_a_hint(body: bytes) -> None:
    reply = answer_vpbx(knock(body), TOKEN)
    assert (reply.status, reply.wakes) == (200, True)


def test_a_client_key_that_is_none_of_ours_wakes_nobody() -> None:
    right, wrong = json.dumps({"clientApiKey": TOKEN}).encode(), json.dumps({"clientApiKey": "чужой"}).encode()
    assert answer_vpbx(knock(right), TOKEN).wakes
    assert not answer_vpbx(knock(wrong), TOKEN).wakes
    assert not answer_vpbx(knock(clientapikey="another"), TOKEN).wakes
    assert answer_vpbx(knock(wrong), TOKEN).status == 200
