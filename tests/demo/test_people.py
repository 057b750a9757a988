"""The demo page on a phone, from /start to the comment and the card, with three people and a group with topics:
who may what, who reads which language.
"""

import os

import pytest
from playwright.async_api import Page

from tests.demo.page import give, make_prompt, opened, press, ring, say, see, to

SHOTS = os.environ.get("DEMO_SHOTS", "")
"""A folder for pictures of each step; empty: none."""


async def be(page: Page, name: str) -> None:
    await page.click(f"#people button:has-text('{name}')")


async def enter(page: Page, room: str) -> None:
    await page.click(f"#rooms button:has-text('{room}')")


async def look(page: Page, name: str) -> None:
    if SHOTS:
        await page.wait_for_timeout(600)
        await page.screenshot(path=f"{SHOTS}/{name}.png")


async def invite(page: Page, role: str, guest: str, expect: str) -> None:
    """Anna's link, opened by somebody else."""
    await say(page, "/members", "Кто здесь работает")
    await press(page, "Пригласить", "Кого приглашаем")
    await press(page, role, "Сколько ссылка будет действовать")
    await press(page, "Без срока", f"{role}. Ссылка сработает")
    await page.locator("[data-start]").last.click()
    await look(page, f"link-{guest}")
    await page.click(f"#opener button:has-text('{guest}')")
    await see(page, expect)


@pytest.mark.browser
async def test_from_start_to_the_card_with_people_roles_and_a_group_with_topics(address: str) -> None:
    async with opened(address, 390, 844) as page:
        await page.click(".hello button")
        await see(page, "Начнём с подключения CRM")
        await press(page, "Подключить CRM", "Что подключаем?")
        await press(page, "Битрикс24", "Отметьте права")
        await to(page, "crm")
        await give(page, 0, "Подключено!")
        await press(page, "Создать промпт", "Звонки какой воронки")
        await press(page, "Продажи", "На какой стадии")
        await press(page, "Любая стадия", "Куда писать")
        await make_prompt(page)
        await be(page, "Kate")
        await say(page, "/start", "private bot")
        await look(page, "stranger")
        await be(page, "Анна")
        await invite(page, "редактор", "Борис", "вы редактор")
        await be(page, "Анна")
        await invite(page, "наблюдатель", "Kate", "you are a viewer")
        await look(page, "viewer")
        await be(page, "Борис")
        await enter(page, "# Сделки")
        await page.click("#menu")
        await page.click("#commands [data-command='/subscribe']")
        await see(page, "чат подписан")
        await look(page, "topic")
        await page.locator(".keys button", has_text="Настроить").last.click()
        await see(page, "Сделки")
        await look(page, "settings")
        await press(page, "🌐 English", "Сделки")
        await to(page, "crm")
        await ring(page)
        await to(page, "chat")
        await be(page, "Анна")
        await enter(page, "🤖 Бот")
        await see(page, "🗣")
        await be(page, "Борис")
        await enter(page, "# Сделки")
        await see(page, "🗣")
        await see(page, "Manager:")
        await look(page, "card")
        await be(page, "Kate")
        await page.locator(".keys button", has_text="Undo").last.click()
        await page.locator("#toast:not([hidden])").wait_for(timeout=10_000)
        await look(page, "refused")
        await enter(page, "🤖 Бот")
        await say(page, "/status", "How the work goes")
        await look(page, "english")
        assert await page.locator("#people button").count() == 3
