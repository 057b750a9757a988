"""The index of duplicates: who has this phone number."""

from collections.abc import Iterator
from typing import Any

from sandbox.bitrix24.errors import PortalError, bad_argument
from sandbox.bitrix24.methods.context import Context
from sandbox.bitrix24.wire import required

MOST = 20
KINDS = ("LEAD", "CONTACT", "COMPANY")


def find_by_communication(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    """The twenty oldest of a kind; when there are so many, the kinds behind it are left out."""
    if required(params, "type") != "PHONE":
        raise PortalError("INVALID_ARG_VALUE", "Only phones are kept here", 400)
    values = required(params, "values")
    if not isinstance(values, list) or len(values) > MOST:
        raise bad_argument("values")
    wanted = {_index(str(value)) for value in values}
    result: dict[str, list[int]] = {}
    for kind in [params["entity_type"]] if params.get("entity_type") in KINDS else KINDS:
        found = sorted(number for number, phone in _having(context, kind) if _index(phone) in wanted)
        if found:
            result[kind] = found[:MOST]
        if len(found) >= MOST:
            break
    return {"result": result or []}


def _having(context: Context, kind: str) -> Iterator[tuple[int, str]]:
    if kind == "CONTACT":
        yield from ((one.id, one.phone) for one in context.world.contacts.values())
    if kind == "LEAD":
        yield from (
            (one.id, one.phone) for (of, _), one in context.world.items.items() if of == "lead" and one.phone
        )


def _index(phone: str) -> str:
    """As it stands in the index: digits alone. A number written with 8 is another entry than one with +7."""
    return "".join(sign for sign in phone if sign.isdigit())


METHODS = {"crm.duplicate.findbycomm": ("crm", find_by_communication)}
