"""The demo page on a wide screen, with its six systems: a call of a telephony is answered in the CRM."""

import pytest

from tests.demo.page import give, make_prompt, opened, press, ring, say


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
