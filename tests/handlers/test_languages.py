"""The person's language and the company's, and everything that follows them."""

from sqlalchemy import select

from services.db.models import ChatRow
from tests.harness.world import User, World


async def languages(world: World) -> dict[str, str]:
    async with world.database.read() as session:
        return {row.kind: row.language for row in await session.scalars(select(ChatRow))}


async def test_cards_follow_the_language_of_their_chat(world: World, connected: User) -> None:
    await connected.types("/subscribe")
    group = world.telegram.group("Отдел продаж", [connected.person])
    await world.settle()
    await connected.within(group).types("/subscribe")
    await connected.types("/settings")
    await connected.press("🌐 English")
    assert await languages(world) == {"private": "en", "supergroup": "ru"}
    await connected.press("Language of answers and cards: English")
    assert "Language of answers and of cards in groups: English" in connected.last.text
    assert await languages(world) == {"private": "en", "supergroup": "en"}
    found = await world.workspaces.who_is(connected.person.id)
    assert found is not None
    assert found[1].language == "en"


async def test_our_own_names_are_translated(world: World, connected: User) -> None:
    await connected.types("/settings")
    await connected.press("🌐 English")
    await connected.press("Time zone")
    assert "Kamchatka" in connected.last.buttons
    await connected.types("/new")
    assert "Leads" in connected.last.buttons


async def test_the_currency_of_the_company(world: World, connected: User) -> None:
    await connected.types("/settings")
    await connected.press("Валюта")
    await connected.press("KZT")
    assert "KZT" in connected.last.text
