"""Whatever breaks, the person hears of it."""

from aiogram.types import TelegramObject, Update

from bot.hearing.middlewares import REMEMBERED, Once
from sandbox.faults import Fault
from services.domain.workspace import Role
from tests.harness.world import World

UNKNOWN = '{"ok": false, "error_code": 400, "description": "Bad Request: SOMETHING_NEW"}'


async def test_a_refusal_that_nobody_knows_is_told(world: World) -> None:
    owner = await world.member(Role.OWNER)
    world.telegram.faults.add(Fault("status", "sendMessage", status=400, body=UNKNOWN))
    await owner.types("/status")
    assert "Что-то сломалось" in owner.last.text
    await owner.types("/status")
    world.telegram.faults.add(Fault("status", "editMessageText", status=400, body=UNKNOWN))
    world.telegram.faults.add(Fault("status", "sendMessage", status=400, body=UNKNOWN))
    await owner.press("Обновить")
    assert "Что-то сломалось" in owner.last.text


async def test_an_update_that_comes_twice_is_handled_once(world: World) -> None:
    owner = await world.member(Role.OWNER)
    world.telegram.send_text(owner.chat, owner.person, "/status")
    (update,) = world.telegram.take_updates()
    for _ in range(2):
        await world.dispatcher.feed_raw_update(world.bot, update)
    assert len(owner.messages) == 1


async def test_only_so_many_updates_are_remembered() -> None:
    async def handled(event: TelegramObject, data: dict[str, object]) -> int:
        assert isinstance(event, Update)
        return event.update_id

    once = Once()
    for number in range(REMEMBERED + 1):
        assert await once(handled, Update(update_id=number), {}) == number
    assert await once(handled, Update(update_id=REMEMBERED), {}) is None
    assert await once(handled, Update(update_id=0), {}) == 0
