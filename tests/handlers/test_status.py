"""/status tells the truth, fits a message, and explains every prompt of a recent call."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.speaking.notifier import TelegramNotifier
from services.db.models import CallRow, ChatRow, IntegrationRow, PromptRow, PromptVersionRow, VerdictRow
from services.domain.call import CallState, Reason
from services.domain.integration import IntegrationState
from services.domain.workspace import Role
from services.errors import BadAnswer, RateLimited, Unauthorized, Unreachable
from services.notices import Notices
from services.pipeline.model_pause import ModelPause
from tests.handlers.prompts.making import fill
from tests.harness.world import User, World

QUIET = {"begin": "00:00", "end": "23:59"}


async def add_call(world: World, **values: object) -> int:
    now = world.clock.now()
    row = {
        "workspace_id": 1,
        "integration_id": 1,
        "external_id": f"call-{world.clock.now()}",
        "started_at": now,
        "duration": 185,
        "direction": "incoming",
        "phone": "+79001234567",
        "state": CallState.DONE,
        "due_at": now,
        "seen_at": now,
    }
    async with world.database.write() as session:
        call = CallRow(**(row | values))
        session.add(call)
        await session.flush()
        world.clock.advance(1)
        return call.id


async def skip_all(world: World, call_id: int, reason: Reason = Reason.OTHER_FUNNEL) -> None:
    async with world.database.write() as session:
        rows = await session.execute(select(PromptRow.id, PromptVersionRow.id).join(PromptVersionRow))
        session.add_all(
            VerdictRow(
                call_id=call_id,
                prompt_id=prompt,
                version_id=version,
                position=number,
                state="skipped",
                reason=reason,
            )
            for number, (prompt, version) in enumerate(rows.all())
        )


async def test_an_empty_queue_in_good_health(world: World, connected: User) -> None:
    await connected.types("/status")
    assert "Очередь пуста" in connected.last.text
    await world.pipeline.health.failed(1, Unauthorized())
    await connected.press("Обновить")
    assert "Очередь пуста" not in connected.last.text
    assert "🔴 127.0.0.1: доступ не принимают" in connected.last.text
    assert "опрос остановлен" in connected.last.text


async def test_why_a_call_waits(world: World, connected: User) -> None:
    later = world.clock.now() + timedelta(hours=1)
    await add_call(world, state=CallState.WAIT_RECORD)
    await add_call(world, state=CallState.WAIT_BINDING)
    await add_call(world, state=CallState.TRANSCRIBED, due_at=later)
    await add_call(world, state=CallState.TRANSCRIBED)
    await connected.types("/status")
    for told in ("ждут запись: 1", "ждут сделку: 1", "ждут языковую модель: 1", "— ждёт запись", "— в работе"):
        assert told in connected.last.text
    async with world.database.write() as session:
        await session.execute(update(IntegrationRow).values(state=IntegrationState.EXPIRED))
    await connected.press("Обновить")
    assert "ждут доступа к CRM: 4" in connected.last.text


async def test_a_recording_that_takes_days_is_no_alarm(world: World, connected: User) -> None:
    began = world.clock.now() - timedelta(days=3)
    await add_call(world, state=CallState.WAIT_RECORD, started_at=began, seen_at=began)
    await connected.types("/status")
    assert "ждут запись больше суток (оператор отдаёт её до недели): 1" in connected.last.text
    assert "— ждёт запись: оператор отдаёт её до недели" in connected.last.text
    assert "дольше всех" not in connected.last.text


async def test_a_paused_model_is_told_while_it_lasts(world: World, connected: User) -> None:
    await add_call(world, state=CallState.TRANSCRIBED, due_at=world.clock.now() + timedelta(hours=1))
    notices = Notices(world.database, world.jobs, TelegramNotifier(world.bot, world.i18n), world.clock)
    await ModelPause(world.database, notices, world.clock).begin(1, "model_paused")
    await connected.types("/status")
    assert "Языковая модель: нет денег или доступа" in connected.last.text
    async with world.database.write() as session:
        await session.execute(update(CallRow).values(state=CallState.DONE))
    await connected.press("Обновить")
    assert "Языковая модель" not in connected.last.text


@pytest.mark.parametrize("count", [3, 60])
async def test_every_skipped_prompt_is_explained_and_everything_fits(
    world: World, connected: User, count: int
) -> None:
    names = [f"Промпт {n:02} " + "н" * 50 for n in range(count)]
    await fill(world, connected, *names)
    for number in range(10):
        call_id = await add_call(world, client_name=f"{number} " + "К" * 500)
        await skip_all(world, call_id, Reason.STARTED_BEFORE_ENABLED)
    viewer = await world.member(Role.VIEWER, "Вера")
    await viewer.types("/status")
    assert f"пропущено промптов: {count}" in viewer.last.text
    await viewer.press("10")
    seen = viewer.last.text
    while any("›" in button for button in viewer.last.buttons):
        await viewer.press("›")
        seen += viewer.last.text
    for name in names:
        assert f"{name}: звонок начался до включения промпта" in seen
    await viewer.press("Назад")
    assert "Последние звонки" in viewer.last.text


async def test_it_tells_why_no_card_comes_here(world: World, connected: User) -> None:
    viewer = await world.member(Role.VIEWER, "Вера")
    for who, told in ((connected, "в этот чат не приходят. Включить — /subscribe"), (viewer, "не приходят.\n")):
        await who.types("/status")
        assert told in who.last.text
    await connected.types("/subscribe")
    await connected.types("/status")
    assert "в этот чат не приходят" not in connected.last.text


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"quiet": {**QUIET, "hush": "held"}}, "🌙 Тихие часы: новые карточки придут сюда"),
        ({"quiet": {**QUIET, "hush": "silent"}}, None),
        ({"form": "digest"}, "Сюда приходит: 🗓 сводка за день в 19:00"),
        ({"form": "alerts"}, "Сюда приходит: 🔔 только тревоги"),
        ({"muted_until": datetime(2100, 1, 1, tzinfo=UTC)}, "03:00. Вернуть — /chats"),
        ({"muted_until": datetime(2000, 1, 1, tzinfo=UTC)}, None),
    ],
)
async def test_it_tells_what_is_special_about_this_chat(
    world: World, connected: User, setting: dict[str, object], told: str | None
) -> None:
    await connected.types("/subscribe")
    await connected.types("/status")
    usual = connected.last.text
    async with world.database.write() as session:
        await session.execute(update(ChatRow).values(**setting))
    await connected.press("Обновить")
    if told is None:
        assert connected.last.text == usual
    else:
        assert told in connected.last.text


async def test_calls_of_others_have_no_story(world: World, connected: User) -> None:
    call = await add_call(world)
    async with world.database.write() as session:
        await session.execute(update(CallRow).values(workspace_id=1))
    await connected.forges(f"cs:{call + 1}:0")
    assert "больше нет" in connected.alert


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (Unreachable(), "не отвечает"),
        (RateLimited(), "просит подождать"),
        (BadAnswer(), "отвечает непонятно"),
    ],
)
async def test_an_integration_explains_itself(
    world: World, connected: User, failure: Unreachable | BadAnswer, told: str
) -> None:
    for _ in range(5):
        await world.pipeline.health.failed(1, failure)
    await world.jobs.run_due()
    assert told in connected.last.text
    assert "Звонки не потеряются" in connected.last.text
    await connected.types("/integrations")
    await connected.press("127.0.0.1")
    assert told in connected.last.text.lower()
    await connected.types("/status")
    assert f"🟡 127.0.0.1: {told}" in connected.last.text


async def test_prompts_of_other_funnels_are_not_counted_as_left_out(world: World, connected: User) -> None:
    await fill(world, connected, "Итог", "Бюджет")
    await skip_all(world, await add_call(world))
    await connected.types("/status")
    assert "пропущено" not in connected.last.text
    await connected.press("1")
    assert "Бюджет: другая воронка" in connected.last.text
