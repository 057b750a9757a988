"""People of a company who act at the same moment, links that were left open, and whoever is named as an owner."""

import asyncio

import pytest
from sqlalchemy import select

from bot.speaking.eraser import Eraser
from services.db.models import ClaimRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.workspace import Language, Member, Role
from services.errors import NotFound, Refused
from services.forgetting.phone import PhoneForgetting
from services.workspace.companies import CompanyService
from services.workspace.founding import Founding
from services.workspace.invitations import MOST_OPEN, InvitationService
from services.workspace.limits import Limits, Quota
from services.workspace.members import MemberService
from services.workspace.presence import DELETED
from services.workspace.workspaces import WorkspaceService
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import JobBoard
from tests.harness.telegram import bot_at, languages


class People:
    """A company with its services."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.workspaces = WorkspaceService(database, clock)
        self.founding = Founding(database, clock)
        self.members = MemberService(database, clock)
        self.invitations = InvitationService(database, clock)
        self.companies = CompanyService(database, clock)

    async def add(self, user_id: int, role: Role) -> Member:
        return await self.workspaces.add_member(1, user_id, f"Человек {user_id}", role)

    async def roles(self, workspace_id: int = 1) -> dict[int, Role]:
        return {one.user_id: one.role for one in await self.members.of(workspace_id)}


@pytest.fixture
async def people(database: Database, clock: FakeClock) -> People:
    made = People(database, clock)
    await made.founding.ensure_first([])
    return made


async def test_of_two_owners_who_remove_each_other_one_is_too_late(people: People) -> None:
    first, second = await people.add(1, Role.OWNER), await people.add(2, Role.OWNER)
    await people.add(3, Role.OWNER)
    done = await asyncio.gather(
        people.members.remove(first, second.id), people.members.remove(second, first.id), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["Member", "NotFound"]
    assert len(await people.roles()) == 2


async def test_two_owners_hand_over_at_once(people: People) -> None:
    """To each other, and to two others: somebody always owns it, and nobody gives away what they have lost."""
    first, second = await people.add(1, Role.OWNER), await people.add(2, Role.OWNER)
    await asyncio.gather(
        people.members.hand_over(first, second.id),
        people.members.hand_over(second, first.id),
        return_exceptions=True,
    )
    roles = await people.roles()
    assert sorted(roles.values()) == [Role.EDITOR, Role.OWNER]
    lost = first if roles[1] is Role.EDITOR else second
    third = await people.add(3, Role.VIEWER)
    for act in (
        people.members.hand_over(lost, third.id),
        people.members.set_role(lost, third.id, Role.OWNER),
        people.members.remove(lost, third.id),
        people.invitations.invite(lost, Role.OWNER, days=1),
    ):
        with pytest.raises(NotFound):
            await act
    assert (await people.roles())[3] is Role.VIEWER


async def test_whoever_was_lowered_meanwhile_changes_nothing_of_the_company(people: People) -> None:
    """The press came before, and stood behind the lowering."""
    first, second = await people.add(1, Role.OWNER), await people.add(2, Role.OWNER)
    await people.members.set_role(first, second.id, Role.EDITOR)
    eraser = Eraser(bot_at("http://127.0.0.1:1", "42:nobody"), languages())
    forgetting = PhoneForgetting(people.database, JobBoard(people.clock), eraser, people.clock)
    for act in (
        people.companies.rename(second, "Другая"),
        people.workspaces.set_zone(second, "Asia/Omsk"),
        people.workspaces.set_daily_cap(second, "1"),
        people.workspaces.set_company_language(second, Language.EN),
        people.workspaces.set_mask_personal(second, to=False),
        forgetting.forget(second, "+79261234567"),
    ):
        with pytest.raises(NotFound):
            await act
    assert (await people.companies.rename(first, "Другая")).name == "Другая"


async def test_a_link_made_while_its_maker_was_removed_opens_nothing(people: People) -> None:
    """The link's row was stored after the removal had looked for open ones."""
    owner, second = await people.add(1, Role.OWNER), await people.add(2, Role.OWNER)
    _, token = await people.invitations.invite(second, Role.OWNER, days=0)
    await people.members.remove(owner, second.id)
    async with people.database.write() as session:
        claim = (await session.scalars(select(ClaimRow))).one()
        claim.revoked_at = None
    with pytest.raises(NotFound):
        await people.invitations.join(token, 77, "Вор")
    assert set(await people.roles()) == {1}


async def test_the_last_free_place_is_taken_once(people: People, clock: FakeClock) -> None:
    founder = await people.companies.sign_up(50, "Пётр", Language.RU)
    invitations = InvitationService(people.database, clock, Quota(Limits(members=2)))
    tokens = [(await invitations.invite(founder, Role.VIEWER, days=1))[1] for _ in range(3)]
    done = await asyncio.gather(
        *(invitations.join(token, 60 + place, "Гость") for place, token in enumerate(tokens)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["Member", "Refused", "Refused"]
    assert len(await people.roles(founder.workspace_id)) == 2


async def test_one_who_is_removed_while_they_are_raised(people: People) -> None:
    owner, guest = await people.add(1, Role.OWNER), await people.add(2, Role.VIEWER)
    _, token = await people.invitations.invite(owner, Role.EDITOR, days=1)
    done = await asyncio.gather(
        people.invitations.join(token, 2, "Гость"), people.members.remove(owner, guest.id), return_exceptions=True
    )
    assert not [one for one in done if isinstance(one, BaseException)]


async def test_two_links_of_one_person_at_once(people: People) -> None:
    owner = await people.add(1, Role.OWNER)
    tokens = [(await people.invitations.invite(owner, role, days=1))[1] for role in (Role.EDITOR, Role.VIEWER)]
    await asyncio.gather(*(people.invitations.join(token, 2, "Гость") for token in tokens))
    assert (await people.roles())[2] is Role.EDITOR


async def test_a_claim_ends_with_the_first_owner_whoever_made_them_one(people: People) -> None:
    """The printed link stays in the log of the start for ever."""
    token = await people.founding.make_claim()
    assert token is not None
    await people.founding.ensure_first([1])
    with pytest.raises(NotFound):
        await people.founding.claim(token, 66, "Вор")
    assert await people.roles() == {1: Role.OWNER}


async def test_a_claim_is_for_one(people: People) -> None:
    token = await people.founding.make_claim()
    assert token is not None
    done = await asyncio.gather(
        *(people.founding.claim(token, number, "Гость") for number in (1, 2)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in done) == ["Member", "NotFound"]
    assert len(await people.roles()) == 1


async def test_a_named_owner_who_was_removed_stays_away_until_named_anew(people: People) -> None:
    await people.founding.ensure_first([1, 2])
    first, second = await people.members.of(1)
    await people.members.remove(first, second.id)
    await people.members.set_role(first, (await people.add(3, Role.EDITOR)).id, Role.OWNER)
    await people.founding.ensure_first([1, 2])
    assert await people.roles() == {1: Role.OWNER, 3: Role.OWNER}
    await people.founding.ensure_first([1])
    await people.founding.ensure_first([1, 2])
    assert (await people.roles())[2] is Role.OWNER


async def test_an_editor_who_is_named_becomes_an_owner(people: People) -> None:
    """The way in when the only owner's account is gone."""
    await people.founding.ensure_first([1])
    await people.add(2, Role.EDITOR)
    await people.founding.ensure_first([1, 2])
    assert (await people.roles())[2] is Role.OWNER


async def test_a_strangers_company_never_becomes_the_installations(people: People) -> None:
    guest = await people.companies.sign_up(50, "Гость", Language.RU)
    async with people.database.write() as session:
        row = await session.get_one(WorkspaceRow, 1)
        row.settings = {**row.settings, DELETED: "now"}
    await people.founding.ensure_first([1])
    assert await people.roles(guest.workspace_id) == {50: Role.OWNER}
    known = await people.workspaces.who_is(1)
    assert known is not None
    assert known[1].id not in (1, guest.workspace_id)


async def test_nobody_gets_into_a_company_that_is_being_deleted(people: People) -> None:
    owner = await people.add(1, Role.OWNER)
    _, token = await people.invitations.invite(owner, Role.OWNER, days=1)
    async with people.database.write() as session:
        row = await session.get_one(WorkspaceRow, 1)
        row.settings = {**row.settings, DELETED: "now"}
    with pytest.raises(NotFound):
        await people.invitations.join(token, 2, "Гость")
    assert set(await people.roles()) == {1}


async def test_every_open_link_has_its_place_in_the_list(people: People, clock: FakeClock) -> None:
    owner = await people.add(1, Role.OWNER)
    number, _ = await people.invitations.invite(owner, Role.VIEWER, days=0)
    for _ in range(30):
        used, _ = await people.invitations.invite(owner, Role.VIEWER, days=1)
        await people.invitations.revoke(owner, used)
    for _ in range(MOST_OPEN - 1):
        await people.invitations.invite(owner, Role.VIEWER, days=1)
    with pytest.raises(Refused, match="too_many_invitations"):
        await people.invitations.invite(owner, Role.VIEWER, days=1)
    assert number in [one.id for one in await people.invitations.of(1)]
    assert (await people.invitations.get(owner, used)).id == used
    clock.advance(2 * 86_400)
    await people.invitations.invite(owner, Role.VIEWER, days=1)


async def test_a_setting_does_not_bring_back_a_company_that_is_being_deleted(people: People) -> None:
    owner = await people.add(1, Role.OWNER)
    async with people.database.write() as session:
        row = await session.get_one(WorkspaceRow, 1)
        row.settings = {**row.settings, DELETED: True}
    for act in (
        people.workspaces.set_daily_cap(owner, "100"),
        people.workspaces.set_recommended(owner, 5),
        people.workspaces.set_zone(owner, "Asia/Omsk"),
        people.workspaces.set_company_language(owner, Language.EN),
    ):
        with pytest.raises(NotFound):
            await act
