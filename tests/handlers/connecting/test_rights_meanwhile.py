"""An account takes seconds to be tried: whoever loses the right meanwhile has connected nothing."""

import pytest

from services.domain.integration import Kind
from services.domain.workspace import Role
from services.errors import NotFound
from services.integrations.entry import Step
from tests.handlers.matrix.scene import rows
from tests.harness.world import User, World


@pytest.mark.parametrize("becomes", [Role.EDITOR, None])
async def test_nothing_is_saved_for_whoever_may_not_any_more(
    world: World, connected: User, becomes: Role | None
) -> None:
    other = await world.member(Role.OWNER, "Борис")
    assert other.member is not None
    assert connected.member is not None
    secrets = {"webhook_url": world.portal.webhook_url}
    check = await world.integrations.try_out(Kind.BITRIX24, secrets)
    if becomes is None:
        await world.members.remove(connected.member, other.member.id)
    else:
        await world.members.set_role(connected.member, other.member.id, becomes)
    before = await rows(world)
    with pytest.raises(NotFound):
        await world.integrations.connect(other.member, Kind.BITRIX24, secrets, check)
    with pytest.raises(NotFound):
        await world.options.set(other.member, 1, Step("zone"), "Europe/Moscow")
    assert await rows(world) == before
