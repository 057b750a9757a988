"""A prompt changes where it writes, and keeps its questions."""

import pytest

from services.domain.integration import ObjectKind
from services.domain.prompt import Destination
from services.errors import Refused
from services.prompts.drafts import Draft
from tests.handlers.prompts.fielding import only, to_deal_fields
from tests.handlers.prompts.making import open_card, scope_at, to_summary
from tests.harness.world import User, World


async def test_a_comment_prompt_moves_into_a_field_without_being_written_anew(
    world: World, connected: User
) -> None:
    world.portal.add_field("deal", "Заметки", "string")
    await to_summary(connected, text="Какие возражения назвал клиент?")
    await connected.press("Сохранить")
    await open_card(connected)
    await connected.press("Куда писать")
    await connected.press("Поля сделки")
    await connected.press("Заметки")
    await connected.press("👍 Какие возражения")
    await connected.press("Готово")
    prompt = await only(world)
    assert prompt.version.destination is Destination.FIELDS
    assert prompt.version.number == 2
    assert prompt.version.questions[0].text == "Какие возражения назвал клиент?"
    await connected.press("Куда писать")
    await connected.press("Комментарий")
    await connected.press("Прежний текст")
    prompt = await only(world)
    assert prompt.version.destination is Destination.COMMENT
    assert prompt.text == "Какие возражения назвал клиент?"


async def test_going_back_from_a_change_leaves_the_prompt_as_it_was(
    world: World, connected: User, list_id: int
) -> None:
    await to_summary(connected)
    await connected.press("Сохранить")
    await open_card(connected)
    await connected.press("Куда писать")
    await connected.press("отдельного списка")
    await connected.press("Назад")
    await connected.press("Назад")
    assert (await only(world)).version.number == 1
    assert "Кратко?" in connected.last.text


async def test_another_funnel_of_deals_keeps_fields_and_questions(world: World, with_deal_fields: User) -> None:
    user = with_deal_fields
    await user.press("Воронка")
    await user.press("Сервис")
    await user.press("Любая стадия")
    assert "Бюджет: Какой бюджет?" in user.last.text
    await user.press("Сохранить")
    before = await only(world)
    await open_card(user)
    await user.press("Воронка")
    await user.press("Любая воронка")
    prompt = await only(world)
    assert prompt.scope.funnel_id is None
    assert prompt.version == before.version


async def test_with_a_funnel_of_leads_the_fields_are_chosen_anew_and_saved_together(
    world: World, with_deal_fields: User
) -> None:
    user = with_deal_fields
    await user.press("Сохранить")
    await open_card(user)
    await user.press("Воронка")
    await user.press("Лиды")
    await user.press("Любая стадия")
    assert (await only(world)).scope.funnel_id is None
    await user.press("Поля лида")
    assert "❓ Заметки — Кратко?" in user.last.text
    await user.press("Деньги")
    await user.press("👍 Какой бюджет?")
    await user.press("Готово")
    prompt = await only(world)
    assert prompt.scope == await scope_at(world, "Лиды")
    assert prompt.version.number == 2
    assert prompt.version.place.object_kind is ObjectKind.LEAD
    assert [one.text for one in prompt.version.questions] == ["Кратко?", "Какой бюджет?"]


async def test_fields_of_deals_are_never_written_for_a_funnel_of_leads(
    world: World, with_deal_fields: User
) -> None:
    await with_deal_fields.press("Сохранить")
    prompt, member = await only(world), with_deal_fields.member
    assert member is not None
    leads = await scope_at(world, "Лиды")
    asks = tuple(one.ask for one in prompt.version.questions)
    for change in (
        world.prompts.rescope(member, prompt.id, leads, prompt.revision),
        world.prompts.create(member, Draft("Ещё", asks, leads, prompt.version.place)),
    ):
        with pytest.raises(Refused, match="other_kind"):
            await change
    assert await only(world) == prompt


async def test_questions_of_fields_become_a_comment_and_fields_again(world: World, with_deal_fields: User) -> None:
    user = with_deal_fields
    await user.press("Сохранить")
    await open_card(user)
    await user.press("Куда писать")
    await user.press("Комментарий")
    await user.press("Прежний текст")
    assert (await only(world)).text == "Кратко?\nКакой бюджет?"


async def test_questions_too_long_for_one_text_are_offered_one_by_one(world: World, connected: User) -> None:
    for name in ("Первое", "Второе"):
        world.portal.add_field("deal", name, "string")
    await to_deal_fields(connected)
    for name in ("Первое", "Второе"):
        await connected.press(name)
        await connected.types(f"{name}: " + "подробно " * 300)
    await connected.press("Готово")
    await connected.press("Куда писать")
    await connected.press("Комментарий")
    await connected.press("👍 Второе")
    await connected.press("Сохранить")
    assert (await only(world)).text.startswith("Второе: подробно")


async def test_a_prompt_without_data_can_be_hidden_from_cards(world: World, connected: User) -> None:
    await to_summary(connected)
    await connected.press("Сохранить")
    await open_card(connected)
    await connected.press("Скрывать")
    assert (await only(world)).hide_empty
    await connected.press("Показывать")
    assert not (await only(world)).hide_empty


async def test_an_answer_may_stay_in_the_card_only(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Любая воронка")
    await connected.press("Только в карточку")
    await connected.types("Тихий")
    await connected.types("Кратко?")
    await connected.press("Готово")
    await connected.press("Сохранить")
    assert (await only(world)).version.destination is Destination.CHAT
