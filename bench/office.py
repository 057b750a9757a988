"""Prompts made through the product's own services while its bot is stopped: quicker than by talking to it."""

from collections.abc import Mapping, Sequence
from types import TracebackType

from sqlalchemy import select

from bench.rig import OWNER, Rig
from bench.worker import Unlimited
from services.clock import SystemClock
from services.connecting.connectors import Connectors
from services.db.engine import open_engine
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.field import RemoteField
from services.domain.integration import ObjectKind
from services.domain.prompt import Ask, Destination, Filled, Known, Place, Scope
from services.fieldbook import FieldBook
from services.integrations.catalogue import CATALOGUE
from services.integrations.doors import Doors
from services.prompts.drafts import Draft
from services.prompts.service import PromptService
from services.secrets import Vault, keys_from_file
from services.workspace.workspaces import WorkspaceService


class Office:
    """The owner's desk in a company that has connected one portal. Every prompt is on at once."""

    def __init__(self, rig: Rig) -> None:
        self._clock = clock = SystemClock()
        self._database = Database(open_engine(rig.database_address))
        doors = Doors(clock=clock, throttle=Unlimited(), guard=lambda: None, allow_private_hosts=True)
        vault = Vault(keys_from_file(rig.data_folder / "secret.key"))
        self._connectors = Connectors(self._database, vault, doors, CATALOGUE)
        self._book = FieldBook(self._connectors, clock)
        self._prompts = PromptService(self._database, clock)

    async def __aenter__(self) -> "Office":
        known = await WorkspaceService(self._database, self._clock).who_is(OWNER)
        assert known is not None, "the bot has not been started yet"
        self._member = known[0]
        async with self._database.read() as session:
            self._integration = (await session.scalars(select(IntegrationRow.id))).one()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connectors.close()
        await self._database.close()

    async def comment(self, name: str, text: str) -> None:
        await self._make(name, Place(), [Ask(text)])

    async def row(self, name: str, title: str, asks: Mapping[str, str], bound: str) -> None:
        """A row of the list with this title; `asks` are by column, `bound` is the column of the deal."""
        found = next(one for one in await self._book.lists(self._integration) if one.name == title)
        columns = _by_name(await self._book.columns(self._integration, found.id))
        place = Place(Destination.LIST, found, (Filled(columns[bound], Known.OBJECT),))
        await self._make(name, place, _asked(columns, asks))

    async def fields(self, name: str, asks: Mapping[str, str]) -> None:
        """Fields of a deal, by name."""
        fields = _by_name(await self._book.fields(self._integration, ObjectKind.DEAL))
        place = Place(Destination.FIELDS, object_kind=ObjectKind.DEAL)
        await self._make(name, place, _asked(fields, asks))

    async def _make(self, name: str, place: Place, asks: Sequence[Ask]) -> None:
        draft = Draft(name, tuple(asks), Scope(self._integration), place)
        prompt = await self._prompts.create(self._member, draft)
        await self._prompts.switches.set(self._member, prompt.id, True)


def _by_name(fields: Sequence[RemoteField]) -> dict[str, RemoteField]:
    return {field.name: field for field in fields}


def _asked(fields: Mapping[str, RemoteField], asks: Mapping[str, str]) -> list[Ask]:
    return [Ask(text, fields[name]) for name, text in asks.items()]
