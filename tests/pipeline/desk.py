"""A portal with fields and a list, and prompts that write them."""

from dataclasses import dataclass

from sqlalchemy import select

from sandbox.recordings import Line
from services.db.models import AnswerRow, DeliveryRow, MemberRow
from services.domain.card import CardLine
from services.domain.field import RemoteField, RemoteList
from services.domain.integration import ObjectKind
from services.domain.prompt import Ask, Destination, Filled, Known, Place, Policy
from services.domain.workspace import Member
from services.workspace.workspaces import member_of_row
from tests.fakes.rows import add_prompt
from tests.pipeline.world import TALK, World

FIELDS = Place(Destination.FIELDS, object_kind=ObjectKind.DEAL)


@dataclass
class Desk:
    """A portal with two fields and a list, and prompts that write them."""

    world: World
    deal: int
    budget: str
    interest: str
    list_id: int

    async def field(self, name: str) -> RemoteField:
        fields = await self.world.pipeline.fields.fields(self.world.company.integration_id, ObjectKind.DEAL)
        return next(one for one in fields if one.id == name)

    async def column(self, name: str) -> RemoteField:
        book = self.world.pipeline.fields
        columns = await book.columns(self.world.company.integration_id, str(self.list_id))
        return next(one for one in columns if one.name == name)

    async def ask_fields(self, policy: Policy = Policy.IF_EMPTY, name: str = "Поля") -> int:
        asks = [
            Ask("Какой бюджет у клиента?", await self.field(self.budget), policy),
            Ask("Какой интерес у клиента?", await self.field(self.interest), policy),
        ]
        return await self.prompt(name, FIELDS, asks)

    async def ask_list(self) -> int:
        listed = Place(
            Destination.LIST,
            list=RemoteList(str(self.list_id), "Отзывы"),
            filled=(
                Filled(await self.column("Сделка"), Known.OBJECT),
                Filled(await self.column("Менеджер"), Known.MANAGER),
            ),
        )
        asks = [
            Ask("Какой бюджет у клиента?", await self.column("Бюджет")),
            Ask("Какие возражения были?", await self.column("Возражения")),
        ]
        return await self.prompt("Отзыв", listed, asks)

    async def prompt(self, name: str, place: Place, asks: list[Ask]) -> int:
        now = self.world.clock.now()
        return await add_prompt(
            self.world.database, self.world.company, name, "", enabled_at=now, now=now, place=place, asks=asks
        )

    async def call(self, *lines: str) -> None:
        self.world.clock.advance(5)
        talk = [TALK[0], *(Line("client", line) for line in lines)] if lines else TALK
        self.world.portal.add_call(deal=self.deal, recording=self.world.sound(talk), filename="call.wav")
        await self.world.pull()
        await self.world.jobs.run_for(90)

    def value(self, name: str) -> object:
        return self.world.portal.value_of("deal", self.deal, name)

    async def deliveries(self) -> list[DeliveryRow]:
        async with self.world.database.read() as session:
            return list(await session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)))

    async def answers(self) -> list[AnswerRow]:
        async with self.world.database.read() as session:
            return list(await session.scalars(select(AnswerRow).order_by(AnswerRow.question_id)))

    def line(self) -> CardLine:
        return self.world.notifier.latest().lines[0]

    async def owner(self) -> Member:
        async with self.world.database.read() as session:
            return member_of_row((await session.scalars(select(MemberRow))).one())

    async def undo(self, call_id: int = 1) -> None:
        await self.world.pipeline.undo.undo(await self.owner(), call_id)
        await self.world.jobs.run_for(90)

    async def retry(self) -> None:
        await self.world.pipeline.calls.retry(await self.owner(), 1)
        await self.world.jobs.run_for(90)
