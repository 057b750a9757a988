"""/settings: how long the words of calls are kept."""

from tests.harness.world import User, World


async def test_the_owner_chooses_how_long_words_are_kept(world: World, owner: User) -> None:
    await owner.types("/settings")
    assert "Слова звонков храним: 365 дней" in owner.last.text
    await owner.press("Сколько хранить")
    await owner.press("30 дней")
    assert "Слова звонков храним: 30 дней" in owner.last.text
    await owner.press("Сколько хранить")
    await owner.press("всегда")
    assert "Слова звонков храним: всегда" in owner.last.text
    known = await world.workspaces.who_is(owner.person.id)
    assert known is not None
    assert known[1].keep_days is None
