"""What the owner may set, and the method for fields that an installation may have of its own."""

import json
from typing import Any, Literal

import pytest

from sandbox.faults import Fault
from services.domain.call import ObjectRef
from services.domain.field import FieldType
from services.domain.integration import Ability, ObjectKind
from services.errors import Gone, Refused, Rejected
from services.integrations.macrocrm import INTEGRATION
from services.integrations.macrocrm.choices import choices_of, zone_of
from services.integrations.macrocrm.connector import MacroCRM
from services.integrations.writing import BlindWriter, FieldWriter
from tests.integrations.macrocrm.conftest import Bench

LINES = """метод: estateBuy/setAttribute
тело: {"id": {id},
  "attr": "{field}", "value": "{value}"}
поля: Бюджет = attr_15, Срок покупки
проверка: %s
"""
SET = "estateBuy/setAttribute"
READ = 'чтение: estateBuy/getAttribute {"id": {id}, "attr": "{field}"} -> attribute.value'
HOSTILE = 'Сказал: "5 млн"}, {"id": 1, "value": "{field}'


def parsed(text: str) -> str:
    return INTEGRATION.parse_option("fields", text)


async def prepared(bench: Bench, *, reading: bool) -> tuple[MacroCRM, ObjectRef, str]:
    """An installation with a method of its own, an account that does not use it yet, and the owner's lines."""
    bench.installation.settings.granted |= {"estateBuy/setAttribute", "estateBuy/getAttribute"}
    bench.installation.attribute_names |= {"attr_15", "Срок покупки"}
    request = bench.installation.add_request(bench.installation.add_contact("Анна", "79000000011"))
    text = parsed(LINES % request.id + (READ if reading else ""))
    return bench.open(), ObjectRef(ObjectKind.DEAL, str(request.id)), text


async def test_without_a_method_of_its_own_no_fields_are_written(bench: Bench) -> None:
    assert not isinstance(bench.open(), FieldWriter)
    assert Ability.WRITES_FIELDS not in INTEGRATION.abilities_of({})
    assert Ability.WRITES_FIELDS not in INTEGRATION.abilities_of({"fields": "{broken"})


async def test_the_trial_really_writes_and_puts_back_what_stood_there(bench: Bench) -> None:
    connector, target, text = await prepared(bench, reading=True)
    request = bench.installation.requests[int(target.id)]
    request.attributes["attr_15"] = "5 млн"
    lines = await connector.try_option("fields", text)
    assert {line.code: line.ok for line in lines} == {"fields_written": True, "fields_read": True}
    assert request.attributes == {"attr_15": "5 млн"}
    assert len(bench.installation.asked("estateBuy/setAttribute")) == 2


async def test_a_trial_without_reading_says_that_its_text_stays(bench: Bench) -> None:
    connector, target, text = await prepared(bench, reading=False)
    lines = await connector.try_option("fields", text)
    assert {line.code: line.ok for line in lines} == {"fields_written": True, "fields_blind": False}
    assert "Проверка" in bench.installation.requests[int(target.id)].attributes["attr_15"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_trial_whose_answer_is_lost_puts_back_what_stood_there(
    bench: Bench, when: Literal["before", "after"]
) -> None:
    connector, target, text = await prepared(bench, reading=True)
    request = bench.installation.requests[int(target.id)]
    request.attributes["attr_15"] = "5 млн"
    bench.installation.faults.add(Fault("reset", SET, when))
    (line,) = await connector.try_option("fields", text)
    assert (line.code, line.ok) == ("fields_written", False)
    assert request.attributes == {"attr_15": "5 млн"}


async def test_what_a_trial_could_not_put_back_is_told(bench: Bench) -> None:
    connector, target, text = await prepared(bench, reading=True)
    bench.installation.requests[int(target.id)].attributes["attr_15"] = "5 млн"
    for fault in (Fault("delay", SET, seconds=0), Fault("status", SET, status=500, times=None)):
        bench.installation.faults.add(fault)
    lines = await connector.try_option("fields", text)
    assert [(line.code, line.ok) for line in lines] == [("fields_written", True), ("fields_left", False)]
    assert lines[1].values["before"] == "5 млн"


async def test_a_failed_trial_keeps_the_option_from_being_saved(bench: Bench) -> None:
    connector, _, text = await prepared(bench, reading=True)
    bench.installation.attribute_names.clear()
    (line,) = await connector.try_option("fields", text)
    assert (line.code, line.ok, line.required) == ("fields_written", False, True)


async def test_a_value_is_written_compared_and_never_becomes_markup_of_the_request(bench: Bench) -> None:
    _, target, text = await prepared(bench, reading=True)
    connector = bench.open({"fields": text})
    assert isinstance(connector, FieldWriter)
    assert Ability.WRITES_FIELDS in INTEGRATION.abilities_of({"fields": text})
    fields = await connector.object_fields(ObjectKind.DEAL)
    assert [(one.id, one.name, one.type) for one in fields] == [
        ("attr_15", "Бюджет", FieldType.TEXT),
        ("Срок покупки", "Срок покупки", FieldType.TEXT),
    ]
    assert await connector.object_fields(ObjectKind.LEAD) == ()
    value = connector.to_remote(fields[0], HOSTILE)
    assert await connector.write_values(target, fields[:1], {"attr_15": value}) == {"attr_15": HOSTILE}
    assert bench.installation.requests[int(target.id)].attributes == {"attr_15": HOSTILE}
    assert await connector.read_values(target, fields) == {"attr_15": HOSTILE, "Срок покупки": None}


async def test_a_request_that_is_gone_and_a_field_that_is_refused(bench: Bench) -> None:
    _, target, text = await prepared(bench, reading=True)
    connector = bench.open({"fields": text})
    assert isinstance(connector, FieldWriter)
    (field, _) = await connector.object_fields(ObjectKind.DEAL)
    with pytest.raises(Gone):
        await connector.read_values(ObjectRef(ObjectKind.DEAL, "99999"), [field])
    bench.installation.attribute_names.clear()
    with pytest.raises(Rejected):
        await connector.write_values(target, [field], {field.id: "x"})


async def test_what_cannot_be_read_counts_as_empty_and_is_believed(bench: Bench) -> None:
    _, target, text = await prepared(bench, reading=False)
    connector = bench.open({"fields": text})
    assert isinstance(connector, BlindWriter)
    assert connector.writes_blindly
    assert isinstance(connector, FieldWriter)
    (field, _) = await connector.object_fields(ObjectKind.DEAL)
    assert not field.readable
    assert await connector.write_values(target, [field], {field.id: "x"}) == {field.id: "x"}
    assert await connector.read_values(target, [field]) == {field.id: None}


async def test_a_way_of_asking_for_calls_is_tried_before_it_is_saved(bench: Bench) -> None:
    connector = bench.open()
    assert [line.ok for line in await connector.try_option("calls_transport", "get_body")] == [True]
    assert [line.ok for line in await connector.try_option("calls_transport", "post_body")] == [False]
    assert connector.client.way.calls == "get_body"
    assert await connector.try_option("min_talk", "30") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("метод: a/b", "template_line"),
        (LINES.replace("estateBuy/setAttribute", "https://evil.test/x") % 1, "template_method"),
        (LINES.replace("estateBuy/setAttribute", "../../etc") % 1, "template_method"),
        (LINES.replace('"{value}"', '"x"') % 1, "template_body"),
        (LINES.replace('"attr"', "attr") % 1, "template_body"),
        (LINES.replace('{"id"', "[" * 5000 + '{"id"') % 1, "template_body"),
        (LINES.replace("Срок покупки", "Бюджет2 = attr_15") % 1, "template_fields"),
        (LINES.replace("Бюджет = attr_15, Срок покупки", ", ,") % 1, "template_fields"),
        (LINES % "№5", "template_trial"),
        (LINES % 5 + "чтение: estateBuy/getAttribute {}", "template_read"),
        (LINES % 5 + 'чтение: estateBuy/getAttribute {"id": {id}} -> value', "template_read"),
    ],
)
def test_lines_that_cannot_be_read_are_refused_with_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        parsed(text)
    assert refused.value.why == why


def test_lines_in_english_are_understood_and_no_switches_off() -> None:
    text = LINES % 5
    for russian, english in (("метод", "method"), ("тело", "body"), ("поля", "fields"), ("проверка", "trial")):
        text = text.replace(f"{russian}:", f"{english}:")
    assert json.loads(parsed(text)) == json.loads(parsed(LINES % 5))
    assert parsed("нет") == parsed("OFF") == ""


@pytest.mark.parametrize(
    ("field", "text", "stored"),
    [
        ("timezone", "Asia/Almaty", "Asia/Almaty"),
        ("timezone", "UTC+5", "UTC+5"),
        ("min_talk", "030", "30"),
        ("collapse", "yes", "yes"),
    ],
)
def test_options_are_cleaned(field: str, text: str, stored: str) -> None:
    assert INTEGRATION.parse_option(field, text) == stored


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("timezone", "Moscow", "unknown_zone"),
        ("timezone", "../etc/passwd", "unknown_zone"),
        ("timezone", "+99:00", "unknown_zone"),
        ("min_talk", "0", "not_in_range"),
        ("note_limit", "100", "not_in_range"),
        ("per_minute", "x", "not_in_range"),
        ("delivery", "sometimes", "unknown_choice"),
    ],
)
def test_options_that_will_not_do_are_refused(field: str, text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        INTEGRATION.parse_option(field, text)
    assert refused.value.why == why


@pytest.mark.parametrize("odd", [None, 7, [], {}, "x" * 10_000, "-1"])
def test_stored_settings_may_be_anything(odd: Any) -> None:
    names = ["timezone", "min_talk", "collapse", "note_limit", "per_minute", "fields", "delivery"]
    choices = choices_of(dict.fromkeys(names, odd))
    assert choices.min_talk >= 1
    assert choices.own_method is None


def test_zones() -> None:
    assert zone_of("+05:30") is not None
    assert zone_of("") is None
    assert zone_of("Europe/Moscow") is not None
    assert zone_of("Europe/Nowhere") is None


@pytest.mark.parametrize(
    ("field", "text", "cleaned"),
    [
        ("base_url", "https://api.macro.test/v2/", "https://api.macro.test/v2"),
        ("base_url", "адрес: api.macro.test", "https://api.macro.test/v2"),
        ("base_url", "https://api.macro.test/api/v2/estateBuy/find?x=1", "https://api.macro.test/api/v2"),
        ("base_url", "HTTPS://api.macro.test:8443", "https://api.macro.test:8443/v2"),
        ("token", "Bearer macro-abcdefgh", "macro-abcdefgh"),
        ("token", " macro-abcdefgh ", "macro-abcdefgh"),
        ("app_id", "AppId: 123", "123"),
    ],
)
def test_pasted_values_are_cleaned(field: str, text: str, cleaned: str) -> None:
    assert INTEGRATION.parse_secret(field, text) == cleaned


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("base_url", "https://user:pass@api.macro.test/v2"),
        ("base_url", "нет"),
        ("base_url", "http://[::1/v2"),
        ("token", "macro abc"),
        ("token", "ключ"),
        ("app_id", "abc"),
        ("app_id", ""),
    ],
)
def test_pasted_nonsense_is_refused(field: str, text: str) -> None:
    with pytest.raises(Refused):
        INTEGRATION.parse_secret(field, text)
