"""Clients and leads of a phone number, by the portal's own index of duplicates (`crm.duplicate.findbycomm`).

The index tells the twenty oldest of a kind, and with twenty of one kind it may leave out the others: each kind
is asked for by itself.
"""

from collections.abc import Iterator

from services.integrations.bitrix24.batches import Command
from services.integrations.bitrix24.failures import Envelope
from services.integrations.bitrix24.mapping import number

KINDS = {"LEAD": 1, "CONTACT": 3, "COMPANY": 4}
"""Names of the index, and the numbers of the same kinds elsewhere."""


def phones_asked(phone: str) -> dict[str, Command]:
    """`phone` is in E.164; the portal is asked for the other way to write a Russian number as well."""
    values = [phone, f"8{phone[2:]}"] if phone.startswith("+7") else [phone]
    return {
        f"known_{name}": ("crm.duplicate.findbycomm", {"type": "PHONE", "values": values, "entity_type": name})
        for name in KINDS
    }


def known_by_phone(told: dict[str, Envelope | None]) -> Iterator[tuple[int, int]]:
    """(kind, id) of everything that has the number; nothing found travels as an empty list."""
    for name, kind in KINDS.items():
        answer = told.get(f"known_{name}")
        found = answer.result if answer is not None else None
        for one in (found.get(name) or []) if isinstance(found, dict) else []:
            yield kind, number(one)
