"""Draws the windows of own funnels that keep no state: the list, a funnel, a stage, the rules, a rule."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardMarkup, TelegramObject
from aiogram.utils.formatting import Text, as_list

from handlers.editing import as_text
from handlers.funnels import keyboards, rule_texts, texts
from handlers.funnels.rule_texts import Names
from services.connecting.connections import IntegrationService
from services.domain.workspace import Member
from services.errors import NotFound
from services.ownfunnels.funnels import OwnFunnels
from services.ownfunnels.places import Place
from services.ownfunnels.rulebook import RuleBook

Drawn = tuple[Text, InlineKeyboardMarkup | None]
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True)
class Screens:
    """What every handler that ends on such a window needs. Everything raises NotFound for what is gone."""

    member: Member
    state: FSMContext
    integrations: IntegrationService
    own: OwnFunnels
    book: RuleBook

    async def _waits(self) -> bool:
        """Was a prompt put aside to make its funnel?"""
        return "draft" in await self.state.get_data()

    async def names(self, integration_id: int) -> Names:
        return Names.of(await self.own.of(self.member, integration_id))

    async def first(self) -> Drawn:
        """Which system's funnels; not asked when there is one."""
        known = self.own.among(await self.integrations.of(self.member.workspace_id))
        if not known:
            return Text(texts.nowhere()), None
        if len(known) == 1:
            return await self.list(known[0].id)
        return Text(texts.choose_system()), keyboards.systems(known)

    async def list(self, integration_id: int, note: Text | str = "") -> Drawn:
        system = await self.integrations.get(self.member, integration_id)
        known = await self.own.of(self.member, integration_id)
        rules = (await self.book.of(self.member, integration_id)).rules
        default = next((one.goal for one in rules if one.is_default), None)
        shown = texts.funnels(
            system.name, known, sum(not one.is_default for one in rules), Names.of(known).goal(default)
        )
        systems = self.own.among(await self.integrations.of(self.member.workspace_id))
        keyboard = keyboards.funnels(integration_id, known, several=len(systems) > 1, waits=await self._waits())
        return _noted(shown, note), keyboard

    async def funnel(self, place: Place, note: Text | str = "") -> Drawn:
        known = await self.own.of(self.member, place.integration_id)
        names = Names.of(known)
        rules = (await self.book.of(self.member, place.integration_id)).rules
        into = [
            _into(rule_texts.conditions(one.conditions), names.stages.get(one.goal.stage_id or 0))
            for one in rules
            if one.goal.funnel_id == place.funnel.id
        ]
        prompts = await self.own.prompts_on(self.member, place.funnel.id)
        order = [one.id for one in known]
        keyboard = keyboards.funnel(
            place.integration_id,
            place.funnel,
            order.index(place.funnel.id) if place.funnel.id in order else 0,
            len(order),
            waits=await self._waits(),
        )
        return _noted(texts.funnel(place.funnel, into, prompts), note), keyboard

    async def stage(self, place: Place, stage_id: int, note: Text | str = "") -> Drawn:
        shown = next((one for one in place.funnel.stages if one.id == stage_id), None)
        if shown is None:
            raise NotFound(f"stage {stage_id}")
        prompts = await self.own.prompts_on(self.member, place.funnel.id, stage_id)
        told = texts.stage(place.funnel.name, shown, prompts)
        return _noted(told, note), keyboards.stage(place.funnel, stage_id)

    async def rules(self, integration_id: int, note: Text | str = "") -> Drawn:
        system = await self.integrations.get(self.member, integration_id)
        book, names = await self.book.of(self.member, integration_id), await self.names(integration_id)
        told = rule_texts.rules(system.name, book.rules, names)
        return _noted(told, note), keyboards.rules(integration_id, book, names, waits=await self._waits())

    async def rule(self, integration_id: int, rule_id: int, note: Text | str = "") -> Drawn:
        book, names = await self.book.of(self.member, integration_id), await self.names(integration_id)
        shown = next((one for one in book.rules if one.id == rule_id and not one.is_default), None)
        if shown is None:
            raise NotFound(f"route {rule_id}")
        number = book.rules.index(shown) + 1
        told = Text(f"{number}. {rule_texts.rule(shown, names)}")
        return _noted(told, note), keyboards.rule(integration_id, book, shown)


async def bring_screens(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """Inner middleware: a handler gets them by name, for whoever writes or presses."""
    data["screens"] = Screens(
        data["member"], data["state"], data["integrations"], data["own_funnels"], data["rulebook"]
    )
    return await handler(event, data)


def _into(told: str, stage: str | None) -> str:
    return f"{told} → {stage}" if stage else told


def _noted(text: Text, note: Text | str) -> Text:
    return as_list(as_text(note), "", text) if note else text
