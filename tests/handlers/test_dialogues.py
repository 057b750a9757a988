"""A question that waits for words is left by whoever turns to something else."""

import pytest
from sqlalchemy import select

from services.db.models import WizardStateRow
from services.domain.workspace import Role
from tests.handlers.prompts.making import fill
from tests.handlers.test_privacy import ask_to_forget, called
from tests.harness.world import User, World


async def ask_tariff(user: User) -> None:
    await user.types("/settings")
    await user.press("Цена модели")


async def ask_zone(user: User) -> None:
    await user.types("/settings")
    await user.press("Часовой пояс")


async def ask_name(user: User) -> None:
    await user.types("/integrations")
    await user.press("127.0.0.1")
    await user.press("Переименовать")


async def ask_webhook(user: User) -> None:
    await user.types("/connect")
    await user.press("Битрикс24")


ASKS = [ask_tariff, ask_zone, ask_name, ask_webhook]


async def state_of(world: World) -> tuple[object, ...]:
    (integration,) = await world.integrations.of(1)
    found = await world.workspaces.who_is(next(iter(world.users)))
    assert found is not None
    return integration.name, found[1]


@pytest.mark.parametrize("turn", ["/status", "button"])
async def test_the_next_remark_changes_nothing(world: World, connected: User, turn: str) -> None:
    await fill(world, connected, "Итог")
    await connected.types("/prompts")
    listed = connected.last
    before = await state_of(world)
    for number, ask in enumerate(ASKS, start=1):
        await ask(connected)
        if turn == "button":
            await connected.press("🔎 Воронка", message=listed)
            await connected.press("Показать все", message=listed)
        else:
            await connected.types(turn)
        await connected.types("20 160")
        assert "Не понял" in connected.last.text
        said = [one for one in world.telegram.messages(connected.chat) if one.text == "20 160"]
        assert len(said) == number
    assert await state_of(world) == before


async def test_back_from_a_rename_ends_it(world: World, connected: User) -> None:
    before = await state_of(world)
    await ask_name(connected)
    await connected.press("Назад")
    await connected.types("Обед в час")
    assert await state_of(world) == before


async def test_a_price_asked_while_a_prompt_is_being_made_loses_nothing(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Любая воронка")
    window = connected.last
    await ask_tariff(connected)
    await connected.types("20 160")
    assert "160" in connected.last.text
    await connected.press("Комментарий", message=window)
    assert "Как назвать" in window.text


async def test_cancel_ends_a_question(world: World) -> None:
    owner = await world.member(Role.OWNER)
    await ask_zone(owner)
    await owner.types("/cancel")
    assert "Отменено" in owner.last.text
    await owner.types("Asia/Omsk")
    assert "Не понял" in owner.last.text


async def test_a_number_that_is_not_deleted_after_all_is_remembered_nowhere(world: World, owner: User) -> None:
    """Not even beside a prompt that was put aside for it."""
    await called(world, owner)
    await owner.types("/new")
    await ask_to_forget(owner)
    await owner.types("/status")
    async with world.database.read() as session:
        (row,) = await session.scalars(select(WizardStateRow))
    assert "draft" in row.data
    assert "9261234567" not in str(row.data)
