"""The main job through real processes: connect, create, enable, a call, a comment, a card."""

import signal
import time

from bench.rig import Rig
from sandbox.faults import Fault


async def test_from_connecting_to_the_card() -> None:
    async with Rig() as rig:
        deal = rig.portal.add_deal("Балкон на Садовой")
        await rig.start()
        await rig.say("/start", "Начнём с подключения CRM")
        await rig.connect()
        assert not any(rig.portal.secret in one.text for one in rig.telegram.messages(rig.chat))
        await rig.make_prompt("Бюджет", "Какой бюджет у клиента?", enable=False)
        rig.call(deal, rig.sound("Бюджет у нас девяносто тысяч рублей, звоню заранее."))
        rig.clock.advance(1)
        await rig.press("🟢 Включить", "Разбираю звонки")
        rig.clock.advance(1)
        sound = rig.sound("Нам нужен балкон, бюджет до ста десяти тысяч рублей.")
        rig.call(deal, sound)
        await rig.portal.wait_for(lambda: len(rig.portal.comments("deal", deal)) == 1)
        await rig.telegram.wait_for(
            lambda: any("ста десяти тысяч" in one.text and "записываю" not in one.text for one in rig.messages())
        )
        (comment,) = rig.portal.comments("deal", deal)
        assert comment.text.startswith("[B]Бюджет[/B]")
        assert "ста десяти тысяч" in comment.text
        cards = [one for one in rig.messages() if one.text.startswith("📞")]
        assert len(cards) == 1
        assert "Балкон на Садовой" in cards[0].text

        await rig.say("/disable Бюджет", "выключен")
        rig.call(deal, rig.sound("Бюджет у нас двести тысяч, когда приедете?"))
        pulls = len(rig.portal.asked("voximplant.statistic.get"))
        # so many looks at the portal later, whatever was to happen has happened
        await rig.portal.wait_for(lambda: len(rig.portal.asked("voximplant.statistic.get")) >= pulls + 6)
        assert len(rig.portal.comments("deal", deal)) == 1
        assert rig.portal.secret not in rig.log
        assert "Traceback" not in rig.log


async def test_telegram_away_at_the_start_a_second_process_and_a_stop_in_order() -> None:
    """The life of a process. A second one on the same file would steal what the first works on."""
    async with Rig() as rig:
        rig.telegram.faults.add(Fault("status", "getMe", status=502, times=4))
        process = await rig.start()
        await rig.say("/start", "Начнём с подключения CRM")
        assert rig.log.index("started") < rig.log.index("telegram_not_reached")
        second = await rig.start()
        assert await second.wait() == 2
        assert "another process already works" in rig.log
        assert "stopped" not in rig.log
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert time.monotonic() - begun < 5
        assert "stopped" in rig.log
        assert "Traceback" not in rig.log


async def test_a_wrong_setting_is_one_line_and_exit_code_2() -> None:
    async with Rig() as rig:
        process = await rig.start(LLM_CONCURRENCY="many")
        assert await process.wait() == 2
        assert rig.log.count("\n") == 1
        assert rig.log.startswith("LLM_CONCURRENCY is wrong")


async def test_a_token_that_telegram_refuses_is_a_wrong_setting() -> None:
    async with Rig() as rig:
        process = await rig.start(BOT_TOKEN="42:revoked-token")
        assert await process.wait() == 2
        assert rig.log.splitlines()[-1].startswith("BOT_TOKEN is wrong")
        assert "revoked-token" not in rig.log
        assert "Traceback" not in rig.log
