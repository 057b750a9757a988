"""The way to the fields of a prompt, as a person goes it."""

from handlers.callbacks.prompts import WizardAct, WizardPress
from services.domain.prompt import Prompt
from tests.harness.world import User, World


async def to_lists(user: User, name: str = "Отзыв") -> None:
    await user.types("/new")
    await user.press("Любая воронка")
    await user.press("отдельного списка")
    await user.types(name)


async def to_deal_fields(user: User, name: str = "Поля") -> None:
    await user.types("/new")
    await user.press("Любая воронка")
    await user.press("Поля сделки")
    await user.types(name)


async def done_in_an_old_window(user: User) -> None:
    """Presses "Done" where this window does not show it: as from another device that has not redrawn it yet."""
    shown = user.last.keyboard[-1][-1]["callback_data"]
    await user.forges(WizardPress(number=WizardPress.unpack(shown).number, act=WizardAct.DONE).pack())


async def only(world: World) -> Prompt:
    (prompt,) = await world.prompts.all(1)
    return prompt
