"""Universal lists over real HTTP: rows added once, merged without wiping, and everything a portal drops."""

from typing import Any

import pytest

from sandbox.bitrix24 import Column
from sandbox.faults import Fault
from services.domain.field import FieldType, RemoteField
from services.errors import Gone, Rejected, ScopeMissing, Unclear
from services.integrations.writing import NewColumn
from tests.integrations.bitrix24.conftest import Bench

COLUMNS = [
    Column("", "Отзыв", "S:HTML"),
    Column("", "Тон", "L", options={"71": "Тёплый", "72": "Холодный"}),
    Column("", "Бюджет", "S:Money"),
    Column("", "Оценка", "N"),
    Column("", "Когда", "S:DateTime"),
    Column("", "День", "S:Date"),
    Column("", "Сделка", "S:ECrm"),
    Column("", "Менеджер", "S:employee"),
    Column("", "Пометка", "S"),
]
VALUES: dict[str, Any] = {
    "Отзыв": "Цена & срок\n<b>важно</b>",
    "Тон": ["71"],
    "Бюджет": {"amount": "110000", "currency": "RUB"},
    "Оценка": "7",
    "Когда": "2026-03-12T18:30:00+03:00",
    "День": "2026-03-12",
    "Сделка": "deal:456",
    "Менеджер": "1",
    "Пометка": "без [тегов]",
}


def make(bench: Bench) -> str:
    return str(bench.portal.add_list("Отзывы", [Column(**vars(column)) for column in COLUMNS]))


async def encoded(bench: Bench, list_id: str, values: dict[str, Any]) -> dict[str, Any]:
    columns = {column.name: column for column in await bench.connector.columns(list_id)}
    return {columns[name].id: bench.connector.to_column(columns[name], value) for name, value in values.items()}


async def test_lists_and_their_columns_are_told(bench: Bench) -> None:
    list_id = make(bench)
    bench.portal.add_list("Архив")
    assert [one.name for one in await bench.connector.lists()] == ["Архив", "Отзывы"]
    columns = await bench.connector.columns(list_id)
    assert [(one.name, one.type) for one in columns][:4] == [
        ("Отзыв", FieldType.TEXT),
        ("Тон", FieldType.CHOICE),
        ("Бюджет", FieldType.MONEY),
        ("Оценка", FieldType.NUMBER),
    ]
    with pytest.raises(Gone):
        await bench.connector.columns("404")


async def test_every_type_of_column_comes_back_as_it_was_written(bench: Bench) -> None:
    list_id = make(bench)
    values = await encoded(bench, list_id, VALUES)
    number = await bench.connector.add_row(list_id, "callprompt-1", "Звонок", values)
    (row,) = await bench.connector.find_rows(list_id, "callprompt-1")
    assert row.id == number
    assert row.values == values
    (seen,) = bench.portal.rows_of(int(list_id))
    assert seen["Отзыв"] == "Цена &amp; срок<br>&lt;b&gt;важно&lt;/b&gt;"
    assert seen["Сделка"] == "D_456"
    assert seen["Когда"] == "12.03.2026 18:30:00"
    assert seen["Пометка"] == "без [тегов]"


async def test_a_binding_column_of_one_kind_takes_the_bare_number(bench: Bench) -> None:
    list_id = str(bench.portal.add_list("Отзывы", [Column("", "Сделка", "S:ECrm", kinds=("DEAL",))]))
    (column,) = await bench.connector.columns(list_id)
    assert bench.connector.to_column(column, "deal:456") == "456"
    assert bench.connector.to_column(column, "lead:9") is None


async def test_a_second_row_with_the_same_code_has_to_be_looked_for(bench: Bench) -> None:
    list_id = make(bench)
    values = await encoded(bench, list_id, {"Пометка": "а"})
    await bench.connector.add_row(list_id, "callprompt-1", "Звонок", values)
    with pytest.raises(Unclear):
        await bench.connector.add_row(list_id, "callprompt-1", "Звонок", values)
    assert await bench.connector.find_rows(list_id, "callprompt-2") == []


async def test_a_merge_keeps_what_people_entered_and_the_code(bench: Bench) -> None:
    list_id = make(bench)
    first = await encoded(bench, list_id, {key: VALUES[key] for key in ("Отзыв", "Когда", "Тон")})
    number = await bench.connector.add_row(list_id, "callprompt-1", "Звонок", first)
    element = bench.portal.lists[int(list_id)].elements[0]
    note = next(
        key for key, column in bench.portal.lists[int(list_id)].columns.items() if column.name == "Пометка"
    )
    element.values[note] = ["рукой человека"]
    later = await encoded(bench, list_id, {"Оценка": "7"})
    await bench.connector.merge_row(list_id, number, "callprompt-1", later)
    (row,) = await bench.connector.find_rows(list_id, "callprompt-1")
    assert row.values == {**dict.fromkeys(row.values), **first, **later, note: "рукой человека"}
    assert element.name == "Звонок"


async def test_rows_with_files_are_not_written_over(bench: Bench) -> None:
    list_id = str(bench.portal.add_list("Отзывы", [Column("", "Файл", "F"), Column("", "Пометка", "S")]))
    file = next(key for key, one in bench.portal.lists[int(list_id)].columns.items() if one.name == "Файл")
    element = bench.portal.add_element(int(list_id), "callprompt-1", "Звонок", {file: ["77"]})
    values = await encoded(bench, list_id, {"Пометка": "а"})
    with pytest.raises(Rejected) as refused:
        await bench.connector.merge_row(list_id, str(element.id), "callprompt-1", values)
    assert refused.value.remote_code == "files"
    assert element.values == {file: ["77"]}


async def test_an_unclear_row_is_found_by_its_code(bench: Bench) -> None:
    list_id = make(bench)
    values = await encoded(bench, list_id, {"Пометка": "а"})
    bench.portal.faults.add(Fault("html", method="lists.element.add", when="after"))
    with pytest.raises(Unclear):
        await bench.connector.add_row(list_id, "callprompt-1", "Звонок", values)
    (row,) = await bench.connector.find_rows(list_id, "callprompt-1")
    await bench.connector.remove_row(list_id, row.id)
    await bench.connector.remove_row(list_id, row.id)
    assert await bench.connector.find_rows(list_id, "callprompt-1") == []


async def test_required_columns_are_told_and_refused_when_empty(bench: Bench) -> None:
    list_id = str(bench.portal.add_list("Отзывы", [Column("", "Итог", "S", required=True)]))
    (column,) = await bench.connector.columns(list_id)
    assert column.required
    with pytest.raises(Rejected):
        await bench.connector.add_row(list_id, "callprompt-1", "Звонок", {})


async def test_required_columns_that_we_cannot_write_are_told_too(bench: Bench) -> None:
    columns = [
        Column("", "Договор", "F", required=True),
        Column("", "Номер", "N:Sequence", required=True),
        Column("", "Файл", "F"),
        Column("", "Итог", "S"),
    ]
    list_id = str(bench.portal.add_list("Отзывы", columns))
    told = [(one.name, one.writable) for one in await bench.connector.columns(list_id)]
    assert told == [("Договор", False), ("Итог", True)]


async def test_rich_text_is_cut_before_the_portal_cuts_a_letter(bench: Bench) -> None:
    column = RemoteField("PROPERTY_1", "Отзыв", FieldType.TEXT, native="S:HTML")
    stored = bench.connector.to_column(column, "слово & " * 9000)
    assert len(stored.encode()) <= 60_000
    assert stored.endswith("…")


NEW = [
    NewColumn("Итог", FieldType.TEXT),
    NewColumn("Сделка", FieldType.OBJECT),
    NewColumn("Тон", FieldType.CHOICE, ("Тёплый", "Холодный")),
]


async def test_a_new_list_gets_our_columns(bench: Bench) -> None:
    made = await bench.connector.create_list("Отзывы о звонках", "callprompt_1", NEW)
    columns = await bench.connector.columns(made.id)
    assert [(one.name, one.type) for one in columns] == [
        ("Итог", FieldType.TEXT),
        ("Сделка", FieldType.OBJECT),
        ("Тон", FieldType.CHOICE),
    ]
    assert [one.name for one in columns[2].options] == ["Тёплый", "Холодный"]


async def test_a_new_list_is_read_by_everybody(bench: Bench) -> None:
    await bench.connector.create_list("Отзывы", "callprompt_1", NEW)
    (made,) = bench.portal.lists.values()
    assert made.rights["AU"] == "R"


@pytest.mark.parametrize("method", ["lists.add", "lists.field.add"])
async def test_a_list_half_made_is_found_and_completed(bench: Bench, method: str) -> None:
    bench.portal.faults.add(Fault("html", method=method, when="after"))
    with pytest.raises(Unclear):
        await bench.connector.create_list("Отзывы", "callprompt_1", NEW)
    made = await bench.connector.create_list("Отзывы", "callprompt_1", NEW)
    assert list(bench.portal.lists) == [int(made.id)]
    assert sorted(one.name for one in await bench.connector.columns(made.id)) == ["Итог", "Сделка", "Тон"]


async def test_only_an_administrator_makes_lists(bench: Bench) -> None:
    bench.portal.settings.admin = False
    with pytest.raises(ScopeMissing):
        await bench.connector.create_list("Отзывы", "callprompt_1", [])
