"""A wizard between two updates: the stored answers, and the window that asks for the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.context import FSMContext

from handlers.callbacks.prompts import WizardAct
from handlers.connecting.systems import SYSTEMS, RemarkWords
from handlers.prompts.names import names_of
from handlers.prompts.wizard import texts, windows
from handlers.prompts.wizard.fielding.desk import Desk
from handlers.prompts.wizard.windows import Drawer, Window
from handlers.states import Dialogue
from services.connecting.connections import IntegrationService
from services.domain.integration import Ability, Funnel, Integration, ObjectKind
from services.domain.prompt import Prompt, Scope
from services.domain.workspace import Member
from services.errors import Gone, NotFound, Refused, RemoteError
from services.fieldbook import FieldBook
from services.funnels import FunnelBook
from services.ownfunnels.ability import makes_funnels
from services.prompts.columns import draft_of
from services.prompts.flow import (
    ANY,
    ORDER,
    STAGELESS,
    Receiver,
    Step,
    back_from,
    choice_of,
    fit_funnel,
    forget,
    is_asked,
    next_step,
)
from services.prompts.former import former_texts


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


async def take_funnel(state: FSMContext, integration_id: int, funnel: Funnel) -> None:
    """A funnel made while a new prompt waited for one is the answer it waited for."""
    data = await state.get_data()
    draft = data.get("draft", {})
    waits = draft.get(Step.INTEGRATION) == integration_id and Step.FUNNEL not in draft
    if waits and data.get("step") == Step.FUNNEL and "prompt_id" not in data:
        await state.update_data(draft={**draft, Step.FUNNEL: funnel.id, STAGELESS: not funnel.stages})


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

    @property
    def desk(self) -> Desk:
        return Desk(self.data, self.fields)

    async def abilities(self) -> frozenset[Ability]:
        """Raises Refused: `integration_gone`."""
        if "integration" not in self.draft:
            return frozenset()
        try:
            shown = await self.integrations.get(self.member, self.draft["integration"])
        except NotFound:
            raise Refused("integration_gone") from None
        return self._abilities_of(shown)

    def _abilities_of(self, shown: Integration) -> frozenset[Ability]:
        return self.integrations.catalogue[shown.kind].abilities_of(shown.options)

    async def count(self) -> int:
        return len(await self.integrations.of(self.member.workspace_id))

    async def next(self) -> Step:
        return next_step(self.draft, await self.abilities(), await self.count())

    async def go_back(self) -> None:
        """One question back; from a question asked again, back to how it had been answered."""
        edit = self.data.get("edit")
        if edit is not None:
            again = edit["step"] != self.step
            self.data["draft"] = forget(edit["draft"], Step(edit["step"])) if again else edit["draft"]
            return
        before = back_from(self.step, self.draft, await self.abilities(), await self.count())
        if before is not None:
            self.data["draft"] = before

    def ask_again(self, step: Step) -> None:
        if self.step is Step.SUMMARY:
            self.data["edit"] = {"step": step, "draft": dict(self.draft)}
        self.data["draft"] = forget(self.draft, step)

    async def pick(self, value: Any) -> None:
        """The answer to a choice. Another funnel keeps the fields and their questions where it can."""
        self.draft[self.step] = value
        if self.step is Step.FUNNEL:
            if makes_funnels(await self.abilities()):
                self.draft[STAGELESS] = not windows.present_stages(await self._chosen_funnel())
            self.data["draft"] = fit_funnel(self.draft, await self._funnel_kind())

    async def window(self, *, page: int = 0) -> Window:
        """Draws the next question under a new number, and stores both."""
        step = await self.next()
        try:
            if step != self.data.get("step"):
                await self.desk.enter(step)
            self.data["step"] = step
            self.data["pieces"] = []
            if step is Step.SUMMARY:
                self.data.pop("edit", None)
            return await self.keep(await self._draw(step, page))
        except Gone as failure:
            if not self.desk.is_list_gone(failure):
                raise
            self.desk.lose_list()
            return await self.window()

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
            return drawer.text(back=back, former=former_texts(self.draft))
        if step in (Step.LIST, Step.FIELDS):
            return await self.desk.draw(drawer, step, page)
        if step is Step.SUMMARY:
            asked = [one for one in ORDER if is_asked(one, self.draft, abilities, count)]
            return drawer.summary(self.draft, dict(await self._names()), asked)
        if step is Step.DESTINATION:
            return await self._destinations(drawer, page, back=back)
        options = await self._options(step)
        if makes_funnels(abilities) and step in (Step.FUNNEL, Step.STAGE):
            return self._own_place(drawer, step, options, page, back=back)
        about_leads = step is Step.STAGE and await self._funnel_kind() is ObjectKind.LEAD
        ask = texts.ask_stage_of_lead() if about_leads else ""
        return drawer.choice(step, options, page, back=back, ask=ask)

    def _own_place(
        self, drawer: Drawer, step: Step, options: list[tuple[str, Any]], page: int, *, back: bool
    ) -> Window:
        """Funnels of our own can be made on the way."""
        if step is Step.STAGE:
            return drawer.choice(step, options, page, back=back, ask=texts.ask_own_stage())
        ask = texts.ask_own_funnel(known=len(options) > 1)
        make = drawer.button(texts.new_funnel_button(), WizardAct.NEW_FUNNEL)
        return drawer.choice(step, options, page, back=back, ask=ask, more=[make])

    async def _names(self) -> Mapping[str, Any]:
        into = choice_of(self.draft[Step.DESTINATION]).into
        scope, workspace_id = scope_of(self.draft), self.member.workspace_id
        return await names_of(scope, workspace_id, self.integrations, self.funnels, into)

    async def _destinations(self, drawer: Drawer, page: int, *, back: bool) -> Window:
        own = await self.integrations.of(self.member.workspace_id)
        receivers = await self._receivers(own)
        ask = self._asked_where(own, receivers) if receivers else texts.ask_destination_without_crm()
        names = {one.id: one.name for one in own if one.id in {receiver.into for receiver in receivers}}
        options = windows.destination_options(receivers, names)
        return drawer.choice(Step.DESTINATION, options, page, back=back, ask=ask)

    def _asked_where(self, own: Sequence[Integration], receivers: Sequence[Receiver]) -> str:
        """A system that cannot fill fields says why where they would be offered."""
        kinds = {one.id: one.kind for one in own}
        told = [texts.ask(Step.DESTINATION)]
        for receiver in receivers:
            system = SYSTEMS.get(kinds[receiver.into or self.draft["integration"]])
            if Ability.WRITES_FIELDS not in receiver.abilities and isinstance(system, RemarkWords):
                told.append(system.remark())
        return "\n\n".join(dict.fromkeys(told))

    async def _receivers(self, own: Sequence[Integration]) -> list[Receiver]:
        """The CRM of the calls itself; for a telephony or a disk those CRMs that know a client by the number."""
        abilities = await self.abilities()
        if Ability.LISTS_FUNNELS in abilities:
            funnel = await self._funnel_kind()
            kinds = (funnel,) if funnel is not None else await self._kinds(self.draft["integration"])
            return [Receiver(abilities, kinds)]
        return [
            Receiver(self._abilities_of(one), await self._kinds(one.id), one.id)
            for one in own
            if Ability.FINDS_BY_PHONE in self._abilities_of(one)
        ]

    async def _kinds(self, integration_id: int) -> tuple[ObjectKind, ...]:
        """Which objects this CRM has, by its funnels."""
        kinds = {one.object_kind for one in await self._funnels(integration_id) if not one.missing}
        return tuple(kind for kind in (ObjectKind.DEAL, ObjectKind.LEAD) if kind in kinds) or (ObjectKind.DEAL,)

    async def _options(self, step: Step) -> list[tuple[str, Any]]:
        if step is Step.INTEGRATION:
            own = await self.integrations.of(self.member.workspace_id)
            return list(windows.integration_options(own))
        funnels = await self._funnels(self.draft["integration"])
        if step is Step.FUNNEL:
            return list(windows.funnel_options(funnels))
        chosen = next((one for one in funnels if one.id == self.draft["funnel"]), None)
        return list(windows.stage_options(chosen))

    async def _chosen_funnel(self) -> Funnel | None:
        number = self.draft.get(Step.FUNNEL, ANY)
        known = await self.funnels.of(self.draft["integration"]) if number != ANY else ()
        return next((one for one in known if one.id == number), None)

    async def _funnel_kind(self) -> ObjectKind | None:
        """Deals or leads, when the funnel says so: one of our own holds calls of any client."""
        funnel = await self._chosen_funnel()
        return funnel.object_kind if funnel is not None and funnel.object_kind is not ObjectKind.CALL else None

    async def _funnels(self, number: int) -> tuple[Funnel, ...]:
        """Fresh ones; when the CRM is silent, what it said last time will do."""
        try:
            return await self.funnels.of(number, refresh=True)
        except RemoteError:
            return await self.funnels.of(number)
