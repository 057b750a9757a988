"""Fields of deals and rows of lists as the demo page shows them."""

from typing import Any

from sandbox.bitrix24 import Column, Portal


def fields(portal: Portal, deal: int) -> list[dict[str, str]]:
    """The company's own fields of a deal, empty ones too."""
    return [
        {"name": field.label, "value": _plain(portal.value_of("deal", deal, field.id), field.options)}
        for field in portal.fields["deal"].values()
        if field.custom
    ]


def lists(portal: Portal) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "columns": ["Название", *(column.name for column in one.columns.values() if column.id != "NAME")],
            "rows": [
                [element.name, *(_cell(portal, column, element.values.get(column.id, [])) for column in _own(one))]
                for element in reversed(one.elements)
            ],
        }
        for one in portal.lists.values()
    ]


def _own(one: Any) -> list[Column]:
    return [column for column in one.columns.values() if column.id != "NAME"]


def _cell(portal: Portal, column: Column, values: list[Any]) -> str:
    if column.type == "S:ECrm":
        return ", ".join(_title(portal, str(value)) for value in values)
    if column.type == "S:employee":
        people = [portal.users.get(int(value)) for value in values]
        return ", ".join(f"{one.name} {one.last_name}" for one in people if one is not None)
    return ", ".join(_plain(value, column.options) for value in values)


def _title(portal: Portal, bound: str) -> str:
    kind, _, number = bound.rpartition("_")
    item = portal.items.get(("lead" if kind == "L" else "deal", int(number)))
    return item.title if item is not None else bound


def _plain(value: Any, options: dict[str, str]) -> str:
    if value is None:
        return ""
    told = options.get(str(value), str(value))
    return told.replace("|RUB", " ₽")
