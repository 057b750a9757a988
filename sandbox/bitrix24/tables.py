"""Fields of deals and leads, and universal lists: what they hold, and what people do to them."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Wire = Any


@dataclass
class FieldRow:
    """A field of deals or leads; `id` is its original name, for example `UF_CRM_1001` or `COMMENTS`."""

    id: str
    key: str
    """The name in camel case."""
    label: str
    type: str
    multiple: bool = False
    required: bool = False
    read_only: bool = False
    immutable: bool = False
    custom: bool = True
    options: dict[str, str] = field(default_factory=dict)


@dataclass
class Column:
    id: str
    name: str
    type: str
    """As `lists.field.get` tells it: `S`, `S:HTML`, `N`, `L`, `F`, `S:ECrm`…"""
    code: str = ""
    multiple: bool = False
    required: bool = False
    options: dict[str, str] = field(default_factory=dict)
    kinds: tuple[str, ...] = ("DEAL", "LEAD")
    """What a column of type `S:ECrm` may be bound to."""


@dataclass
class Element:
    id: int
    code: str
    name: str
    values: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class UniversalList:
    id: int
    name: str
    code: str
    columns: dict[str, Column]
    elements: list[Element] = field(default_factory=list)
    rights: dict[str, str] = field(default_factory=dict)
    """By access code: `AU` is everybody, `U7` a person; nobody else sees it when there are any."""


SYSTEM_FIELDS = [
    ("ID", "id", "ID", "integer", True),
    ("TITLE", "title", "Название", "string", False),
    ("STAGE_ID", "stageId", "Стадия", "crm_status", False),
    ("CREATED_TIME", "createdTime", "Создана", "datetime", True),
    ("OPPORTUNITY", "opportunity", "Сумма", "double", False),
    ("COMMENTS", "comments", "Комментарий", "text", False),
    ("CLOSEDATE", "closedate", "Предполагаемая дата закрытия", "date", False),
]


class Tables:
    """A part of the builder of a portal's world."""

    def __init__(self) -> None:
        self._table_ids = itertools.count(5001)
        self.fields: dict[str, dict[str, FieldRow]] = {kind: _system() for kind in ("deal", "lead")}
        self.lists: dict[int, UniversalList] = {}
        self.values: dict[tuple[str, int], dict[str, Wire]] = {}
        """Values of fields by (kind, id), by original name, as the portal keeps them."""
        self.updates: list[tuple[str, int, dict[str, Wire]]] = []
        """Each `crm.item.update` that changed something, in order."""

    def add_field(
        self,
        kind: str,
        label: str,
        of_type: str,
        *,
        options: list[str] | None = None,
        multiple: bool = False,
        read_only: bool = False,
    ) -> str:
        """A custom field; returns its original name."""
        number = next(self._table_ids)
        made = FieldRow(
            id=f"UF_CRM_{number}",
            key=f"ufCrm_{number}",
            label=label,
            type=of_type,
            multiple=multiple,
            read_only=read_only,
            options={str(next(self._table_ids)): name for name in options or []},
        )
        self.fields[kind][made.id] = made
        return made.id

    def remove_field(self, kind: str, name: str) -> None:
        del self.fields[kind][name]

    def value_of(self, kind: str, number: int, name: str) -> Wire:
        return self.values.get((kind, number), {}).get(name)

    def person_sets(self, kind: str, number: int, name: str, value: Wire) -> None:
        self.values.setdefault((kind, number), {})[name] = value

    def add_list(self, name: str, columns: list[Column] | None = None, code: str = "") -> int:
        number = next(self._table_ids)
        own = {"NAME": Column("NAME", "Название", "NAME", required=True)}
        self.lists[number] = UniversalList(number, name, code, own)
        for column in columns or []:
            self.add_column(number, column)
        return number

    def add_column(self, list_id: int, column: Column) -> str:
        column.id = column.id or f"PROPERTY_{next(self._table_ids)}"
        self.lists[list_id].columns[column.id] = column
        return column.id

    def make_options(self, *names: str) -> dict[str, str]:
        return {str(next(self._table_ids)): name for name in names}

    def add_element(self, list_id: int, code: str, name: str, values: dict[str, list[Any]]) -> Element:
        made = Element(next(self._table_ids), code, name, values)
        self.lists[list_id].elements.append(made)
        return made

    def rows_of(self, list_id: int) -> list[dict[str, Any]]:
        """Rows by the names of their columns, single values bare."""
        listed = self.lists[list_id]
        return [
            {
                "Название": element.name,
                **{
                    listed.columns[column].name: values if len(values) > 1 else values[0]
                    for column, values in element.values.items()
                    if values
                },
            }
            for element in listed.elements
        ]

    def duplicate_rows(self) -> list[tuple[int, str]]:
        """(list, code) of codes that stand on more than one row."""
        seen: set[tuple[int, str]] = set()
        double = []
        for listed in self.lists.values():
            for element in listed.elements:
                key = (listed.id, element.code)
                if element.code and key in seen:
                    double.append(key)
                seen.add(key)
        return double


def _system() -> dict[str, FieldRow]:
    return {
        name: FieldRow(name, key, label, kind, read_only=read_only, custom=False)
        for name, key, label, kind, read_only in SYSTEM_FIELDS
    }


def site_format(moment: datetime) -> str:
    """How lists show a date with a time: the site's own format, in the portal's zone."""
    return moment.strftime("%d.%m.%Y %H:%M:%S")
