"""A wizard between two updates: the stored answers, and the window that asks for the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.utils.formatting import Text

from handlers import words
from handlers.prompts import windows
from handlers.prompts.fielding import texts as field_texts
from handlers.prompts.fielding import windows as field_windows
from handlers.prompts.fielding.examples import offers
from handlers.prompts.names import names_of
from handlers.prompts.windows import Drawer, Window
from handlers.states import Dialogue
from services.connections import IntegrationService
from services.domain.field import RemoteField
from services.domain.integration import Ability, Funnel, ObjectKind
from services.domain.prompt import Destination, Prompt, Scope
from services.domain.workspace import Member
from services.errors import NotFound, Refused, RemoteError
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
from services.prompts.columns import columns_of, draft_of
from services.prompts.flow import (
    ANY,
    FORMER,
    ORDER,
    Step,
    back_from,
    choice_of,
    destinations,
    forget,
    is_asked,
    next_step,
)


def starting(before: Mapping[str, Any], draft: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The stored data of a new wizard. The window counter goes on from the one before."""
    return {"number": before.get("number", 0), "draft": dict(draft), **more}


def changing(prompt: Prompt, step: Step, before: Mapping[str, Any]) -> dict[str, Any]:
    """A wizard that asks one thing of a known prompt again; going back leaves it as it was."""
    full = draft_of(prompt)
    return starting(
        before,
        forget(full, step),
        prompt_id=prompt.id,
        revision=prompt.revision,
        edit={"step": step, "draft": full},
        moves=step is Step.FUNNEL,
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
    fields: FieldBook

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
        if edit is not None:
            again = edit["step"] != self.step
            self.data["draft"] = forget(self.draft, Step(edit["step"])) if again else edit["draft"]
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
        if step != self.data.get("step"):
            self.data["search"], self.data["open"], self.data["making"] = "", None, None
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
            return drawer.text(back=back, former=self.draft.get(FORMER, ""))
        if step in (Step.LIST, Step.FIELDS):
            return await self._draw_fields(drawer, step, page)
        if step is Step.SUMMARY:
            asked = [one for one in ORDER if is_asked(one, self.draft, abilities, count)]
            names = dict(
                await names_of(scope_of(self.draft), self.member.workspace_id, self.integrations, self.funnels)
            )
            return drawer.summary(self.draft, names, asked)
        return drawer.choice(step, await self._options(step, abilities), page, back=back)

    async def _draw_fields(self, drawer: Drawer, step: Step, page: int) -> Window:
        """What the CRM does not tell now is said; going back always works."""
        try:
            if step is Step.LIST:
                return await self._draw_lists(drawer, page)
            found = await self.all_fields()
        except RemoteError as failure:
            return field_windows.trouble(drawer, words.failure(failure))
        if not found:
            return field_windows.trouble(drawer, field_texts.no_fields())
        opened = await self.opened()
        columns = columns_of(self.draft)
        destination = choice_of(self.draft[Step.DESTINATION]).destination
        if opened is not None:
            former = self.draft.get(FORMER, "")
            return field_windows.field(drawer, opened, columns.get(opened.id), destination, former)
        search = self.data.get("search", "")
        return field_windows.fields(drawer, self._fields_title(), found, columns, page, search)

    async def _draw_lists(self, drawer: Drawer, page: int) -> Window:
        making = self.data.get("making")
        if making is not None:
            return field_windows.new_list(drawer, self.draft["name"], offers(), making)
        found = await self.fields.lists(self.draft["integration"])
        return field_windows.lists(drawer, found, page, self.data.get("search", ""))

    def _fields_title(self) -> Text:
        if Step.LIST in self.draft:
            return field_texts.fields_of_list(self.draft[Step.LIST]["name"])
        return field_texts.fields_of_object(choice_of(self.draft[Step.DESTINATION]).object_kind)

    async def all_fields(self) -> Sequence[RemoteField]:
        """Columns of the chosen list, or fields of the chosen kind of object. Raises remote failures."""
        choice, integration = choice_of(self.draft[Step.DESTINATION]), self.draft["integration"]
        if choice.destination is Destination.LIST:
            return await self.fields.columns(integration, self.draft[Step.LIST]["id"])
        return await self.fields.fields(integration, choice.object_kind or ObjectKind.DEAL)

    async def opened(self) -> RemoteField | None:
        """The field whose window is open."""
        if not self.data.get("open"):
            return None
        return next((one for one in await self.all_fields() if one.id == self.data["open"]), None)

    async def _options(self, step: Step, abilities: frozenset[Ability]) -> list[tuple[str, Any]]:
        if step is Step.INTEGRATION:
            own = await self.integrations.of(self.member.workspace_id)
            return list(windows.integration_options(own))
        if step is Step.DESTINATION:
            return list(windows.destination_options(destinations(abilities, await self._funnel_kind())))
        funnels = await self._funnels()
        if step is Step.FUNNEL:
            return list(windows.funnel_options(funnels))
        chosen = next((one for one in funnels if one.id == self.draft["funnel"]), None)
        return list(windows.stage_options(chosen))

    async def _funnel_kind(self) -> ObjectKind | None:
        """Deals or leads, when the funnel says so."""
        number = self.draft.get(Step.FUNNEL, ANY)
        known = await self.funnels.of(self.draft["integration"]) if number != ANY else ()
        return next((one.object_kind for one in known if one.id == number), None)

    async def _funnels(self) -> tuple[Funnel, ...]:
        """Fresh ones; when the CRM is silent, what it said last time will do."""
        number = self.draft["integration"]
        try:
            return await self.funnels.of(number, refresh=True)
        except RemoteError:
            return await self.funnels.of(number)
