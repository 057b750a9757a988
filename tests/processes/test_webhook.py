"""Updates by webhook, our own HTTP server, and what it does not tell."""

import aiohttp

from bench.rig import Rig
from sandbox.faults import Fault
from tests.ports import free_port


async def test_webhook_mode_health_and_metrics() -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "TELEGRAM_MODE": "webhook",
        "PUBLIC_URL": address,
        "WEBHOOK_SECRET": "hook-secret",
        "HTTP_PORT": str(port),
    }
    async with Rig(**settings) as rig, aiohttp.ClientSession() as session:
        await rig.start()
        await rig.say("/start", "Начнём с подключения CRM")
        await rig.say("/connect", "Что подключаем")
        await rig.press("Битрикс24", "Подключение Битрикс24")
        rig.portal.faults.add(Fault("delay", seconds=3))
        await rig.say(rig.portal.webhook_url, "Проверяю доступ")
        await rig.telegram.wait_for(lambda: rig.telegram.updates.pending == 0, 2)
        await rig.see("Подключено!")
        update = {"update_id": 1, "message": {}}
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
            async with session.post(f"{address}/telegram", json=update, headers=headers) as answer:
                assert answer.status == 401
        async with session.get(f"{address}/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok\n")
        async with session.get(f"{address}/metrics") as answer:
            told = await answer.text()
        assert rig.portal.secret not in told
        assert rig.telegram.token not in told
        assert "hook-secret" not in rig.log
        assert rig.portal.secret not in rig.log
