"""Fields of deals and leads over real HTTP: every type written and read back, and what a portal drops."""

import json
from datetime import datetime
from typing import Any

import pytest

from sandbox.faults import Fault
from services.domain.call import ObjectRef
from services.domain.field import FieldType, RemoteField
from services.domain.integration import ObjectKind
from services.errors import Gone, Rejected, Unclear
from services.integrations.bitrix24.fields import TEXT_LIMIT, _limit
from tests.integrations.bitrix24.conftest import Bench

EVERY_TYPE: list[tuple[str, Any, Any]] = [
    ("string", "Боится цены [B]важно[/B]", "Боится цены [B]важно[/B]"),
    ("integer", 12, 12),
    ("double", "2.5", 2.5),
    ("boolean", True, "Y"),
    ("date", "2026-03-12", "2026-03-12T03:00:00+03:00"),
    ("datetime", "2026-03-12T18:30:00+03:00", "2026-03-12T18:30:00+03:00"),
    ("money", {"amount": "1500000", "currency": "RUB"}, "1500000|RUB"),
    ("url", "https://site.ru/x", "https://site.ru/x"),
    ("employee", "1", 1),
]


async def field_named(bench: Bench, name: str, kind: ObjectKind = ObjectKind.DEAL) -> RemoteField:
    return next(one for one in await bench.connector.object_fields(kind) if one.name == name)


async def write(bench: Bench, deal: int, field: RemoteField, value: Any) -> Any:
    normal = bench.connector.to_remote(field, value)
    after = await bench.connector.write_values(_deal(deal), [field], {field.id: normal})
    assert after == {field.id: normal}
    assert await bench.connector.read_values(_deal(deal), [field]) == {field.id: normal}
    return normal


def _deal(number: int) -> ObjectRef:
    return ObjectRef(ObjectKind.DEAL, str(number))


@pytest.mark.parametrize(("native", "value", "stored"), EVERY_TYPE, ids=[row[0] for row in EVERY_TYPE])
@pytest.mark.parametrize("original_names", [True, False], ids=["new portal", "old portal"])
async def test_every_type_is_written_and_read_back(
    bench: Bench, native: str, value: Any, stored: Any, original_names: bool
) -> None:
    bench.portal.settings.original_names = original_names
    name = bench.portal.add_field("deal", "Наше поле", native)
    deal = bench.portal.add_deal("Балкон")
    field = await field_named(bench, "Наше поле")
    assert field.id == name
    await write(bench, deal, field, value)
    assert bench.portal.value_of("deal", deal, name) == stored


@pytest.mark.parametrize("multiple", [False, True])
async def test_an_enumeration_is_written_by_the_id_of_its_option(bench: Bench, multiple: bool) -> None:
    names = ["Высокий", "Низкий"]
    name = bench.portal.add_field("deal", "Интерес", "enumeration", options=names, multiple=multiple)
    deal = bench.portal.add_deal("Балкон")
    field = await field_named(bench, "Интерес")
    assert [one.name for one in field.options] == names
    await write(bench, deal, field, [field.options[0].id])
    wanted = int(field.options[0].id)
    assert bench.portal.value_of("deal", deal, name) == ([wanted] if multiple else wanted)


async def test_only_fields_that_may_be_written_are_offered(bench: Bench) -> None:
    bench.portal.add_field("deal", "Только чтение", "string", read_only=True)
    bench.portal.add_field("deal", "Файл", "file")
    bench.portal.add_field("deal", "Своё", "string")
    bench.portal.add_field("lead", "Поле лида", "string")
    deal = [one.name for one in await bench.connector.object_fields(ObjectKind.DEAL)]
    lead = [one.name for one in await bench.connector.object_fields(ObjectKind.LEAD)]
    assert deal[0] == "Своё"
    assert {"Стадия", "Название", "ID", "Только чтение", "Файл"}.isdisjoint(deal)
    assert "Поле лида" in lead
    assert "Своё" not in lead


async def test_an_empty_value_clears_and_is_read_as_none(bench: Bench) -> None:
    for native in ("string", "integer", "date", "enumeration"):
        name = bench.portal.add_field("deal", f"Поле {native}", native, options=["Да"])
        deal = bench.portal.add_deal("Балкон")
        bench.portal.person_sets("deal", deal, name, None)
        field = await field_named(bench, f"Поле {native}")
        assert await bench.connector.read_values(_deal(deal), [field]) == {name: None}
        assert await bench.connector.write_values(_deal(deal), [field], {name: None}) == {name: None}


async def test_a_field_that_vanished_is_left_out_and_a_lost_option_is_seen(bench: Bench) -> None:
    gone = bench.portal.add_field("deal", "Исчезнет", "string")
    choice = bench.portal.add_field("deal", "Выбор", "enumeration", options=["Да", "Нет"])
    deal = bench.portal.add_deal("Балкон")
    first, second = await field_named(bench, "Исчезнет"), await field_named(bench, "Выбор")
    bench.portal.remove_field("deal", gone)
    bench.portal.fields["deal"][choice].options.clear()
    wanted = {gone: "текст", choice: second.options[0].id}
    after = await bench.connector.write_values(_deal(deal), [first, second], wanted)
    assert gone not in after
    assert after[choice] is None


async def test_comments_of_a_deal_are_disarmed(bench: Bench) -> None:
    deal = bench.portal.add_deal("Балкон")
    field = await field_named(bench, "Комментарий")
    await write(bench, deal, field, "[USER=1]Анна[/USER] <b>смотри</b>")
    assert bench.portal.value_of("deal", deal, "COMMENTS") == "(USER=1)Анна(/USER) ‹b>смотри‹/b>"


async def test_one_update_for_several_fields_and_none_when_nothing_changes(bench: Bench) -> None:
    bench.portal.add_field("deal", "А", "string")
    bench.portal.add_field("deal", "Б", "integer")
    deal = bench.portal.add_deal("Балкон")
    fields = [await field_named(bench, "А"), await field_named(bench, "Б")]
    values = {fields[0].id: "x", fields[1].id: "5"}
    for _ in range(2):
        await bench.connector.write_values(_deal(deal), fields, values)
    assert len(bench.portal.updates) == 1


async def test_failures_say_whether_anything_was_done(bench: Bench) -> None:
    bench.portal.add_field("deal", "А", "string")
    deal = bench.portal.add_deal("Балкон")
    field = await field_named(bench, "А")
    with pytest.raises(Gone):
        await bench.connector.read_values(_deal(404), [field])
    with pytest.raises(Gone):
        await bench.connector.write_values(_deal(404), [field], {field.id: "x"})
    bench.portal.faults.add(Fault("html", method="crm.item.update", when="after"))
    with pytest.raises(Unclear):
        await bench.connector.write_values(_deal(deal), [field], {field.id: "x"})
    assert await bench.connector.read_values(_deal(deal), [field]) == {field.id: "x"}
    bench.portal.items["deal", deal].readable = False
    with pytest.raises(Rejected):
        await bench.connector.write_values(_deal(deal), [field], {field.id: "y"})


async def test_dates_of_other_zones_are_the_same_moment(bench: Bench) -> None:
    field = RemoteField("f", "f", FieldType.DATETIME, native="datetime")
    first = bench.connector.to_remote(field, "2026-03-12T18:30:00+03:00")
    second = bench.connector.to_remote(field, "2026-03-12T15:30:00+00:00")
    assert first == second
    assert datetime.fromisoformat(first).tzinfo is not None


async def test_employees_are_known_by_the_ids_that_fields_take(bench: Bench) -> None:
    number = bench.portal.add_user("Ирина", "Соколова")
    assert (str(number), "Ирина Соколова") in [(one.id, one.name) for one in await bench.connector.people()]


async def test_many_employees_come_in_pages(bench: Bench) -> None:
    for number in range(120):
        bench.portal.add_user(f"Сотрудник {number}", "Иванов")
    assert len({one.id for one in await bench.connector.people()}) >= 120


async def test_a_portal_that_tells_the_same_page_for_ever_is_not_asked_for_ever(bench: Bench) -> None:
    page = [{"ID": str(number), "NAME": f"С{number}"} for number in range(50)]
    answer = json.dumps({"result": page, "total": 50})
    bench.portal.faults.add(Fault("status", "user.get", status=200, body=answer, times=None))
    assert len(await bench.connector.people()) == 50


@pytest.mark.parametrize("told", [0, "", None, "²", "-5", "много", [], {}])
def test_a_limit_that_says_nothing_is_none(told: object) -> None:
    assert _limit({"settings": {"MAX_LENGTH": told}}) == TEXT_LIMIT


def test_a_limit_of_the_portal_holds() -> None:
    assert _limit({"settings": {"MAX_LENGTH": "120"}}) == 120
