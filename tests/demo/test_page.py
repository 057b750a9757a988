"""The demo page in a real browser: from /start to the comment and the card, wide and on a phone."""

import asyncio
import shutil
import socket
import sys
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def address() -> AsyncIterator[str]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.demo", "--port", str(port), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"started" not in (line := await process.stdout.readline()):
            assert line, "the demo ended"
    reading = asyncio.ensure_future(process.stdout.read())
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    await process.wait()
    await reading


async def say(page: Page, text: str, expect: str) -> None:
    await page.fill("#text", text)
    await page.click("#send")
    await see(page, expect)


async def press(page: Page, button: str, expect: str) -> None:
    await page.locator(".keys button:not([disabled])", has_text=button).last.click()
    await see(page, expect)


async def see(page: Page, text: str) -> None:
    await page.locator(".bubble", has_text=text).last.wait_for(timeout=20_000)


async def to(page: Page, view: str, *, phone: bool) -> None:
    if phone:
        await page.click(f".tabs [data-to={view}]")


@pytest.mark.browser
@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
async def test_from_start_to_the_card(address: str, phone: bool) -> None:
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert browser_path, "install Chromium to run this test"
    async with async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path=browser_path, args=FLAGS)
        size = {"width": 390, "height": 780} if phone else {"width": 1280, "height": 860}
        page = await browser.new_page(viewport=size)  # type: ignore[arg-type]
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.goto(address)
        await say(page, "/start", "Начнём с подключения CRM")
        await press(page, "Подключить CRM", "Отметьте права")
        await to(page, "crm", phone=phone)
        await page.click("#values button")
        await page.click("#send")
        await see(page, "Подключено!")
        await press(page, "Создать промпт", "Звонки какой воронки")
        await press(page, "Продажи", "На какой стадии")
        await press(page, "Любая стадия", "Куда писать")
        await press(page, "комментарий", "Как назвать")
        await say(page, "Возражения", "Что узнать")
        await press(page, "Возражения клиента", "как на них ответил менеджер")
        await press(page, "Взять", "Проверьте и сохраните")
        await press(page, "Сохранить", "сохранён")
        await press(page, "Включить", "включён.")
        await to(page, "crm", phone=phone)
        await page.select_option("#recording", "price")
        await page.click("#call")
        await page.locator(".entry .mark").first.wait_for(timeout=30_000)
        assert "двадцать тысяч дешевле" in await page.locator(".deal", has_text="Возражения").inner_text()
        await to(page, "chat", phone=phone)
        await see(page, "🗣")
        wide = await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert wide, "the page scrolls sideways"
        assert broken == []
        await browser.close()
