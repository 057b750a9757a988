"""Each system says how it feels in its own words; an access that ends is told of ahead, once and once more."""

from datetime import timedelta

import pytest

from services.errors import RateLimited, Unauthorized
from services.jobs.queues import Job
from tests.fakes.systems import Cabinet
from tests.handlers.connecting.conftest import connect_cabinet
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


async def each_hour(world: World, hours: int) -> None:
    for _ in range(hours):
        async with world.database.write() as session:
            tick = int(world.clock.now().timestamp() / 3600)
            await world.jobs.put(session, Job.EXPIRY, str(tick), lane="housekeeping")
        await world.jobs.run_due()
        world.clock.advance(3600)


async def expiring(world: World, owner: User, cabinet: Cabinet, **left: int) -> None:
    cabinet.facts["expires_at"] = (world.clock.now() + timedelta(**left)).isoformat()
    await connect_cabinet(owner)


def told(user: User) -> list[str]:
    return [shown.text for shown in user.messages if "доступ закончится" in shown.text]


async def test_told_two_weeks_ahead_and_on_the_last_day(world: World, owner: User, cabinet: Cabinet) -> None:
    await expiring(world, owner, cabinet, days=15)
    await each_hour(world, 2)
    assert told(owner) == []
    world.clock.advance(22 * 3600)
    await each_hour(world, 2)
    assert told(owner) == [
        "🔔 «Кабинет»: доступ закончится 25.03.2026. Лучше обновить его заранее: это пара минут."
    ]
    world.clock.advance(13 * 24 * 3600)
    await each_hour(world, 2)
    assert len(told(owner)) == 2
    assert "меньше чем через сутки, 25.03.2026" in told(owner)[1]
    assert owner.last.buttons == ["🔑 Обновить доступ"]


async def test_the_button_renews_and_the_new_end_is_told_of_anew(
    world: World, owner: User, cabinet: Cabinet
) -> None:
    await expiring(world, owner, cabinet, hours=20)
    await each_hour(world, 3)
    assert len(told(owner)) == 1
    cabinet.facts["expires_at"] = (world.clock.now() + timedelta(days=10)).isoformat()
    await owner.press("Обновить доступ")
    assert owner.last.text.startswith("Шаг 2 из 3\nпришлите key")
    await owner.types("key-two")
    await owner.press("Пропустить")
    assert "Доступ обновлён" in owner.last.text
    assert told(owner) == []
    await each_hour(world, 2)
    assert len(told(owner)) == 1


async def test_the_card_shows_the_end_and_what_the_system_cannot_do(
    world: World, owner: User, cabinet: Cabinet
) -> None:
    await expiring(world, owner, cabinet, days=15)
    await owner.types("/integrations")
    await owner.press("Кабинет")
    assert "Доступ до: 25.03.2026" in owner.last.text
    assert "Поля не пишу" in owner.last.text


async def test_an_odd_end_disturbs_nobody(world: World, owner: User, cabinet: Cabinet) -> None:
    await connect_cabinet(owner)
    odd_ones: tuple[object, ...] = ("soon", "", 7, None, "9999-99-99T00:00:00", [], "2026-03-11")
    for odd in odd_ones:
        cabinet.facts["expires_at"] = odd
        await owner.types("/integrations")
        await owner.press("Кабинет")
        await owner.press("Проверить сейчас")
        assert "Последний опрос" in owner.last.text
        await each_hour(world, 1)
        assert len(told(owner)) == (odd == "2026-03-11"), odd


async def test_a_trouble_of_its_own_is_said_with_its_own_remedy(world: World, owner: User) -> None:
    await connect_cabinet(owner)
    await world.pipeline.health.failed(1, Unauthorized(remote_code="unpaid"))
    await world.jobs.run_due()
    assert owner.last.text == (
        "🔴 «Кабинет»: кабинет не оплачен. Опрос остановлен, звонки не потеряются. Оплатите его."
    )
    assert owner.last.buttons == ["🔑 Обновить доступ"]
    await owner.types("/integrations")
    await owner.press("Кабинет")
    assert "Кабинет не оплачен, опрос остановлен (с 10 мар., 12:00). Оплатите его." in owner.last.text
    await owner.types("/status")
    assert "🔴 Кабинет: кабинет не оплачен, опрос остановлен (с 10 мар., 12:00). Оплатите его." in owner.last.text


async def test_a_failing_one_too(world: World, owner: User) -> None:
    await connect_cabinet(owner)
    for _ in range(5):
        await world.pipeline.health.failed(1, RateLimited(remote_code="unpaid"))
    await world.jobs.run_due()
    assert owner.last.text == "🟡 «Кабинет»: кабинет не оплачен. Звонки не потеряются. Оплатите его."
    assert owner.last.buttons == []


async def test_foreign_text_is_no_code(world: World, owner: User) -> None:
    await connect_cabinet(owner)
    for code in ("<b>phone +79001234567</b>", "x" * 200, "", "other"):
        await world.pipeline.health.failed(1, RateLimited(remote_code=code))
        (shown,) = await world.integrations.of(1)
        assert shown.health.problem == "rate_limited"
        assert shown.health.remote_code == ("other" if code == "other" else "")
    await owner.types("/status")
    assert "🟡 Кабинет: просит подождать" in owner.last.text
    assert "+7900" not in owner.last.text


async def test_the_status_names_the_pulse_of_what_works(world: World, owner: User, cabinet: Cabinet) -> None:
    await connect_cabinet(owner)
    await owner.types("/status")
    assert "🟢 Кабинет: ещё не опрашивал" in owner.last.text
    async with world.database.write() as session:
        await world.jobs.put(session, Job.PULL, "1@1", lane="x")
    await world.jobs.run_due()
    await owner.types("/status")
    assert "🟢 Кабинет: опрос 10 мар., 12:00, звонков ещё не было" in owner.last.text
    assert cabinet.pulls == 2
