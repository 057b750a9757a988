"""Prompts and wizards brought to a certain point: what tests of this feature start from."""

from services.domain.prompt import Ask, Prompt, Scope
from services.funnels import FunnelBook
from services.prompts.drafts import Draft
from tests.harness.world import User, World


async def scope_at(world: World, funnel: str = "", stage: str = "") -> Scope:
    """The place with these names; empty: any."""
    (integration,) = await world.integrations.of(1)
    if not funnel:
        return Scope(integration.id)
    book = FunnelBook(world.database, world.connectors, world.clock)
    found = next(one for one in await book.of(integration.id, refresh=True) if one.name == funnel)
    stages = {one.name: one.id for one in found.stages}
    return Scope(integration.id, found.id, stages[stage] if stage else None)


async def fill(world: World, user: User, *names: str, funnel: str = "", text: str = "Кратко?") -> list[Prompt]:
    assert user.member is not None
    scope = await scope_at(world, funnel)
    return [await world.prompts.create(user.member, Draft(name, (Ask(text),), scope)) for name in names]


async def names_of(world: World, *, enabled: bool | None = None) -> list[str]:
    return [one.name for one in await world.prompts.all(1) if enabled is None or one.enabled is enabled]


async def open_card(user: User, number: int = 1) -> None:
    await user.types("/prompts")
    await user.press(f"⚙️ {number}")


async def to_summary(user: User, name: str = "Итог", text: str = "Кратко?") -> None:
    """A new wizard whose every question is answered."""
    await user.types("/new")
    await user.press("Любая воронка")
    await user.press("Комментарий")
    await user.types(name)
    await user.types(text)
    await user.press("Готово")
