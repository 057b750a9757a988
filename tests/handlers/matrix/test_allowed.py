"""What somebody may do: the route lets them in, alone and in the group, and something comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from handlers.callbacks.funnels import RuleWindow
from handlers.callbacks.prompts import WizardPress
from handlers.workspace import texts
from services.domain.workspace import Role
from tests.handlers.matrix import scene, table
from tests.handlers.matrix.beginning import BEGUN, INSTEAD, TYPED, before_button, furnished, go
from tests.handlers.matrix.rewinding import rewound
from tests.handlers.matrix.routes import Probe, every_probe, one_for_each_route
from tests.handlers.matrix.scene import Reached, Rows, Tries
from tests.harness.world import User, World

PROBES = every_probe()
ROUTES = one_for_each_route(PROBES)
LADDER = (Role.VIEWER, Role.EDITOR, Role.OWNER)
UNDONE: Mapping[str, str] = {
    "connecting.connect.skip": "the step that is asked may not be skipped",
    "connecting.connect.try_again": "the same question is asked again, in the same words",
    "connecting.options.choose": "the telephony's options are typed",
    "connecting.options.save": "nothing was tried before",
    "funnels.ruling.ask": "there is no rule",
    "funnels.ruling.save": "there is no rule",
}
"""Routes that let people in and of which nothing comes here, with the reason."""
UNHEARD = "connecting.guarding.pasted"
"""In a group with privacy on the bot does not get what does not concern it."""


def fresh_to(role: Role) -> list[Probe]:
    """What the role below may not."""
    lower = LADDER[LADDER.index(role) - 1] if role is not Role.VIEWER else None
    return [one for one in PROBES if table.allows(role, one.needs) and not table.allows(lower, one.needs)]


def allowed_to(role: Role) -> list[Probe]:
    """Every button and word for the lowest role that may, else one for each route."""
    fresh = fresh_to(role)
    return [one for one in PROBES if one in fresh or (one in ROUTES and table.allows(role, one.needs))]


@dataclass
class Actor:
    """Goes in where they may, and tells what came of it."""

    user: User
    reached: Reached
    rewind: Callable[[], None]
    before: Rows
    funnel: int
    came: dict[str, bool]
    """Of each route that was entered: did anything come of it?"""

    async def acts(self, probe: Probe, *, begun: bool) -> bool:
        """Was one of the routes that take it entered? `begun`: with what stands before it."""
        world = self.user.world
        heard, _ = await Tries(self.user, self.reached).one(
            await self._begun(probe) if begun else probe, opened=True
        )
        came = _means_something(world, heard) or await scene.rows(world) != self.before
        self.rewind()
        world.jobs.waiting.clear()
        if probe.route in self.reached.routes:
            self.came[probe.route] = self.came.get(probe.route, False) or came
        return bool({one.route for one in PROBES if one.key == probe.key} & set(self.reached.routes))

    async def _begun(self, probe: Probe) -> Probe:
        """What is pressed or typed in fact."""
        name = probe.state.rpartition(":")[2]
        data = INSTEAD.get(probe.data, probe.data).format(funnel=self.funnel)
        steps = BEGUN[name] if name else before_button(data)
        await go(self.user, steps)
        if name:
            return replace(probe, text=TYPED.get(name, "1"))
        return replace(probe, data=await self._present(data))

    async def _present(self, data: str) -> str:
        """With the number of the window that stands there."""
        user = self.user
        state = user.world.dispatcher.fsm.get_context(user.world.bot, user.chat.id, user.person.id)
        prefix, _, rest = data.partition(":")
        if prefix not in (WizardPress.__prefix__, RuleWindow.__prefix__):
            return data
        number = (await state.get_data()).get("number")
        return f"{prefix}:{number}:{rest.partition(':')[2]}"


@pytest.mark.parametrize("role", LADDER)
async def test_what_is_allowed_is_done(
    first: World, owner: User, tmp_path: Path, caplog: pytest.LogCaptureFixture, role: Role
) -> None:
    funnel = await furnished(first, owner)
    user = await first.member(role, "Олег")
    (group,) = await scene.in_group(first, owner, user)
    reached, before = scene.watch(first), await scene.rows(first)
    came: dict[str, bool] = {}
    with rewound(tmp_path / "test.db") as rewind:
        alone, there = (Actor(one, reached, rewind, before, funnel, came) for one in (user, group))
        for probe in allowed_to(role):
            assert await alone.acts(probe, begun=True), probe
        for probe in fresh_to(role):
            if probe in ROUTES and not probe.link and not probe.state and probe.route != UNHEARD:
                only_alone = all(one.private for one in PROBES if one.key == probe.key)
                assert await there.acts(probe, begun=False) != only_alone, probe
    led = any(table.allows(role, one) for one in table.BEHIND_LINKS.values())
    nothing = {route for route in UNDONE if route in came} | (set() if led else {"linking.go_on"})
    assert {route for route, acted in came.items() if not acted} == nothing
    assert "handler_broke" not in caplog.text


def _means_something(world: World, heard: str) -> bool:
    with world.i18n.context(), world.i18n.use_locale("ru"):
        nothing = (*scene.refusals(world), texts.gone(), texts.broke())
    return bool(heard) and not any(one in heard for one in nothing)
