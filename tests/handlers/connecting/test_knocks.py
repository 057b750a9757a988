"""Remote systems knock at an address nobody can guess; a knock is a hint and nothing more."""

import pytest
from sqlalchemy import select, update

from bot.logs import set_up_logs
from services.connecting.knocks import PATIENCE
from services.db.models import IntegrationRow
from services.domain.integration import IntegrationState
from services.domain.workspace import Role
from services.integrations.knocking import Knock, Reply
from services.jobs.queues import Job
from tests.fakes.systems import Cabinet
from tests.handlers.connecting.conftest import PUBLIC, Outside, connect_cabinet
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


async def address(user: User, name: str = "Кабинет") -> str:
    """As the owner reads it on the integration's card."""
    await user.types("/integrations")
    await user.press(name)
    await user.press("Мгновенные звонки")
    (found,) = [line for line in user.last.text.split("\n") if line.startswith(PUBLIC)]
    return found


def pulls(world: World) -> int:
    return sum(job.name == Job.PULL for job in [*world.jobs.waiting, *world.jobs.done])


async def test_a_knock_looks_at_once_and_repeats_are_harmless(
    world: World, owner: User, outside: Outside, cabinet: Cabinet
) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    assert "вставьте в кабинете" in owner.last.text
    before = cabinet.pulls
    for _ in range(20):
        assert await outside.asks(hook, "POST", data={"event": "x"}) == (200, "")
    assert pulls(world) == 1
    await world.jobs.run_due()
    assert cabinet.pulls == before + 1


async def test_the_last_knock_is_always_followed_by_a_look(
    world: World, owner: User, outside: Outside, cabinet: Cabinet
) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    await outside.asks(hook, "POST")
    await world.jobs.run_due()
    seen = cabinet.pulls
    world.clock.advance(1)
    for _ in range(3):
        await outside.asks(hook, "POST")
    await world.jobs.run_due()
    assert cabinet.pulls == seen
    await world.jobs.run_for(6)
    assert cabinet.pulls == seen + 1


async def test_what_came_is_given_to_the_system_and_its_answer_goes_back(
    owner: User, outside: Outside, cabinet: Cabinet, world: World
) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    cabinet.reply = lambda knock: Reply(wakes=False, body=knock.query.get("zd_echo", ""))
    assert await outside.asks(f"{hook}?zd_echo=abc") == (200, "abc")
    await outside.asks(hook, "POST", data=b"\xff\x00", headers={"Signature": "s"})
    (first, second) = cabinet.heard
    assert (first.method, first.query) == ("GET", {"zd_echo": "abc"})
    assert (second.body, second.headers["signature"]) == (b"\xff\x00", "s")
    assert pulls(world) == 0


async def test_unknown_addresses_give_no_hint(world: World, owner: User, outside: Outside) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    nowhere = await outside.asks("/nothing/here")
    for wrong in (f"{PUBLIC}/hook/x", hook[:-1], hook[:-1] + ("a" if hook[-1] != "a" else "b"), hook + "/"):
        assert await outside.asks(wrong, "POST") == nowhere
    async with world.database.write() as session:
        await session.execute(update(IntegrationRow).values(state=IntegrationState.DISCONNECTED))
    assert await outside.asks(hook, "POST") == nowhere


async def test_a_large_body_is_refused(owner: User, outside: Outside, cabinet: Cabinet) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    assert (await outside.asks(hook, "POST", data=b"x" * (64 * 1024 + 1)))[0] == 413
    assert cabinet.heard == []
    assert (await outside.asks(hook, "POST", data=b"x" * 64 * 1024))[0] == 200


async def test_too_many_knocks_are_put_off(owner: User, outside: Outside, cabinet: Cabinet) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    answers = [(await outside.asks(hook, "POST"))[0] for _ in range(PATIENCE.burst + 3)]
    assert answers.count(429) == 3
    assert len(cabinet.heard) == PATIENCE.burst


def broken(knock: Knock) -> Reply:
    raise ValueError("no such field")


async def test_a_knock_that_breaks_its_reader_is_still_a_hint(
    world: World, owner: User, outside: Outside, cabinet: Cabinet
) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    cabinet.reply = broken
    assert (await outside.asks(hook, "POST", data=b"{"))[0] == 200
    assert pulls(world) == 1


async def test_a_stopped_integration_is_not_woken(world: World, owner: User, outside: Outside) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    async with world.database.write() as session:
        await session.execute(update(IntegrationRow).values(state=IntegrationState.EXPIRED))
    assert (await outside.asks(hook, "POST"))[0] == 200
    assert pulls(world) == 0


async def test_nothing_of_a_knock_is_logged_but_the_integration(
    owner: User, outside: Outside, capsys: pytest.CaptureFixture[str]
) -> None:
    await connect_cabinet(owner)
    hook = await address(owner)
    set_up_logs("DEBUG", "text")
    await outside.asks(hook, "POST", data={"phone": "+79001234567"})
    said = "".join(capsys.readouterr())
    assert "integration_id" in said
    assert "+79001234567" not in said
    assert hook.rsplit("/", 1)[1] not in said


async def test_the_address_stays_through_a_renewal_and_is_shown_to_owners_in_private_only(
    world: World, owner: User
) -> None:
    await connect_cabinet(owner)
    async with world.database.read() as session:
        made = await session.scalar(select(IntegrationRow.hook))
    hook = await address(owner)
    assert hook == f"{PUBLIC}/hook/{made}"
    await connect_cabinet(owner, "key-two")
    assert await address(owner) == hook
    editor = await world.member(Role.EDITOR, "Борис")
    await editor.types("/integrations")
    await editor.press("Кабинет")
    assert editor.last.buttons == ["‹ Назад"]
    group = world.telegram.group("Отдел продаж", [owner.person])
    there = owner.within(group)
    await there.types("/integrations")
    await there.press("Кабинет")
    await there.press("Мгновенные звонки")
    assert "личной переписке" in there.alert
    assert not there.sees(PUBLIC)


async def test_bitrix24_is_woken_by_its_outgoing_webhook(world: World, owner: User, outside: Outside) -> None:
    await owner.types(world.portal.webhook_url)
    hook = await address(owner, "127.0.0.1")
    assert "ONVOXIMPLANTCALLEND" in owner.last.text
    ended = {"event": "OnVoximplantCallEnd", "data[CALL_ID]": "x", "auth[application_token]": "t"}
    for body in ({"event": "ONTASKADD"}, {}, {"event[]": "ONVOXIMPLANTCALLEND"}):
        assert (await outside.asks(hook, "POST", data=body))[0] == 200
    assert (await outside.asks(hook, "POST", data=b"&" * 60_000))[0] == 200
    assert (await outside.asks(f"{hook}?event=ONVOXIMPLANTCALLEND"))[0] == 200
    assert pulls(world) == 0
    assert (await outside.asks(hook, "POST", data=ended))[0] == 200
    assert pulls(world) == 1


class TestWithoutAnAddressOfOurOwn:
    @pytest.fixture
    def public_url(self) -> str:
        return ""

    async def test_it_is_not_offered(self, world: World, owner: User) -> None:
        await connect_cabinet(owner)
        await owner.types("/integrations")
        await owner.press("Кабинет")
        assert not any("Мгновенные" in one for one in owner.last.buttons)
        async with world.database.read() as session:
            assert await session.scalar(select(IntegrationRow.hook)) is None
