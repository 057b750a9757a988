"""A list to choose, and a prompt that fills fields of a deal."""

import pytest

from sandbox.bitrix24 import Column
from tests.handlers.prompts.fielding import to_deal_fields
from tests.harness.world import User, World


@pytest.fixture
def list_id(world: World) -> int:
    world.portal.add_list("Архив")
    return world.portal.add_list(
        "Отзывы",
        [
            Column("", "Итог", "S", required=True),
            Column("", "Бюджет", "S:Money"),
            Column("", "Сделка", "S:ECrm"),
            Column("", "Тон", "L", options={"71": "Тёплый", "72": "Холодный"}),
        ],
    )


@pytest.fixture
async def with_deal_fields(world: World, connected: User) -> User:
    for kind in ("deal", "lead"):
        world.portal.add_field(kind, "Заметки", "string")
        world.portal.add_field(kind, "Бюджет" if kind == "deal" else "Деньги", "string")
    await to_deal_fields(connected)
    for name, text in (("Заметки", "Кратко?"), ("Бюджет", "Какой бюджет?")):
        await connected.press(name)
        await connected.types(text)
    await connected.press("Готово")
    return connected
