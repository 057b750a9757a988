"""What a person does on the page of the demo, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, async_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


async def say(page: Page, text: str, expect: str) -> None:
    await page.fill("#text", text)
    await page.click("#send")
    await see(page, expect)


async def press(page: Page, button: str, expect: str) -> None:
    await page.locator(".keys button:not([disabled])", has_text=button).last.click()
    await see(page, expect)


async def see(page: Page, text: str) -> None:
    await page.locator(".bubble", has_text=text).last.wait_for(timeout=20_000)


async def to(page: Page, view: str) -> None:
    """On a phone one half of the page is seen at a time."""
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
    await press(page, "Включить", "Разбираю звонки")


async def ring(page: Page) -> None:
    """A call about the price comes in, and is answered in a deal."""
    await page.select_option("#recording", "price")
    await page.click("#call")
    await page.locator(".entry .mark").first.wait_for(timeout=30_000)
    deal = page.locator(".deal", has=page.locator(".mark")).first
    assert "двадцать тысяч дешевле" in await deal.inner_text()
