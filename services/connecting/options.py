"""What may be set about a connected integration: one text value each, as its catalogue entry offers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.access import Action
from services.audit import note
from services.connecting.accounts import integration_of_row, own_account
from services.connecting.connectors import Connectors
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.domain.integration import Integration, Kind
from services.domain.workspace import Member
from services.errors import Refused
from services.integrations.base import CheckLine, OptionTrial
from services.integrations.entry import Step
from services.integrations.steps import is_asked
from services.ports import Clock
from services.workspace.presence import check_still_may


@dataclass(frozen=True)
class OptionSheet:
    """The options of an integration with the values in force; facts of its check stand in for unset ones."""

    integration: Integration
    options: tuple[Step, ...]
    values: Mapping[str, str]
    """Of options and facts: an option may be for accounts of one sort only (`Step.only_if`)."""
    chosen: frozenset[str]
    """Options that people set; the others are as the system or the product has them."""

    @property
    def shown(self) -> tuple[tuple[int, Step], ...]:
        """(number, option) of those that mean something beside the others' values."""
        return tuple((n, one) for n, one in enumerate(self.options) if is_asked(one, self.values))


class OptionService:
    def __init__(self, database: Database, connectors: Connectors, clock: Clock) -> None:
        self._database = database
        self._connectors = connectors
        self._clock = clock

    async def of(self, member: Member, integration_id: int) -> OptionSheet:
        """Raises NotFound."""
        async with self._database.read() as session:
            return self._sheet(await own_account(session, member, integration_id))

    def parse(self, sheet: OptionSheet, option: Step, text: str) -> str:
        """What was sent, as it would be stored. Raises Refused with a code of what is wrong."""
        entry = self._connectors.catalogue[sheet.integration.kind]
        if option.choices and text not in option.choices:
            raise Refused("not_a_choice")
        return text if option.choices else entry.parse_option(option.field, text)

    async def try_out(self, sheet: OptionSheet, option: Step, value: str) -> Sequence[CheckLine] | None:
        """What it would do; None: there is nothing to show. Raises remote failures, NotFound."""
        connector = await self._connectors.get(sheet.integration.id)
        if not isinstance(connector, OptionTrial):
            return None
        return await connector.try_option(option.field, value) or None

    async def set(self, member: Member, integration_id: int, option: Step, value: str | None) -> OptionSheet:
        """None: as the system or the product has it. Raises NotFound."""
        async with self._database.write() as session:
            await check_still_may(session, member, Action.CONNECT)
            row = await own_account(session, member, integration_id, lock=True)
            options = {field: kept for field, kept in row.options.items() if field != option.field}
            row.options = options if value is None else {**options, option.field: value}
            # A value may be long or name folders and fields of the customer: the audit only says which it was.
            note(
                session,
                self._clock,
                row.workspace_id,
                member.user_id,
                "integration_option",
                row.id,
                name=row.name,
                option=option.field,
                to="default" if value is None else "set",
            )
            sheet = self._sheet(row)
        await self._connectors.forget(integration_id)
        return sheet

    def _sheet(self, row: IntegrationRow) -> OptionSheet:
        options = self._connectors.catalogue[Kind(row.kind)].options
        known = {**row.settings, **row.options}
        fields = {one.field for one in options}
        values = {name: _as_text(known.get(name)) for name in {*fields, *known}}
        chosen = frozenset(row.options) & fields
        return OptionSheet(integration_of_row(row), options, values, chosen)


def _as_text(value: object) -> str:
    """Facts of a check need not be text: a number, a list of folders, a yes or no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)
