"""A call of MTS and a file of Yandex Disk all the way: own funnel, words, answer, the caller's deal, the card."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bot.scheduler import Timetable
from sandbox.mts import Vpbx
from sandbox.yandex_disk import Disk
from services.db.models import IntegrationRow
from services.domain.call import Direction
from services.domain.card import LineState, Written
from services.domain.integration import IntegrationState, Kind
from services.integrations.mts import vpbx
from services.integrations.yandex_disk.access import OAUTH
from services.integrations.yandex_disk.failures import QUOTA
from services.integrations.yandex_disk.session import API
from services.ownfunnels.conditions import Condition, Wanted, What
from tests.pipeline.scenes import owner
from tests.pipeline.sources import Source, connected
from tests.pipeline.world import PortalClock, World

PHONE = "+79161234567"
LINE = "+74951234567"


async def mts_source(world: World, stack: AsyncExitStack) -> Source:
    stand = Vpbx(clock=PortalClock(world.clock), limits=True)
    await stand.start()
    stack.push_async_callback(stand.stop)
    world.origins[vpbx.PLACE.origin] = stand.url

    def calls() -> None:
        stand.add_leg(phone=PHONE, own="202", recording=world.sound())
        stand.add_leg(phone=PHONE, own="205", recording=world.sound())

    company = await connected(world, Kind.MTS, {"cabinet": "vpbx", "vpbx_token": stand.token})
    return Source(world, company, Condition(What.LINE, (Wanted(LINE),)), calls)


async def disk_opened(world: World, stack: AsyncExitStack) -> Disk:
    disk = Disk(clock=PortalClock(world.clock))
    await disk.start()
    stack.push_async_callback(disk.stop)
    world.origins.update({API: disk.url, OAUTH: disk.url})
    disk.tree.folder("disk:/Звонки")
    return disk


async def disk_source(world: World, stack: AsyncExitStack) -> Source:
    disk = await disk_opened(world, stack)
    secrets = {"way": "token", "token": disk.token, "folders": "disk:/Звонки"}
    return await source_of(world, disk, secrets)


async def shared_source(world: World, stack: AsyncExitStack) -> Source:
    disk = await disk_opened(world, stack)
    disk.tokens.revoke_all()
    share = disk.shares.publish(disk.tree.find("disk:/Звонки"))
    return await source_of(world, disk, {"way": "link", "shared_link": share.link})


async def source_of(world: World, disk: Disk, secrets: Mapping[str, str]) -> Source:

    def calls() -> None:
        local = world.clock.now() + timedelta(hours=3)
        name = f"{local:%Y-%m-%d_%H-%M-%S}_in_{PHONE.lstrip('+')}_Ирина.wav"
        disk.tree.upload(f"disk:/Звонки/Отдел продаж/{name}", world.sound())
        disk.tree.upload(f"disk:/Звонки/Склад/{name}", world.sound()[:-2])

    company = await connected(world, Kind.YANDEX_DISK, secrets)
    return Source(world, company, Condition(What.FOLDER, (Wanted("Отдел продаж"),)), calls)


@pytest.mark.parametrize(
    "opened", [mts_source, disk_source, shared_source], ids=["mts", "yandex_disk", "shared folder"]
)
async def test_from_the_recording_to_the_deal_and_the_card(
    world: World, opened: Callable[[World, AsyncExitStack], Awaitable[Source]]
) -> None:
    """The other call of each is for no funnel."""
    contact = world.portal.add_contact("Пётр", PHONE)
    deal = world.portal.add_deal("Балкон", contact=contact)
    async with AsyncExitStack() as stack:
        source = await opened(world, stack)
        await source.ask()
        await source.ticks(1)
        began = world.clock.now()
        source.calls()
        await source.ticks(9)
        await world.jobs.run_for(120)
    (comment,) = world.portal.comments("deal", deal)
    assert "дорого" in comment.text
    (view,) = [views[-1] for views in world.notifier.cards.values()]
    assert (view.object_title, view.client, view.place) == ("Балкон", "Пётр", "Продажи")
    assert (view.started_at, view.direction) == (began, Direction.INCOMING)
    assert view.lines[0].written is Written.WRITTEN


@pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)
async def test_a_folder_that_is_missing_among_others_is_told_once_and_so_is_its_return(world: World) -> None:
    """Its calls stay away while the others come: nobody would notice."""
    disk = Disk(clock=PortalClock(world.clock))
    await disk.start()
    world.origins.update({API: disk.url, OAUTH: disk.url})
    disk.tree.folder("disk:/Звонки")
    second = disk.tree.folder("disk:/Второй отдел")
    secrets = {"way": "token", "token": disk.token, "folders": "disk:/Звонки\ndisk:/Второй отдел"}
    company = await connected(world, Kind.YANDEX_DISK, secrets)
    timetable = Timetable(world.database, world.jobs, world.clock, pull_seconds=60)
    told: list[list[str]] = []
    for place in ("disk:/Третий отдел", "disk:/Второй отдел"):
        disk.tree.move(second, place)
        for _ in range(20):
            world.clock.advance(300)
            await timetable.pull()
            await world.jobs.run_due()
        told.append([notice.code for _, notice in world.notifier.told])
    await disk.stop()
    assert told == [["integration_unreachable"], ["integration_unreachable", "integration_healed"]]
    values = world.notifier.told[0][1].values
    assert (values["problem"], values["remote_code"], values["kind"]) == ("gone", "folders", "yandex_disk")
    async with world.database.read() as session:
        row = await session.get_one(IntegrationRow, company.integration_id)
        assert (row.state, row.problem) == (IntegrationState.ACTIVE, None)


async def test_the_days_limit_of_a_link_delays_its_calls_and_is_told_once_a_day(world: World) -> None:
    async with AsyncExitStack() as stack:
        disk = await disk_opened(world, stack)
        share = disk.shares.publish(disk.tree.find("disk:/Звонки"))
        source = await source_of(world, disk, {"way": "link", "shared_link": share.link})
        await source.ask()
        await source.ticks(1)
        share.quota_status = 429
        source.calls()
        await source.ticks(9)
        await world.jobs.run_for(6 * 3600)
        ((_, notice),) = world.notifier.told
        assert (notice.code, notice.values["remote_code"]) == ("exhausted", QUOTA)
        assert len(disk.asked("public-link")) < 12
        share.quota_status = 0
        await world.jobs.run_for(12 * 3600)
    (view,) = [views[-1] for views in world.notifier.cards.values()]
    assert view.lines[0].state is LineState.ANSWERED


async def test_a_link_that_gets_a_password_stops_the_polling_until_it_is_gone(world: World) -> None:
    async with AsyncExitStack() as stack:
        disk = await disk_opened(world, stack)
        share = disk.shares.publish(disk.tree.find("disk:/Звонки"))
        source = await source_of(world, disk, {"way": "link", "shared_link": share.link})
        await source.ask()
        await source.ticks(1)
        share.password = True
        source.calls()
        await source.ticks(5)
        disk.journal.clear()
        await source.ticks(5)
        assert disk.journal == []
        share.password = False
        await world.integrations.check_now(await owner(world), source.company.integration_id)
        await source.ticks(5)
        await world.jobs.run_for(120)
    assert [notice.code for _, notice in world.notifier.told] == ["integration_expired", "integration_healed"]
    assert len(world.notifier.cards) == 1
