"""The list of systems: what each is, and the way to one more."""

from services.domain.workspace import Role
from tests.harness.world import User, World


async def test_the_list_tells_kinds_and_leads_to_one_more_system(world: World, connected: User) -> None:
    """Accounts of several systems are often called alike: by the company's name."""
    one = (await world.integrations.of(1))[0]
    assert connected.member is not None
    await world.integrations.rename(connected.member, one.id, "Тёплый дом")
    await connected.types("/integrations")
    assert connected.last.buttons == ["🟢 Тёплый дом · Битрикс24", "➕ Подключить систему"]
    await connected.press("Подключить систему")
    assert "Что подключаем?" in connected.last.text
    viewer = await world.member(Role.VIEWER, "Вера")
    await viewer.types("/integrations")
    assert viewer.last.buttons == ["🟢 Тёплый дом · Битрикс24"]


async def test_an_empty_list_leads_to_connecting(world: World, owner: User) -> None:
    await owner.types("/integrations")
    assert owner.last.buttons == ["➕ Подключить систему"]
