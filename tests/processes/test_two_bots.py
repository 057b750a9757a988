"""Two processes hear Telegram on one PostgreSQL: what one of them died of is done by the other, once."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from sqlalchemy import func, select

from bench.rig import Rig
from sandbox.faults import Fault
from services.db.models import ExecutorRow, InboxRow, PromptRow
from services.db.unit_of_work import Database
from services.fleet import DEAD_AFTER
from tests.ports import free_port


async def up(port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(20):
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz"):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


async def held(database: Database) -> list[tuple[str, str]]:
    """State and holder of what is not done."""
    async with database.read() as session:
        query = select(InboxRow).where(InboxRow.state != "done").order_by(InboxRow.update_id)
        return [(row.state, row.holder.partition("/")[0]) for row in await session.scalars(query)]


async def begun(database: Database, count: int) -> None:
    async with asyncio.timeout(20):
        while [state for state, _ in await held(database)] != ["begun", *["waiting"] * (count - 1)]:
            await asyncio.sleep(0.05)


async def beat_of(database: Database, name: str) -> datetime:
    async with database.read() as session:
        return (await session.get_one(ExecutorRow, name)).beat_at


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
async def test_the_presses_of_a_killed_process_are_done_once_by_the_other(
    database: Database, database_address: str
) -> None:
    ports = [free_port(), free_port()]
    hook = {
        "DATABASE_URL": database_address,
        "ROLE": "bot",
        "TELEGRAM_MODE": "webhook",
        "PUBLIC_URL": f"http://127.0.0.1:{ports[0]}",
        "WEBHOOK_SECRET": "hook-secret",
        "EXECUTOR_ID": "first",
        "HTTP_PORT": str(ports[0]),
    }
    async with Rig(**hook) as rig:
        await rig.start()
        await rig.connect()
        await rig.say("/new", "Звонки какой воронки")
        await rig.press("Любая воронка", "Куда писать")
        await rig.press("Комментарий", "Как назвать")
        await rig.say("Цена", "Что узнать")
        await rig.say("Какая цена?", "Записал")
        await rig.press("Готово", "Проверьте")
        await rig.start(EXECUTOR_ID="second", HTTP_PORT=str(ports[1]))
        await up(ports[1])
        first_beat = await beat_of(database, "second")
        shown, data = rig._find("Сохранить")
        rig.telegram.faults.add(Fault("hang", "editMessageText", times=None, seconds=5))
        rig.telegram.press(rig.chat, shown.message_id, rig.owner, data=data)
        rig.telegram.send_text(rig.chat, rig.owner, "/status")
        await begun(database, 2)
        assert await held(database) == [("begun", "first"), ("waiting", "first")], (
            "the other leaves a living one what it holds"
        )
        await rig.kill()
        rig.telegram.faults.clear()
        async with database.write() as session:
            (await session.get_one(ExecutorRow, "first")).beat_at = (
                datetime.now(UTC) - DEAD_AFTER - timedelta(seconds=1)
            )
        await rig.see("Как идёт работа")
        async with database.read() as session:
            assert await session.scalar(select(func.count(PromptRow.id))) == 1
        assert len([one for one in rig.messages() if "на полпути" in one.text]) == 1
        async with asyncio.timeout(20):
            while await held(database) or await beat_of(database, "second") <= first_beat:
                await asyncio.sleep(0.05)
        assert len([one for one in rig.messages() if "Как идёт работа" in one.text]) == 1
