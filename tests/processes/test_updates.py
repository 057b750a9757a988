"""The process is killed while it works on what a person sent: it is done once, or plainly not done."""

import asyncio

from sqlalchemy import func, select

from bench.rig import Rig
from sandbox.faults import Fault
from services.db.engine import open_engine
from services.db.models import PromptRow
from services.db.unit_of_work import Database


async def killed_in(rig: Rig, method: str) -> None:
    """Right when Telegram has been asked for this, and before it has answered; everything is confirmed by then."""
    telegram = rig.telegram
    async with asyncio.timeout(20):
        while telegram.updates.pending or all(asked != method for asked, _ in telegram.faults.shown):
            await asyncio.sleep(0.02)  # a request that hangs tells nobody that it came
    await rig.kill()
    rig.telegram.faults.clear()
    rig.telegram.faults.shown.clear()


async def prompts(rig: Rig) -> int:
    database = Database(open_engine(rig.database_address))
    async with database.read() as session:
        count = await session.scalar(select(func.count(PromptRow.id)))
    await database.close()
    return count or 0


async def test_a_question_is_answered_and_a_press_works_once_whenever_the_process_dies() -> None:
    async with Rig() as rig:
        await rig.start()
        await rig.connect()
        await rig.say("/new", "Звонки какой воронки")
        await rig.press("Любая воронка", "Куда писать")
        await rig.press("Комментарий", "Как назвать")
        await rig.say("Цена", "Что узнать")
        await rig.say("Какая цена?", "Записал")
        await rig.press("Готово", "Проверьте")
        shown, data = rig._find("Сохранить")
        rig.telegram.faults.add(Fault("hang", "editMessageText", times=None))
        rig.telegram.press(rig.chat, shown.message_id, rig.owner, data=data)
        await killed_in(rig, "editMessageText")
        assert await prompts(rig) == 1
        await rig.start()
        await rig.see("Меня перезапустили на полпути")
        assert await prompts(rig) == 1
        rig.telegram.faults.add(Fault("hang", "sendMessage", times=None))
        rig.telegram.send_text(rig.chat, rig.owner, "/status")
        await killed_in(rig, "sendMessage")
        await rig.start()
        await rig.see("Как идёт работа")
        await rig.stop()
        assert len([one for one in rig.messages() if "Как идёт работа" in one.text]) == 1
        assert len([one for one in rig.messages() if "на полпути" in one.text]) == 1
