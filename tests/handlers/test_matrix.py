"""Every route, every role, one's own company and another's, private and group: nothing leaks, nothing acts."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import pytest
from sqlalchemy import Table, select

from handlers.states import Dialogue
from handlers.workspace import texts
from services.access import Action, may
from services.db.models import Base
from services.db.unit_of_work import Database
from services.domain.call import CallState
from services.domain.workspace import Role
from tests.fakes.clock import FakeClock
from tests.handlers.prompts.making import fill
from tests.handlers.routes import EXISTING, Probe, every_probe
from tests.handlers.test_status import add_call
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)

SECRETS = ("Секретный", "Альфа", "127.0.0.1", "Анна", "79001112233")
PROBES = every_probe()
TRACES = {"wizard_state", "person", "inbox", "account"}
"""Tables in which a person leaves only their own traces."""
OF_THE_FIRST = {
    "workspace_id",
    "integration_id",
    "prompt_id",
    "version_id",
    "call_id",
    "funnel_id",
}
Rows = Mapping[tuple[str, Any], Mapping[str, Any]]


@pytest.fixture
async def first(database: Database, clock: FakeClock) -> AsyncIterator[World]:
    """A company in which there is one of everything; each has the number 1."""
    world = World(database, clock)
    world.signup = True
    async with world:
        owner = await world.member(Role.OWNER, "Анна")
        assert owner.member is not None
        await world.companies.rename(owner.member, "Альфа")
        await owner.types("/connect")
        await owner.press("Битрикс24")
        await owner.types(world.portal.webhook_url)
        await fill(world, owner, "Секретный")
        await add_call(world, client_name="Секретный", phone="79001112233", state=CallState.FAILED)
        await owner.types("/subscribe")
        await world.invitations.invite(owner.member, Role.EDITOR, days=0)
        yield world


async def rows(world: World) -> Rows:
    found: dict[tuple[str, Any], Mapping[str, Any]] = {}
    async with world.database.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in TRACES:
                for row in await session.execute(select(table)):
                    found[_key(table, row._mapping)] = dict(row._mapping)
    return found


def _key(table: Table, row: Mapping[Any, Any]) -> tuple[str, Any]:
    return table.name, tuple(row[column.name] for column in table.primary_key)


def belongs_to_the_first(key: tuple[str, Any], row: Mapping[str, Any]) -> bool:
    name, number = key
    if name == "workspace":
        return bool(number == (EXISTING,))
    return any(row.get(column) == EXISTING for column in OF_THE_FIRST & row.keys())


class Intruder:
    """Tries one probe after another and collects everything the bot answers."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.failures: list[str] = []

    async def try_all(self, probes: Iterable[Probe], refusals: tuple[str, ...] | None, mark: str = "") -> None:
        for probe in probes:
            heard = await self._try(probe, mark)
            leaked = [secret for secret in SECRETS if secret in heard]
            refused = refusals is None or not heard.strip() or any(one in heard for one in refusals)
            if leaked or not refused:
                self.failures.append(f"{probe} -> {heard!r}")

    async def _try(self, probe: Probe, mark: str) -> str:
        user = self.user
        before = {shown.message_id: shown.edited for shown in user.messages}
        user.alert = ""
        if probe.state:
            state = user.world.dispatcher.fsm.get_context(user.world.bot, user.chat.id, user.person.id)
            await state.set_state(probe.state)
            await state.set_data({"number": 1})
        if probe.data:
            await user.forges(probe.data + mark)
        else:
            await user.types(probe.text)
        if probe.state:
            await state.set_state(None)
        changed = [
            f"{shown.text} {shown.buttons}"
            for shown in user.messages
            if before.get(shown.message_id) != shown.edited and shown.text != "old"
        ]
        return "\n".join([user.alert, *changed])


async def places(world: World, user: User) -> tuple[User, User]:
    """Their private chat, and the group that listens to the first company."""
    owner = next(iter(world.users.values()))
    group = world.telegram.group("Отдел", [owner.person, user.person])
    await owner.within(group).types("/subscribe")
    world.telegram.private(user.person).started = True
    return user, user.within(group)


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.EDITOR])
async def test_what_a_role_may_not_do_is_neither_done_nor_told(first: World, role: Role | None) -> None:
    first.signup = False
    first.restart()
    user = first.stranger("Борис") if role is None else await first.member(role, "Борис")
    private, group = await places(first, user)
    probes = [one for one in PROBES if one.needs is not None and (role is None or not may(role, one.needs))]
    assert len(probes) > 40
    with first.i18n.context(), first.i18n.use_locale("ru"):
        doors = (texts.closed_door(), texts.closed_door_short())
        refusals = (*doors, texts.not_yours(), texts.old_window(), texts.unknown())
    before = await rows(first)
    for place in (private, group):
        intruder = Intruder(place)
        await intruder.try_all(probes, refusals)
        assert intruder.failures == []
    assert await rows(first) == before


async def test_the_owner_of_another_company_neither_sees_nor_changes_anything(first: World) -> None:
    user = first.stranger("Ева")
    await user.types("/start")
    private, group = await places(first, user)
    before = {key: row for key, row in (await rows(first)).items() if belongs_to_the_first(key, row)}
    assert {"workspace", "prompt", "prompt_version", "call", "integration", "member"} <= {
        name for name, _ in before
    }
    for place, mark in ((private, ""), (private, "@1"), (group, "")):
        intruder = Intruder(place)
        await intruder.try_all(PROBES, None, mark)
        assert intruder.failures == []
    after = {key: row for key, row in (await rows(first)).items() if belongs_to_the_first(key, row)}
    assert after == before


async def test_every_kind_of_route_is_tried(first: World) -> None:
    """The walk has found them: a change of the library or of our filters must not quietly empty the matrix."""
    assert {probe.state for probe in PROBES if probe.state} == {state.state for state in Dialogue.__states__}
    assert {probe.needs for probe in PROBES} >= set(Action) - {Action.BE_WARNED}
    assert len({probe.route for probe in PROBES if probe.data}) > 60
