"""Choosing fields of a deal, and several prompts that write the same."""

from services.domain.prompt import Policy
from tests.handlers.prompts.fielding import only, to_deal_fields
from tests.handlers.prompts.making import open_card, scope_at
from tests.harness.world import User, World


async def test_fields_of_a_deal_have_a_policy_each(world: World, connected: User) -> None:
    world.portal.add_field("deal", "Заметки", "string")
    world.portal.add_field("deal", "Интерес", "enumeration", options=["Высокий", "Низкий"])
    await to_deal_fields(connected)
    await connected.press("Заметки")
    await connected.types("Какие возражения?")
    await connected.press("Интерес")
    assert "Значения: Высокий, Низкий" in connected.last.text
    await connected.press("💡 Что из списка")
    await connected.press("❓ Заметки")
    assert "Если поле уже заполнено, ничего не меняю" in connected.last.text
    await connected.press("Дописать")
    assert "дописываю" in connected.last.text
    await connected.press("К полям")
    assert "❓ Заметки — Какие возражения? · дописать" in connected.last.text
    await connected.press("❓ Интерес")
    assert not [one for one in connected.last.buttons if "Дописать" in one]
    await connected.press("Заменить")
    await connected.press("К полям")
    await connected.press("Готово")
    assert "поля сделки" in connected.last.text
    await connected.press("Сохранить")
    prompt = await only(world)
    assert [one.ask.policy for one in prompt.version.questions] == [Policy.APPEND, Policy.OVERWRITE]


async def test_two_prompts_for_one_field_are_pointed_out(world: World, connected: User) -> None:
    world.portal.add_field("deal", "Бюджет", "money")
    for name in ("Первый", "Второй"):
        await to_deal_fields(connected, name)
        await connected.press("Бюджет")
        await connected.press("💡 Какой бюджет")
        await connected.press("Готово")
        await connected.press("Сохранить")
        await connected.press("Включить")
    assert "В поле «Бюджет» пишет и промпт «Первый»" in connected.last.text


async def test_all_that_would_write_one_field_are_named_when_all_are_switched_on(
    world: World, with_deal_fields: User
) -> None:
    user = with_deal_fields
    await user.press("Сохранить")
    await open_card(user)
    await user.press("Копия")
    await user.types("/enable all")
    await user.press("Да, включить все")
    told = "Промпты «Поля» и «Поля (копия)» пишут в одни поля: Заметки, Бюджет."
    assert user.last.text.count(told) == 1


async def test_a_change_of_a_running_prompt_tells_of_a_field_that_another_one_writes(
    world: World, with_deal_fields: User
) -> None:
    user = with_deal_fields
    await user.press("Сохранить")
    (one,) = await world.prompts.all(1)
    assert user.member is not None
    other = await world.prompts.duplicate(user.member, one.id, " 2")
    other = await world.prompts.rescope(user.member, other.id, await scope_at(world, "Сервис"), other.revision)
    await world.prompts.rescope(user.member, one.id, await scope_at(world, "Продажи"), one.revision)
    await world.prompts.switches.set_all(user.member, True)
    await open_card(user)
    await user.press("Воронка")
    await user.press("Любая воронка")
    assert "В поле «Заметки» пишет и промпт «Поля 2»" in user.last.text
    await user.press("✏️ Поля")
    await user.press("Заметки")
    await user.press("Не заполнять")
    await user.press("Готово")
    assert "В поле «Заметки»" not in user.last.text
    assert "В поле «Бюджет» пишет и промпт «Поля 2»" in user.last.text


async def test_for_leads_only_the_fields_of_leads_are_offered(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Лиды")
    await connected.press("Любая стадия")
    assert [one for one in connected.last.buttons if "Поля" in one] == ["📋 Поля лида"]
    assert "💬 Комментарий к лиду" in connected.last.buttons
    await connected.press("Комментарий")
    await connected.types("Итог")
    await connected.types("Кратко?")
    await connected.press("Готово")
    assert "Ответ: 💬 комментарий к лиду" in connected.last.text
    await connected.press("Сохранить")
    await open_card(connected)
    assert "Ответ: 💬 комментарий к лиду" in connected.last.text


async def test_where_deals_and_leads_come_a_comment_is_for_either(connected: User) -> None:
    await connected.types("/new")
    await connected.press("Любая воронка")
    assert "💬 Комментарий к сделке или лиду" in connected.last.buttons
