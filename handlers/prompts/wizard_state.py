"""A wizard between two updates: the stored answers, and the window that asks for the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.context import FSMContext

from handlers.prompts import windows
from handlers.prompts.names import names_of
from handlers.prompts.windows import Drawer, Window
from handlers.states import Dialogue
from services.connections import IntegrationService
from services.domain.integration import Ability, Funnel
from services.domain.prompt import Destination, Prompt, Scope
from services.domain.workspace import Member
from services.errors import NotFound, Refused, RemoteError
from services.funnels import FunnelBook
from services.prompts.flow import ANY, ORDER, Step, back_from, destinations, forget, is_asked, next_step


def starting(before: Mapping[str, Any], draft: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The stored data of a new wizard. The window counter goes on from the one before."""
    return {"number": before.get("number", 0), "draft": dict(draft), **more}


def rescoping(prompt: Prompt, before: Mapping[str, Any]) -> dict[str, Any]:
    """A wizard that asks for the place of a known prompt only; going back leaves it where it was."""
    full = {
        str(Step.INTEGRATION): prompt.scope.integration_id,
        str(Step.FUNNEL): prompt.scope.funnel_id or ANY,
        str(Step.STAGE): prompt.scope.stage_id or ANY,
        str(Step.NAME): prompt.name,
        str(Step.TEXT): prompt.text,
        str(Step.DESTINATION): str(prompt.version.destination),
    }
    return starting(
        before,
        forget(full, Step.FUNNEL),
        prompt_id=prompt.id,
        revision=prompt.revision,
        edit={"step": Step.FUNNEL, "draft": full},
    )


def scope_of(draft: Mapping[str, Any]) -> Scope:
    funnel, stage = draft.get("funnel", ANY), draft.get("stage", ANY)
    return Scope(draft["integration"], funnel or None, stage or None)


@dataclass
class Wizard:
    """One step of one person's wizard: the stored data, and what is needed to draw."""

    state: FSMContext
    data: dict[str, Any]
    member: Member
    integrations: IntegrationService
    funnels: FunnelBook

    @property
    def draft(self) -> dict[str, Any]:
        draft: dict[str, Any] = self.data["draft"]
        return draft

    @property
    def step(self) -> Step:
        return Step(self.data["step"])

    async def abilities(self) -> frozenset[Ability]:
        """Raises Refused: `integration_gone`."""
        if "integration" not in self.draft:
            return frozenset()
        try:
            shown = await self.integrations.get(self.member, self.draft["integration"])
        except NotFound:
            raise Refused("integration_gone") from None
        return self.integrations.catalogue[shown.kind].abilities

    async def count(self) -> int:
        return len(await self.integrations.of(self.member.workspace_id))

    async def next(self) -> Step:
        return next_step(self.draft, await self.abilities(), await self.count())

    async def go_back(self) -> None:
        """One question back; from a question asked again, back to how it had been answered."""
        edit = self.data.get("edit")
        if edit is not None and edit["step"] == self.step:
            self.data["draft"] = edit["draft"]
            return
        before = back_from(self.step, self.draft, await self.abilities(), await self.count())
        if before is not None:
            self.data["draft"] = before

    def ask_again(self, step: Step) -> None:
        if self.step is Step.SUMMARY:
            self.data["edit"] = {"step": step, "draft": dict(self.draft)}
        self.data["draft"] = forget(self.draft, step)

    async def window(self, *, page: int = 0) -> Window:
        """Draws the next question under a new number, and stores both."""
        step = await self.next()
        self.data["step"] = step
        self.data["pieces"] = []
        if step is Step.SUMMARY:
            self.data.pop("edit", None)
        return await self.keep(await self._draw(step, page))

    async def keep(self, window: Window) -> Window:
        self.data["options"] = window.options
        await self.state.set_state(Dialogue.wizard)
        await self.state.set_data(self.data)
        return window

    def drawer(self) -> Drawer:
        self.data["number"] = self.data.get("number", 0) + 1
        return Drawer(self.data["number"], editing="prompt_id" in self.data)

    async def _draw(self, step: Step, page: int) -> Window:
        abilities, count = await self.abilities(), await self.count()
        back = "edit" in self.data or back_from(step, self.draft, abilities, count) is not None
        drawer = self.drawer()
        if step is Step.NAME:
            return drawer.typed(step, back=back)
        if step is Step.TEXT:
            return drawer.text(back=back)
        if step is Step.SUMMARY:
            asked = [one for one in ORDER if is_asked(one, self.draft, abilities, count)]
            names = dict(
                await names_of(scope_of(self.draft), self.member.workspace_id, self.integrations, self.funnels)
            )
            return drawer.summary(self.draft, names, self.destination(abilities), asked)
        return drawer.choice(step, await self._options(step, abilities), page, back=back)

    def destination(self, abilities: frozenset[Ability]) -> Destination:
        if "destination" in self.draft:
            return Destination(self.draft["destination"])
        return next(iter(destinations(abilities)), Destination.CHAT)

    async def _options(self, step: Step, abilities: frozenset[Ability]) -> list[tuple[str, Any]]:
        if step is Step.INTEGRATION:
            own = await self.integrations.of(self.member.workspace_id)
            return list(windows.integration_options(own))
        if step is Step.DESTINATION:
            return list(windows.destination_options(destinations(abilities)))
        funnels = await self._funnels()
        if step is Step.FUNNEL:
            return list(windows.funnel_options(funnels))
        chosen = next((one for one in funnels if one.id == self.draft["funnel"]), None)
        return list(windows.stage_options(chosen))

    async def _funnels(self) -> tuple[Funnel, ...]:
        """Fresh ones; when the CRM is silent, what it said last time will do."""
        number = self.draft["integration"]
        try:
            return await self.funnels.of(number, refresh=True)
        except RemoteError:
            return await self.funnels.of(number)
