"""What a wizard has open while a list and fields are chosen, and the CRM's book of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.utils.formatting import Text

from handlers import words
from handlers.prompts.wizard.fielding import moving, texts, windows
from handlers.prompts.wizard.fielding.examples import offers
from handlers.prompts.wizard.windows import Drawer, Window
from services.domain.field import FieldType, Option, RemoteField
from services.domain.integration import ObjectKind
from services.domain.prompt import Destination
from services.errors import Gone, RemoteError
from services.fieldbook import FieldBook
from services.prompts import columns
from services.prompts.flow import COLUMNS, Step, choice_of, forget
from services.prompts.former import former_questions, take_former
from services.values.options import MOST_OPTIONS


@dataclass
class Desk:
    """`data` is the wizard's own: `open`, `lost` and `moving` are fields, `making` is a list being made."""

    data: dict[str, Any]
    book: FieldBook

    @property
    def draft(self) -> dict[str, Any]:
        draft: dict[str, Any] = self.data["draft"]
        return draft

    async def enter(self, step: Step) -> None:
        """A step opens: what was made in the CRM a moment ago is offered too. Raises Gone for a list."""
        self.data |= {"search": "", "open": None, "lost": None, "moving": None, "making": None}
        if step is Step.LIST:
            await self.refresh(step)
        elif step is Step.FIELDS:
            self.data["list_gone"] = None
            await self.refresh(step)

    async def refresh(self, step: Step) -> None:
        """Asks anew; when the CRM is silent, what it said last will do, or the window says so."""
        try:
            if step is Step.LIST:
                await self.book.lists(self.receiver, anew=True)
                return
            found = await self.all_fields(anew=True)
        except RemoteError as failure:
            if self.is_list_gone(failure):
                raise
            return
        if COLUMNS not in self.draft:
            take_former(self.draft, found, await self.askable(found))
            if self.destination is Destination.LIST:
                columns.fill_evident(self.draft, found)

    def is_list_gone(self, failure: RemoteError) -> bool:
        return isinstance(failure, Gone) and Step.LIST in self.draft

    def lose_list(self) -> None:
        """The list is not there any more: another one is chosen, for the same questions."""
        self.data["list_gone"] = self.draft[Step.LIST]["name"]
        edit = self.data.get("edit")
        if edit is not None and edit["step"] == Step.FIELDS:
            edit["step"] = Step.LIST
        self.data["step"] = ""
        self.data["draft"] = forget(self.draft, Step.LIST)

    async def draw(self, drawer: Drawer, step: Step, page: int) -> Window:
        """What the CRM does not tell now is said; going back always works. Raises Gone for a list."""
        try:
            return await (self._lists(drawer, page) if step is Step.LIST else self._fields(drawer, page))
        except RemoteError as failure:
            if self.is_list_gone(failure):
                raise
            return windows.trouble(drawer, words.failure(failure))

    async def _lists(self, drawer: Drawer, page: int) -> Window:
        making = self.data.get("making")
        if making is not None:
            return windows.new_list(drawer, self.draft["name"], offers(), making)
        found = await self.book.lists(self.receiver)
        return windows.lists(drawer, found, page, self.data.get("search", ""), self.data.get("list_gone"))

    async def _fields(self, drawer: Drawer, page: int) -> Window:
        every = await self.all_fields()
        found = [one for one in every if one.writable]
        chosen, gone = columns.columns_of(self.draft), columns.lost(self.draft, found)
        if not every and not gone:
            return windows.trouble(drawer, texts.no_fields())
        search = self.data.get("search", "")
        if self.data.get("moving") in gone:
            askable = await self.askable(found)
            free = [one for one in found if one.id not in chosen and one.id in askable]
            return moving.choose_field(drawer, gone[self.data["moving"]], free, page, search)
        if self.data.get("lost") in gone:
            return moving.lost_field(drawer, gone[self.data["lost"]])
        opened = await self.opened()
        if opened is not None:
            return windows.field(
                drawer,
                opened,
                None if opened.id in gone else chosen.get(opened.id),
                self.destination,
                former=former_questions(self.draft),
                obstacle=await self.obstacle(opened),
            )
        return windows.fields(drawer, self._title(), every, self.draft, page, search)

    @property
    def receiver(self) -> int:
        """The integration whose lists and fields are written: that of the calls, unless another was chosen."""
        integration: int = self.draft["integration"]
        return choice_of(self.draft[Step.DESTINATION]).into or integration

    @property
    def destination(self) -> Destination:
        return choice_of(self.draft[Step.DESTINATION]).destination

    def _title(self) -> Text:
        if Step.LIST in self.draft:
            return texts.fields_of_list(self.draft[Step.LIST]["name"])
        return texts.fields_of_object(choice_of(self.draft[Step.DESTINATION]).object_kind)

    async def all_fields(self, *, anew: bool = False) -> Sequence[RemoteField]:
        """Columns of the chosen list, or fields of the chosen kind of object. Raises remote failures."""
        choice, integration = choice_of(self.draft[Step.DESTINATION]), self.receiver
        if choice.destination is Destination.LIST:
            return await self.book.columns(integration, self.draft[Step.LIST]["id"], anew=anew)
        return await self.book.fields(integration, choice.object_kind or ObjectKind.DEAL, anew=anew)

    async def field(self, field_id: str | None) -> RemoteField | None:
        return next((one for one in await self.all_fields() if one.id == field_id), None)

    async def opened(self) -> RemoteField | None:
        """The field whose window is open."""
        return await self.field(self.data["open"]) if self.data.get("open") else None

    async def obstacle(self, field: RemoteField) -> str:
        """Why no question can be put for this field; empty: it can."""
        if field.type is FieldType.OBJECT:
            return texts.filled_by_us()
        count = len(await self._people() if field.type is FieldType.EMPLOYEE else field.options)
        return texts.too_many_options(count, MOST_OPTIONS) if count > MOST_OPTIONS else ""

    async def askable(self, fields: Sequence[RemoteField]) -> set[str]:
        return {one.id for one in fields if one.writable and not await self.obstacle(one)}

    async def _people(self) -> Sequence[Option]:
        """None when the CRM does not tell: then the answer is refused, and nothing else suffers."""
        try:
            return await self.book.people(self.receiver)
        except RemoteError:
            return ()
