"""The demo page in a real browser: from /start to the comment and the card, wide and on a phone."""

import asyncio
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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


@asynccontextmanager
async def opened(address: str, width: int, height: int) -> AsyncIterator[Page]:
    """The page in a browser. Nothing on it may break, nor stick out sideways."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert browser_path, "install Chromium to run this test"
    async with async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = await browser.new_page(viewport={"width": width, "height": height})
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.goto(address)
        yield page
        wide = await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert wide, "the page scrolls sideways"
        assert broken == []
        await browser.close()


async def give(page: Page, number: int, expect: str) -> None:
    """Sends one of the chosen system's values."""
    await page.locator("#values button").nth(number).click()
    await page.click("#send")
    await see(page, expect)


async def make_prompt(page: Page) -> None:
    await press(page, "комментарий", "Как назвать")
    await say(page, "Возражения", "Что узнать")
    await press(page, "Возражения клиента", "как на них ответил менеджер")
    await press(page, "Взять", "Проверьте и сохраните")
    await press(page, "Сохранить", "сохранён")
    await press(page, "Включить", "включён.")


async def ring(page: Page) -> None:
    """A call about the price comes in, and is answered in a deal."""
    await page.select_option("#recording", "price")
    await page.click("#call")
    await page.locator(".entry .mark").first.wait_for(timeout=30_000)
    deal = page.locator(".deal", has=page.locator(".mark")).first
    assert "двадцать тысяч дешевле" in await deal.inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
async def test_from_start_to_the_card(address: str, phone: bool) -> None:
    async with opened(address, *((390, 780) if phone else (1280, 860))) as page:
        await say(page, "/start", "Начнём с подключения CRM")
        await press(page, "Подключить CRM", "Что подключаем?")
        await press(page, "Битрикс24", "Отметьте права")
        await to(page, "crm", phone=phone)
        await give(page, 0, "Подключено!")
        await press(page, "Создать промпт", "Звонки какой воронки")
        await press(page, "Продажи", "На какой стадии")
        await press(page, "Любая стадия", "Куда писать")
        await make_prompt(page)
        await to(page, "crm", phone=phone)
        await ring(page)
        await to(page, "chat", phone=phone)
        await see(page, "🗣")


@pytest.mark.browser
async def test_a_call_of_a_telephony_is_answered_in_the_deal_of_the_client(address: str) -> None:
    """Six systems to choose from, and the values of each are at hand."""
    async with opened(address, 1280, 860) as page:
        await say(page, "/connect", "Что подключаем")
        await press(page, "Битрикс24", "Отметьте права")
        await give(page, 0, "Подключено!")
        for system, button in (("amocrm", "Звонок"), ("yandex_disk", "Файл"), ("novofon", "Звонок")):
            await page.select_option("#system", system)
            assert button in await page.inner_text("#call")
            assert await page.locator("#values button").count() >= 1
        assert "amoCRM" in await page.inner_text("#crm-title")
        await say(page, "/connect", "Что подключаем")
        await press(page, "Новофон", "личный кабинет")
        await press(page, "Новый кабинет", "Чем подключаемся")
        await press(page, "Ключом API", "Ключ API")
        await give(page, 0, "Записи разговоров в отчётах есть")
        await say(page, "/new", "К какой системе")
        await press(page, "Тёплый дом", "Разбирать все звонки")
        await press(page, "Любая воронка", "Куда писать")
        await make_prompt(page)
        await page.click("#crms [data-crm=bitrix24]")
        await ring(page)
