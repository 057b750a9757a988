"""Whatever breaks, the person hears of it."""

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
