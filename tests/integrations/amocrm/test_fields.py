"""Fields of deals: every type written and read back, and one wrong field that takes no other along."""

from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.faults import Fault
from services.domain.call import ObjectRef
from services.domain.field import FieldType, RemoteField
from services.domain.integration import ObjectKind
from services.errors import Gone, Rejected, Unclear, Unreachable
from tests.integrations.amocrm.conftest import Bench

MIDNIGHT = int(datetime(2026, 11, 17, 21, tzinfo=UTC).timestamp())
"""Of the 18th in Moscow."""
EVENING = int(datetime(2026, 11, 18, 15, 30, tzinfo=UTC).timestamp())

EVERY_TYPE: list[tuple[str, Any, Any]] = [
    ("text", " Боится\nцены ", "Боится цены"),
    ("textarea", "Первая\nвторая", "Первая\nвторая"),
    ("streetaddress", "Садовая, 5", "Садовая, 5"),
    ("tracking_data", "утка", "утка"),
    ("url", "https://site.ru/x", "https://site.ru/x"),
    ("numeric", "2.5", "2.5"),
    ("numeric", "12", "12"),
    ("price", {"amount": "1500000", "currency": "RUB"}, "1500000"),
    ("monetary", {"amount": "99.90", "currency": "RUB"}, "99.9"),
    ("checkbox", True, True),
    ("checkbox", False, False),
    ("date", "2026-11-18", MIDNIGHT),
    ("birthday", "2026-11-18", MIDNIGHT),
    ("date_time", "2026-11-18T18:30:00+03:00", EVENING),
]


async def field_named(bench: Bench, name: str) -> RemoteField:
    return next(one for one in await bench.connector.object_fields(ObjectKind.DEAL) if one.name == name)


def deal(bench: Bench) -> ObjectRef:
    return ObjectRef(ObjectKind.DEAL, str(bench.account.add_lead("Балкон")))


@pytest.fixture(autouse=True)
def moscow(bench: Bench) -> None:
    bench.settings |= {"zone": "Europe/Moscow", "currency": "RUB"}
    bench.connector = bench.open()


@pytest.mark.parametrize(("native", "value", "stored"), EVERY_TYPE)
async def test_every_type_is_written_and_read_back(bench: Bench, native: str, value: Any, stored: Any) -> None:
    number = bench.account.add_field("Наше поле", native, currency="RUB" if native == "monetary" else None)
    target = deal(bench)
    field = await field_named(bench, "Наше поле")
    normal = bench.connector.to_remote(field, value)
    assert await bench.connector.write_values(target, [field], {field.id: normal}) == {field.id: normal}
    assert await bench.connector.read_values(target, [field]) == {field.id: normal}
    assert [one["value"] for one in bench.account.value_of(int(target.id), number)] == [stored]


@pytest.mark.parametrize("native", ["select", "radiobutton", "multiselect"])
async def test_choices_are_written_by_the_number_of_the_option(bench: Bench, native: str) -> None:
    number = bench.account.add_field("Интерес", native, options=("Высокий", "Средний", "Низкий"))
    target = deal(bench)
    field = await field_named(bench, "Интерес")
    chosen = [field.options[2].id, field.options[0].id] if native == "multiselect" else [field.options[2].id]
    normal = bench.connector.to_remote(field, chosen)
    assert await bench.connector.write_values(target, [field], {field.id: normal}) == {field.id: normal}
    told = bench.account.value_of(int(target.id), number)
    assert {one["value"] for one in told} == ({"Низкий", "Высокий"} if len(chosen) == 2 else {"Низкий"})
    assert field.multiple == (native == "multiselect")


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York", "Asia/Kamchatka", "UTC"])
@pytest.mark.parametrize("utc_days", [True, False], ids=["midnight of Greenwich", "midnight of the account"])
async def test_a_date_is_the_same_day_whichever_midnight_it_is_kept_as(
    bench: Bench, zone: str, utc_days: bool
) -> None:
    bench.account.zone = bench.settings["zone"] = zone
    bench.account.wants.utc_days = utc_days
    bench.connector = bench.open()
    bench.account.add_field("Показ", "date")
    target = deal(bench)
    field = await field_named(bench, "Показ")
    after = await bench.connector.write_values(target, [field], {field.id: "2026-11-18"})
    assert after == {field.id: "2026-11-18"}


async def test_an_amount_in_another_currency_is_not_written(bench: Bench) -> None:
    """The value itself names none: a hundred dollars would become a hundred roubles."""
    bench.account.add_field("Бюджет", "monetary", currency="USD")
    number = bench.account.add_field("Итог", "text")
    target = deal(bench)
    money, text = await field_named(bench, "Бюджет"), await field_named(bench, "Итог")
    roubles = bench.connector.to_remote(money, {"amount": "100", "currency": "RUB"})
    after = await bench.connector.write_values(target, [money, text], {money.id: roubles, text.id: "да"})
    assert after == {money.id: None, text.id: "да"}
    assert bench.account.value_of(int(target.id), number) == [{"value": "да"}]


async def test_none_clears(bench: Bench) -> None:
    kinds = ("text", "numeric", "date", "select", "multiselect", "checkbox", "url")
    for kind in kinds:
        bench.account.add_field(kind, kind, options=("Да",) if "select" in kind else ())
    target = deal(bench)
    fields = [await field_named(bench, kind) for kind in kinds]
    values = {"text": "а", "numeric": "1", "date": "2026-11-18", "checkbox": True, "url": "https://a.ru"}
    full = {one.id: values.get(one.name, [one.options[0].id] if one.multiple else "") for one in fields}
    full |= {one.id: one.options[0].id for one in fields if one.name == "select"}
    assert await bench.connector.write_values(target, fields, full) == full
    empty = dict.fromkeys(full)
    assert await bench.connector.write_values(target, fields, empty) == empty


async def test_structured_and_predefined_fields_are_not_offered(bench: Bench) -> None:
    addresses = "smart_address legal_entity linked_entity chained_list payer supplier"
    for native in f"{addresses} category items file multitext new_kind".split():
        bench.account.add_field(native, native)
    bench.account.add_field("utm_source", "tracking_data", predefined=True)
    bench.account.add_field("Пустой выбор", "select")
    bench.account.add_field("Своё", "text")
    assert [one.name for one in await bench.connector.object_fields(ObjectKind.DEAL)] == ["Своё"]
    assert await bench.connector.object_fields(ObjectKind.LEAD) == ()


async def test_limits_of_texts_are_told(bench: Bench) -> None:
    bench.account.add_field("Строка", "text")
    bench.account.add_field("Абзацы", "textarea")
    assert (await field_named(bench, "Строка")).limit == 250
    assert (await field_named(bench, "Абзацы")).limit == 15_000


async def test_a_field_that_vanished_takes_no_other_along(bench: Bench) -> None:
    """The account refuses the whole write for it."""
    gone, stays = bench.account.add_field("Исчезнет", "text"), bench.account.add_field("Останется", "text")
    target = deal(bench)
    first, second = await field_named(bench, "Исчезнет"), await field_named(bench, "Останется")
    bench.account.remove_field(gone)
    after = await bench.connector.write_values(target, [first, second], {first.id: "а", second.id: "б"})
    assert after == {second.id: "б"}
    assert bench.account.value_of(int(target.id), stays) == [{"value": "б"}]
    assert len(bench.account.asked("PATCH", f"leads/{target.id}")) == 2


async def test_an_option_that_vanished_takes_no_other_field_along(bench: Bench) -> None:
    choice = bench.account.add_field("Интерес", "select", options=("Да", "Нет"))
    bench.account.add_field("Итог", "text")
    target = deal(bench)
    field, text = await field_named(bench, "Интерес"), await field_named(bench, "Итог")
    del bench.account.fields[choice].enums[int(field.options[0].id)]
    wanted = {field.id: field.options[0].id, text.id: "да"}
    assert await bench.connector.write_values(target, [field, text], wanted) == {field.id: None, text.id: "да"}


async def test_a_field_that_is_gone_is_left_out_when_values_are_read(bench: Bench) -> None:
    number = bench.account.add_field("Исчезнет", "text")
    target = deal(bench)
    field = await field_named(bench, "Исчезнет")
    bench.account.remove_field(number)
    bench.clock.advance(700)
    assert await bench.connector.read_values(target, [field]) == {}


async def test_a_deal_that_nobody_has_accepted_yet_is_tried_again_later(bench: Bench) -> None:
    bench.account.wants.unsorted_refuses = True
    bench.account.add_field("Итог", "text")
    lead = bench.account.add_lead("Заявка", status=bench.account.status("Неразобранное"))
    target, field = ObjectRef(ObjectKind.DEAL, str(lead)), await field_named(bench, "Итог")
    with pytest.raises(Unreachable):
        await bench.connector.write_values(target, [field], {field.id: "да"})
    bench.account.move(lead, bench.account.status("Переговоры"))
    assert await bench.connector.write_values(target, [field], {field.id: "да"}) == {field.id: "да"}


async def test_a_refusal_that_names_no_field_is_final(bench: Bench) -> None:
    bench.account.add_field("Итог", "text")
    target, field = deal(bench), await field_named(bench, "Итог")
    bench.account.faults.add(Fault("status", "PATCH leads/*", status=400, body='{"title": "Bad Request"}'))
    with pytest.raises(Rejected):
        await bench.connector.write_values(target, [field], {field.id: "да"})
    assert bench.account.value_of(int(target.id), int(field.id)) == []


@pytest.mark.parametrize("kind", ["reset", "html", "truncated"])
async def test_values_that_were_written_and_not_read_back_are_unclear(bench: Bench, kind: str) -> None:
    """They must not be taken for not written: an appended text would stand there twice."""
    bench.account.add_field("Итог", "text")
    target, field = deal(bench), await field_named(bench, "Итог")
    bench.account.faults.add(Fault(kind, f"GET leads/{target.id}", times=None))  # type: ignore[arg-type]
    with pytest.raises(Unclear):
        await bench.connector.write_values(target, [field], {field.id: "да"})
    assert bench.account.value_of(int(target.id), int(field.id)) == [{"value": "да"}]


@pytest.mark.parametrize("unknown", [204, 404])
async def test_fields_of_a_deal_that_is_gone(bench: Bench, unknown: int) -> None:
    bench.account.wants.unknown = unknown  # type: ignore[assignment]
    bench.account.add_field("Итог", "text")
    target, field = deal(bench), await field_named(bench, "Итог")
    bench.account.leads[int(target.id)].deleted = True
    with pytest.raises(Gone):
        await bench.connector.read_values(target, [field])
    with pytest.raises(Gone):
        await bench.connector.write_values(target, [field], {field.id: "да"})


ODD_VALUES: list[tuple[FieldType, str, Any]] = [
    (FieldType.DATE, "date", [{"value": "someday"}]),
    (FieldType.DATE, "date", [{"value": 10**30}]),
    (FieldType.DATETIME, "date_time", [{"value": {}}]),
    (FieldType.NUMBER, "numeric", [{"value": "NaN"}]),
    (FieldType.MONEY, "price:RUB", [{"value": "1e400"}]),
    (FieldType.CHOICE, "select", [{"value": "Чужое"}]),
    (FieldType.TEXT, "text", [{"value": None}, 7, None]),
    (FieldType.TEXT, "text", {}),
    (FieldType.BOOLEAN, "checkbox", [{"value": "perhaps"}]),
]


@pytest.mark.parametrize(("kind", "native", "told"), ODD_VALUES)
async def test_odd_values_are_read_as_empty(bench: Bench, kind: FieldType, native: str, told: Any) -> None:
    number = bench.account.add_field("Поле", native.partition(":")[0], options=("Да",))
    target = deal(bench)
    bench.account.leads[int(target.id)].values[number] = told or [{}]
    field = RemoteField(str(number), "Поле", kind, native=native)
    assert await bench.connector.read_values(target, [field]) == {str(number): None}
