"""How quickly a press is answered under load, and what an idle bot costs."""

import asyncio
import time

import psutil

from bench.rig import OWNER, Rig

PEOPLE = 50
PRESSES = (25, 50)
"""A second. Each redraws its window, so the second is more than the 30 messages a second that Telegram takes."""
SECONDS = 10
SETTLE_SECONDS = 65
"""In its first minute after a start the engine looks for schedules each second, later twice a minute."""
IDLE_SECONDS = 60
"""A whole round of what is done each minute."""


async def press_latency(per_second: int) -> tuple[float, float]:
    """(p50, p95) in milliseconds from a press to its answer, at so many presses a second by 50 people."""
    owners = [OWNER + number for number in range(PEOPLE)]
    async with Rig(OWNER_IDS=",".join(map(str, owners))) as rig:
        people = [rig.owner] + [rig.telegram.person(f"N{n}", user_id=OWNER + n) for n in range(1, PEOPLE)]
        await rig.start()
        await rig.say("/start", "Начнём")
        for person in people:
            chat = rig.telegram.private(person)
            rig.telegram.send_text(chat, person, "/status")
        await rig.telegram.wait_for(
            lambda: all(
                any("Как идёт работа" in one.text for one in rig.telegram.messages(rig.telegram.private(person)))
                for person in people
            )
        )
        pressed: list[tuple[str, float]] = []
        for number in range(per_second * SECONDS):
            person = people[number % PEOPLE]
            chat = rig.telegram.private(person)
            shown = [one for one in rig.telegram.messages(chat) if one.keyboard][-1]
            pressed.append((rig.telegram.press(chat, shown.message_id, person, data="wr"), time.perf_counter()))
            await asyncio.sleep(1 / per_second)
        await rig.telegram.wait_for(lambda: all(rig.telegram.callbacks[number]["answer"] for number, _ in pressed))
        waits = sorted((rig.telegram.callbacks[number]["answered_at"] - at) * 1000 for number, at in pressed)
    return waits[len(waits) // 2], waits[int(len(waits) * 0.95)]


async def idle() -> tuple[float, float]:
    """(per cent of a core, MB of resident memory) of a connected bot that has nothing to do.

    It has been started again since it was set up, as bots are: the first start also makes the tables.
    """
    async with Rig(PULL_SECONDS="60") as rig:
        await rig.start()
        await rig.connect()
        await rig.kill()
        process = await rig.start()
        await asyncio.sleep(SETTLE_SECONDS)
        watched = psutil.Process(process.pid)
        before = sum(watched.cpu_times()[:2])
        await asyncio.sleep(IDLE_SECONDS)
        used = sum(watched.cpu_times()[:2]) - before
        return used / IDLE_SECONDS * 100, watched.memory_info().rss / 1_000_000
