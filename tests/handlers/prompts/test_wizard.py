"""The wizard at its edges: the longest text, going back from an edit, things vanishing, many choices."""

import pytest

from services.domain.workspace import Role
from tests.handlers.prompts.making import names_of, to_summary
from tests.harness.world import User, World


@pytest.mark.parametrize("letter", ["т", "😀"])
async def test_the_longest_text_can_be_saved(world: World, connected: User, letter: str) -> None:
    await connected.types("/new")
    await connected.press("Продажи")
    await connected.press("В работе")
    await connected.press("Комментарий")
    await connected.types("н" * 60)
    await connected.types(letter * 4000)
    await connected.press("Готово")
    assert "Проверьте и сохраните" in connected.last.text
    await connected.press("Сохранить")
    (prompt,) = await world.prompts.all(1)
    assert prompt.text == letter * 4000


@pytest.mark.parametrize("button", ["✏️ Название", "✏️ Текст", "✏️ Воронка"])
async def test_going_back_from_an_edit_shows_the_summary_unchanged(
    world: World, connected: User, button: str
) -> None:
    await to_summary(connected)
    before = connected.last.text
    await connected.press(button)
    await connected.press("Назад")
    assert connected.last.text == before
    await connected.press("Сохранить")
    assert await names_of(world) == ["Итог"]


async def test_what_is_no_text_is_answered_with_what_to_do(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Любая воронка")
    await connected.press("Комментарий")
    await connected.sends_file("имя.txt", "Имя".encode())
    assert "Название пустое" in connected.last.text
    await connected.types("Имя")
    await connected.sends_file("пустой.txt", b"")
    assert "пустой" in connected.last.text
    await connected.sends_file("двоичный.txt", b"PK\x00\x00")
    assert ".txt" in connected.last.text
    await connected.sends_file("большой.txt", b"a" * (64 * 1024 + 1))
    assert "КБ" in connected.last.text
    await connected.types("Кратко?")
    await connected.press("Готово")
    assert "Кратко?" in connected.last.text


async def test_a_typed_answer_where_a_choice_is_asked_draws_the_choice_again(
    world: World, connected: User
) -> None:
    await connected.types("/new")
    await connected.types("Продажи")
    assert "Звонки какой воронки" in connected.last.text
    await connected.press("Продажи")
    assert "На какой стадии" in connected.last.text


async def test_stages_come_in_pages_and_look_different(world: World, connected: User) -> None:
    long = "Очень длинное название стадии, которое не влезает в кнопку"
    stages: list[tuple[str, str, str | None]] = [(f"S{n}", f"{long} {n}", None) for n in range(12)]
    world.portal.add_funnel("Длинная", stages)
    world.clock.advance(3600)
    await connected.types("/new")
    await connected.press("Длинная")
    labels = [button for button in connected.last.buttons if button.strip("0123456789. ").startswith("Очень")]
    assert len(labels) == len(set(labels)) == 7
    await connected.press("›")
    await connected.press("12.")
    await connected.press("Комментарий")
    await connected.types("Имя")
    await connected.types("Кратко?")
    await connected.press("Готово")
    assert f"{long} 10" in connected.last.text


async def test_two_people_make_their_own(world: World, connected: User) -> None:
    other = await world.member(Role.EDITOR, "Борис")
    await connected.types("/new")
    await other.types("/new")
    await connected.press("Любая воронка")
    await other.press("Сервис")
    await connected.press("Комментарий")
    await connected.types("Анин")
    await other.press("Любая стадия")
    await other.press("Комментарий")
    await other.types("Борисов")
    for user in (connected, other):
        await user.types("Кратко?")
        await user.press("Готово")
        await user.press("Сохранить")
    assert await names_of(world) == ["Анин", "Борисов"]


async def test_a_press_on_somebody_elses_window_does_nothing(world: World, connected: User) -> None:
    other = await world.member(Role.EDITOR, "Борис")
    await to_summary(connected)
    await other.types("/new")
    data = connected.last.keyboard[0][0]["callback_data"]
    await other.forges(data)
    assert "устарело" in other.alert
    assert await names_of(world) == []


async def test_a_crm_disconnected_in_the_middle_is_told(world: World, connected: User) -> None:
    await to_summary(connected)
    assert connected.member is not None
    (integration,) = await world.integrations.of(1)
    await world.integrations.disconnect(connected.member, integration.id)
    await connected.press("Сохранить")
    assert "отключена" in connected.last.text
    assert await names_of(world) == []


async def test_a_role_taken_in_the_middle_closes_the_wizard(world: World, connected: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    await to_summary(editor)
    await world.workspaces.add_member(1, editor.person.id, "Борис", Role.VIEWER)
    await editor.press("Сохранить")
    assert await names_of(world) == []


@pytest.mark.parametrize("arg", [-1, 8, 10**9])
async def test_forged_places_pick_nothing(world: World, connected: User, arg: int) -> None:
    await connected.types("/new")
    await connected.forges(f"pw:1:p:{arg}")
    assert "Звонки какой воронки" in connected.last.text
    for act in ("e", "t", "d", "a", "s", "b", "g", "m"):
        await connected.types("/cancel")
        await connected.types("/new")
        number = int(connected.last.keyboard[0][0]["callback_data"].split(":")[1])
        await connected.forges(f"pw:{number}:{act}:{arg}")
        assert "сломалось" not in connected.last.text + connected.alert
    assert await names_of(world) == []


async def test_the_wizard_in_english(world: World, connected: User) -> None:
    ann = await world.member(Role.EDITOR, "Ann", language="en")
    await ann.types("/new")
    await ann.press("Any")
    await ann.press("comment")
    await ann.types("Summary")
    await ann.types("What was it about?")
    await ann.press("Done")
    await ann.press("Save")
    assert await names_of(world) == ["Summary"]
    assert "Summary" in ann.last.text


async def test_a_sticker_for_an_answer_is_told_what_to_send(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Любая воронка")
    await connected.press("Комментарий")
    sticker = {
        "message_id": 900,
        "date": int(world.clock.now().timestamp()),
        "chat": connected.chat.wire(),
        "from": connected.person.wire(),
        "sticker": {
            "file_id": "s",
            "file_unique_id": "s",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        },
    }
    await world.dispatcher.feed_raw_update(world.bot, {"update_id": 10**6, "message": sticker})
    assert "Название пустое" in connected.last.text
    await connected.types("Имя")
    await world.dispatcher.feed_raw_update(world.bot, {"update_id": 10**6 + 1, "message": sticker})
    assert "Текст пустой" in connected.last.text


async def test_a_link_with_an_impossible_number_is_a_start_like_any(world: World, connected: User) -> None:
    await connected.types("/start new_99999999999999999999999")
    await connected.press("Создать промпт")
    await connected.press("Любая воронка")
    await connected.press("Комментарий")
    await connected.types("Итог")
    await connected.types("Кратко?")
    await connected.press("Готово")
    await connected.press("Сохранить")
    assert await names_of(world) == ["Итог"]
    assert "сохранён" in connected.last.text
