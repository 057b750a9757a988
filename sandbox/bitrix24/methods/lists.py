"""Universal lists and their rows, with everything they drop, wipe and refuse."""

from datetime import datetime
from typing import Any

from sandbox.bitrix24.errors import PortalError, access_denied
from sandbox.bitrix24.methods.context import Context
from sandbox.bitrix24.tables import Column, Element, UniversalList, site_format
from sandbox.bitrix24.wire import page_of, whole

HTML_BYTES = 63_200
TYPE_IDS = {"lists", "bitrix_processes", "lists_socnet"}


def _needed(params: dict[str, Any], name: str) -> Any:
    if params.get(name) in (None, ""):
        raise PortalError("ERROR_REQUIRED_PARAMETERS_MISSING", f"Required parameter `{name}` is missing", 400)
    return params[name]


def _list(context: Context, params: dict[str, Any]) -> UniversalList:
    if not context.settings.lists_in_plan:
        raise PortalError("ACCESS_DENIED", "Lists are available on extended plans", 400)
    if _needed(params, "IBLOCK_TYPE_ID") not in TYPE_IDS:
        raise PortalError("ERROR_IBLOCK_NOT_FOUND", "Iblock not found", 400)
    code = params.get("IBLOCK_CODE")
    found = next((one for one in context.world.lists.values() if code and one.code == code), None)
    found = found or context.world.lists.get(whole(params.get("IBLOCK_ID") or 0))
    if found is None:
        raise PortalError("ERROR_IBLOCK_NOT_FOUND", "Iblock not found", 400)
    return found


def lists_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    if not context.settings.lists_in_plan:
        raise PortalError("ACCESS_DENIED", "Lists are available on extended plans", 400)
    _needed(params, "IBLOCK_TYPE_ID")
    rows = [
        {
            "ID": str(one.id),
            "NAME": one.name,
            "CODE": one.code or None,
            "IBLOCK_TYPE_ID": "lists",
            "SORT": "500",
            "ACTIVE": "Y",
            "BIZPROC": "N",
        }
        for one in sorted(context.world.lists.values(), key=lambda one: one.name)
        if params.get("IBLOCK_CODE") in (None, "", one.code)
    ]
    return page_of(rows, int(params.get("start") or 0))


def type_of_list(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    return {"result": "lists" if whole(params.get("IBLOCK_ID") or 0) in context.world.lists else []}


def list_add(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    if not context.settings.admin:
        raise access_denied(400)
    code = str(_needed(params, "IBLOCK_CODE"))
    if any(one.code == code for one in context.world.lists.values()):
        raise PortalError("ERROR_IBLOCK_ALREADY_EXISTS", "Iblock already exists", 400)
    name = (params.get("FIELDS") or {}).get("NAME")
    if not name:
        raise PortalError("ERROR_ADD_IBLOCK", "Name is required", 400)
    number = context.world.add_list(str(name), code=code)
    context.world.lists[number].rights = dict(params.get("RIGHTS") or {})
    return {"result": number}


def field_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    listed = _list(context, params)
    wanted = params.get("FIELD_ID")
    if wanted:
        column = listed.columns.get(str(wanted))
        return {"result": {column.type: _column(column)} if column else []}
    return {"result": {column.id: _column(column) for column in listed.columns.values()}}


def _column(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "FIELD_ID": column.id,
        "SORT": "10",
        "NAME": column.name,
        "IS_REQUIRED": "Y" if column.required else "N",
        "MULTIPLE": "Y" if column.multiple else "N",
        "DEFAULT_VALUE": "",
        "TYPE": column.type,
    }
    if column.id.startswith("PROPERTY_"):
        kind, _, user = column.type.partition(":")
        told |= {
            "PROPERTY_TYPE": kind,
            "PROPERTY_USER_TYPE": {"USER_TYPE": user} if user else False,
            "CODE": column.code or None,
            "ID": column.id.removeprefix("PROPERTY_"),
        }
    if column.type == "L":
        told["DISPLAY_VALUES_FORM"] = dict(column.options)
    if column.type == "S:ECrm":
        all_kinds = ("LEAD", "CONTACT", "COMPANY", "DEAL")
        told["USER_TYPE_SETTINGS"] = {"VISIBLE": "Y"} | {
            kind: "Y" if kind in column.kinds else "N" for kind in all_kinds
        }
    return told


def field_add(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    listed = _list(context, params)
    if not context.settings.admin:
        raise access_denied(400)
    fields = params.get("FIELDS") or {}
    kind, code = str(fields.get("TYPE") or ""), str(fields.get("CODE") or "")
    if ":" in kind and not code:
        raise PortalError("ERROR_SAVE_FIELD", "Please fill the code fields", 400)
    if code and any(column.code == code for column in listed.columns.values()):
        raise PortalError("ERROR_SAVE_FIELD", "Property already exists", 400)
    names = [line.strip() for line in str(fields.get("LIST_TEXT_VALUES") or "").split("\n") if line.strip()]
    column = Column(
        id="",
        name=str(fields.get("NAME") or ""),
        type=kind,
        code=code,
        multiple=fields.get("MULTIPLE") == "Y",
        required=fields.get("IS_REQUIRED") == "Y",
        options=context.world.make_options(*names),
    )
    return {"result": context.world.add_column(listed.id, column)}


def element_add(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    listed, code = _list(context, params), str(_needed(params, "ELEMENT_CODE"))
    fields = params.get("FIELDS") or {}
    if not fields.get("NAME"):
        raise PortalError("ERROR_REQUIRED_PARAMETERS_MISSING", "Required parameter `NAME` is missing", 400)
    if any(element.code == code for element in listed.elements):
        raise PortalError("ERROR_ELEMENT_ALREADY_EXISTS", "Element already exists", 400)
    values = _values(context, listed, fields)
    return {"result": context.world.add_element(listed.id, code, str(fields["NAME"]), values).id}


def _values(context: Context, listed: UniversalList, fields: dict[str, Any]) -> dict[str, list[Any]]:
    """Unknown keys are not looked at; an omitted number becomes 0."""
    values: dict[str, list[Any]] = {}
    for column in listed.columns.values():
        if column.id == "NAME":
            continue
        given = fields.get(column.id)
        parts = list(given.values()) if isinstance(given, dict) else given if isinstance(given, list) else [given]
        filled = [part for part in parts if part not in (None, "")]
        if column.required and not [part for part in filled if str(part) != "0"]:
            raise PortalError("ERROR_ELEMENT_FIELD_VALUE", f'The field "{column.name}" is required', 400)
        kept = [one for part in filled if (one := _kept(context, column, part)) is not None]
        if column.type == "N" and not kept:
            kept = ["0"]
        if kept:
            values[column.id] = kept if column.multiple else kept[:1]
    return values


def _kept(context: Context, column: Column, value: Any) -> Any:
    if column.type == "N":
        try:
            return f"{float(str(value).replace(' ', '').replace(',', '.')):g}"
        except ValueError:
            told = f'Value of the "{column.name}" field is not correct'
            raise PortalError("ERROR_ELEMENT_FIELD_VALUE", told, 400) from None
    if column.type == "L":
        return str(value) if str(value) in column.options else None
    if column.type == "F" and str(value).isdigit():
        raise PortalError("ERROR_ELEMENT_FIELD_VALUE", "Writing file values by ID is not supported", 400)
    if column.type == "S:HTML":
        text = str(value["TEXT"] if isinstance(value, dict) else value)
        return text.encode()[:HTML_BYTES].decode(errors="ignore")
    if column.type in ("S:Date", "S:DateTime"):
        moment = datetime.fromisoformat(str(value))
        moment = moment.astimezone(context.settings.zone) if moment.tzinfo else moment
        return site_format(moment) if column.type == "S:DateTime" else f"{moment:%d.%m.%Y}"
    return str(value)


def element_get(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """By id or code; other filters are dropped without a word."""
    listed = _list(context, params)
    rows = listed.elements
    if params.get("ELEMENT_CODE"):
        rows = [element for element in rows if element.code == params["ELEMENT_CODE"]]
    if params.get("ELEMENT_ID"):
        rows = [element for element in rows if str(element.id) == str(params["ELEMENT_ID"])]
    return page_of([_wire(listed, element) for element in rows], int(params.get("start") or 0))


def _wire(listed: UniversalList, element: Element) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ID": str(element.id),
        "NAME": element.name,
        "IBLOCK_ID": str(listed.id),
        "IBLOCK_SECTION_ID": None,
        "CREATED_BY": "1",
        "BP_PUBLISHED": "Y",
        "CODE": element.code or None,
    }
    for number, (column, values) in enumerate(element.values.items()):
        if listed.columns[column].type == "S:HTML":
            values = [{"TEXT": value, "TYPE": "HTML"} for value in values]
        told[column] = {str(3000 + 100 * number + index): value for index, value in enumerate(values)}
    return told


def element_update(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """The whole element is written over: what is not sent is gone, the code too."""
    listed = _list(context, params)
    number, code = params.get("ELEMENT_ID"), params.get("ELEMENT_CODE")
    found = [
        element
        for element in listed.elements
        if (not number or str(element.id) == str(number)) and (not code or element.code == code)
    ]
    if not found or not (number or code):
        raise PortalError("ERROR_ELEMENT_NOT_FOUND", "Element not found", 400)
    fields = params.get("FIELDS") or {}
    if not fields.get("NAME"):
        raise PortalError("ERROR_UPDATE_ELEMENT", "Name is required", 400)
    element = found[0]
    element.values = _values(context, listed, fields)
    element.name, element.code = str(fields["NAME"]), str(code or "")
    return {"result": True}


def element_delete(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    listed = _list(context, params)
    found = next((one for one in listed.elements if str(one.id) == str(params.get("ELEMENT_ID"))), None)
    if found is None:
        raise PortalError("ERROR_ELEMENT_NOT_FOUND", "Element not found", 400)
    listed.elements.remove(found)
    return {"result": True}


METHODS = {
    "lists.get": ("lists", lists_get),
    "lists.get.iblock.type.id": ("lists", type_of_list),
    "lists.add": ("lists", list_add),
    "lists.field.get": ("lists", field_get),
    "lists.field.add": ("lists", field_add),
    "lists.element.add": ("lists", element_add),
    "lists.element.get": ("lists", element_get),
    "lists.element.update": ("lists", element_update),
    "lists.element.delete": ("lists", element_delete),
}
