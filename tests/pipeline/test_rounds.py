"""One job looks at many integrations, and none of them is held up by another."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.scheduler import Timetable
from sandbox.bitrix24 import Portal
from sandbox.faults import Fault
from services.db.models import AuditRow, CallRow, IntegrationRow, VerdictRow
from services.domain.call import Direction, FoundCall
from services.domain.integration import IntegrationState, Kind
from services.jobs.queues import Job
from services.pipeline.rounds import AT_ONCE, Line
from services.secrets import Vault
from tests.fakes.clock import START
from tests.fakes.rows import TEST_KEYS, add_prompt, add_telephony
from tests.fakes.telephony import Exchange
from tests.pipeline.world import PortalClock, World

STATISTICS = "voximplant.statistic.get"


@pytest.fixture
async def second(world: World) -> AsyncIterator[Portal]:
    """Another company's portal, connected after the first one."""
    portal = Portal(clock=PortalClock(world.clock), secret="another-secret")
    await portal.start()
    async with world.database.write() as session:
        session.add(
            IntegrationRow(
                workspace_id=world.company.workspace_id,
                kind=Kind.BITRIX24,
                name="Второй портал",
                account="second.test",
                secrets=Vault(TEST_KEYS).close({"webhook_url": portal.webhook_url}),
                settings={},
                state=IntegrationState.ACTIVE,
                created_at=world.clock.now(),
            )
        )
    yield portal
    await portal.stop()


async def rows(world: World) -> list[IntegrationRow]:
    async with world.database.read() as session:
        return list(await session.scalars(select(IntegrationRow).order_by(IntegrationRow.id)))


async def calls(world: World) -> list[str]:
    async with world.database.read() as session:
        return list(await session.scalars(select(CallRow.external_id).order_by(CallRow.id)))


async def tick(world: World, seconds: float = 60) -> None:
    world.clock.advance(seconds)
    await Timetable(world.database, world.jobs, world.clock, pull_seconds=60).pull()
    await world.jobs.run_due()


async def test_one_job_looks_at_all_of_them(world: World, second: Portal) -> None:
    await tick(world)
    one, two = world.portal.add_call(), second.add_call()
    await tick(world)
    assert sorted(await calls(world)) == sorted([f"stat:{one.statistic_id}", f"stat:{two.statistic_id}"])
    assert [job.name for job in world.jobs.done].count(Job.ROUND) == 2


async def test_looks_that_find_nothing_are_remembered_together(world: World, second: Portal) -> None:
    await tick(world)
    before = [row.cursor for row in await rows(world)]
    await tick(world)
    after = await rows(world)
    assert [row.last_pull_at for row in after] == [world.clock.now()] * 2
    assert all(row.cursor != old for row, old in zip(after, before, strict=True))


async def test_many_calls_go_on_in_a_job_of_their_own(world: World, second: Portal) -> None:
    await tick(world)
    for _ in range(210):
        world.portal.add_call(activity=False)
    await tick(world)
    assert len(await calls(world)) == 210
    names = [job.name for job in world.jobs.done]
    assert (names.count(Job.ROUND), names.count(Job.PULL)) == (2, 1)


async def test_one_that_fails_does_not_keep_the_others_out(world: World, second: Portal) -> None:
    await tick(world)
    world.portal.faults.add(Fault("html", times=None))
    call = second.add_call()
    await tick(world)
    failing, well = await rows(world)
    assert (failing.problem, well.problem) == ("unreachable", None)
    assert await calls(world) == [f"stat:{call.statistic_id}"]
    world.portal.faults.clear()
    await tick(world)
    assert [(row.problem, row.failures) for row in await rows(world)] == [(None, 0)] * 2


async def test_one_that_does_not_answer_is_not_asked_twice_nor_waited_for(world: World, second: Portal) -> None:
    await tick(world)
    run, asked = world.pipeline.handlers[Job.ROUND], len(second.asked(STATISTICS))
    world.portal.faults.add(Fault("delay", STATISTICS, seconds=0.5))
    before = len(world.portal.faults.shown)

    async def next_round() -> None:
        while len(world.portal.faults.shown) == before:
            await asyncio.sleep(0.01)
        await run("0/1@2", 0)
        assert len(second.asked(STATISTICS)) == asked + 2
        assert len(world.portal.faults.shown) == before + 1

    world.clock.advance(60)
    await asyncio.gather(run("0/1@1", 0), next_round())
    assert [row.last_pull_at for row in await rows(world)] == [world.clock.now()] * 2


async def add_accounts(world: World, count: int, **values: Any) -> None:
    async with world.database.write() as session:
        for number in range(count):
            shared = {
                "name": "N",
                "settings": {},
                "state": IntegrationState.ACTIVE,
                "created_at": world.clock.now(),
            }
            account = f"{values['kind']}-{number}.test"
            session.add(
                IntegrationRow(**shared, **values, account=account, workspace_id=world.company.workspace_id)
            )


async def hanging(world: World, exchange: Exchange) -> asyncio.Event:
    """Forty accounts of a vendor that does not answer, and after them the portal of the company."""
    await tick(world)
    vault, old = Vault(TEST_KEYS), (await rows(world))[0]
    async with world.database.write() as session:
        await session.execute(update(IntegrationRow).values(state=IntegrationState.DISCONNECTED))
    await add_accounts(world, 40, kind=Kind.NOVOFON, secrets=vault.close({"token": "t"}))
    webhook = {"webhook_url": world.portal.webhook_url}
    await add_accounts(world, 1, kind=Kind.BITRIX24, secrets=vault.close(webhook), cursor=old.cursor)
    world.clock.advance(60)
    exchange.answers = asyncio.Event()
    return exchange.answers


async def test_a_vendor_that_hangs_does_not_hold_up_another(world: World, exchange: Exchange) -> None:
    answers = await hanging(world, exchange)
    call = world.portal.add_call()
    whole = asyncio.ensure_future(world.pipeline.handlers[Job.ROUND]("0/1@1", 0))
    async with asyncio.timeout(10):
        while not await calls(world):
            await asyncio.sleep(0.01)
    assert await calls(world) == [f"stat:{call.statistic_id}"]
    assert not whole.done()
    assert exchange.asked <= AT_ONCE
    answers.set()
    await whole
    assert exchange.asked == 40


async def test_a_free_place_goes_to_the_system_that_has_the_fewest(world: World) -> None:
    await add_accounts(world, 40, kind=Kind.NOVOFON, secrets="")
    await add_accounts(world, 40, kind=Kind.MTS, secrets="", failures=3)
    await add_accounts(world, 4, kind=Kind.MTS, secrets="")
    line = Line(await rows(world))
    first = [line.next() for _ in range(32)]
    assert Counter(row.kind for row in first if row) == {Kind.NOVOFON: 16, Kind.MTS: 15, Kind.BITRIX24: 1}
    assert [row.failures for row in first if row and row.kind == Kind.MTS] == [0] * 4 + [3] * 11
    for row in first:
        if row and row.kind == Kind.NOVOFON:
            line.ended(row)
            following = line.next()
            assert following is not None
            assert following.kind == Kind.NOVOFON


async def test_shares_cover_every_integration_once(world: World, second: Portal) -> None:
    run = world.pipeline.handlers[Job.ROUND]
    await run("0/2@1", 0)
    await run("1/2@1", 0)
    assert len(world.portal.asked(STATISTICS)) == len(second.asked(STATISTICS)) == 1


async def test_an_access_renewed_meanwhile_is_not_called_expired(world: World) -> None:
    """The old one is refused after the new one was stored: polling goes on with the new one."""
    await tick(world)
    good = Vault(TEST_KEYS).close({"webhook_url": world.portal.webhook_url})
    world.portal.revoke()
    world.portal.faults.add(Fault("delay", STATISTICS, seconds=0.3))

    async def renew() -> None:
        while not world.portal.faults.shown:
            await asyncio.sleep(0.01)
        async with world.database.write() as session:
            row = await session.get_one(IntegrationRow, world.company.integration_id)
            row.secrets = Vault(TEST_KEYS).close({"webhook_url": world.portal.webhook_url})
        assert row.secrets != good

    world.clock.advance(60)
    await asyncio.gather(world.pipeline.handlers[Job.ROUND]("0/1@9", 0), renew())
    (row,) = await rows(world)
    assert (row.state, row.problem) == (IntegrationState.ACTIVE, None)
    await tick(world)
    async with world.database.read() as session:
        assert list(await session.scalars(select(AuditRow.action).where(AuditRow.action.like("%expired%")))) == []


ODD = [
    FoundCall("odd:surrogate", START, 60, Direction.INCOMING, "+7900\ud800", answered=True),
    FoundCall("odd:zero", START, 60, Direction.INCOMING, "+7\x00900", answered=True, manager_name="\x00"),
    FoundCall("odd:long", START, 10**30, Direction.INCOMING, "9" * 500, answered=True),
    FoundCall("odd:refs", START, 60, Direction.INCOMING, "", answered=True, refs={"file": "a\x00\ud800"}),
    FoundCall("\ud800", START, 60, Direction.INCOMING, "", answered=True),
    FoundCall("x" * 4000, START, 60, Direction.INCOMING, "", answered=True),
]


async def test_odd_calls_are_stored_as_far_as_they_can_be_and_keep_nobody_out(
    world: World, exchange: Exchange
) -> None:
    await add_telephony(world.database, world.company, world.clock.now())
    await tick(world)
    exchange.calls.extend(ODD)
    good = exchange.add_call("+79000000011", b"", world.clock.now())
    await tick(world)
    stored = await calls(world)
    assert {"odd:surrogate", "odd:zero", "odd:long", "odd:refs", good.external_id} <= set(stored)
    await tick(world)
    assert len(await calls(world)) == len(stored)
    assert all(row.problem is None for row in await rows(world))


async def test_calls_nobody_asks_about_end_without_a_job_and_say_why(world: World) -> None:
    await tick(world)
    prompt = await add_prompt(
        world.database, world.company, "Итог", "О чём?", enabled_at=world.clock.now(), now=world.clock.now()
    )
    world.clock.advance(60)
    world.portal.add_call(failed_code="304", duration=0)
    world.portal.add_call(started=world.clock.now() - timedelta(hours=1))
    await tick(world)
    async with world.database.read() as session:
        ended = await session.execute(select(CallRow.state, CallRow.reason).order_by(CallRow.id))
        verdicts = await session.execute(
            select(VerdictRow.prompt_id, VerdictRow.reason).order_by(VerdictRow.call_id)
        )
        assert ended.all() == [("skipped", "not_answered"), ("skipped", "no_prompts")]
        assert verdicts.all() == [(prompt, "not_answered"), (prompt, "started_before_enabled")]
    assert Job.PROCESS not in [job.name for job in world.jobs.done]
