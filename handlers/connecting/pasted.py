"""Secrets that are recognised by their form, in whatever message they come."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aiogram.filters import BaseFilter
from aiogram.types import Message

from services.connecting.connections import IntegrationService
from services.domain.integration import Kind
from services.errors import Refused

TELLING = {Kind.BITRIX24: "webhook_url"}
"""Systems whose secret can be nothing else, with the step that asks for it."""


@dataclass(frozen=True)
class Pasted:
    kind: Kind
    field: str
    value: str


class PastedSecret(BaseFilter):
    async def __call__(self, message: Message, integrations: IntegrationService) -> bool | dict[str, Any]:
        for text in _texts(message):
            for kind, field in TELLING.items():
                if kind not in integrations.catalogue:
                    continue
                try:
                    value = integrations.catalogue[kind].parse_secret(field, text)
                except Refused:
                    continue
                return {"pasted": Pasted(kind, field, value)}
        return False


def _texts(message: Message) -> Iterator[str]:
    """What is written, and where its links lead."""
    for text in (message.text, message.caption):
        if text:
            yield text
    for entity in [*(message.entities or []), *(message.caption_entities or [])]:
        if entity.url:
            yield entity.url
