"""From the closed door to the first enabled prompt."""

from services.domain.workspace import Role
from tests.harness.world import User, World


async def test_a_stranger_meets_a_closed_door_and_nothing_else(world: World) -> None:
    stranger = world.stranger()
    await stranger.types("/start")
    assert "закрытый бот" in stranger.last.text
    for command in ("/new", "/prompts", "/connect", "/settings", "/status", "/help", "hello"):
        await stranger.types(command)
        assert "закрытый бот" in stranger.last.text
    await stranger.forges("il")
    assert "закрыт" in stranger.alert


async def test_a_claim_link_works_once(world: World) -> None:
    token = await world.founding.make_claim()
    first, second = world.stranger("Анна"), world.stranger("Борис")
    await first.types(f"/start claim_{token}")
    assert first.sees("Теперь вы владелец")
    await second.types(f"/start claim_{token}")
    assert "закрытый бот" in second.last.text
    known = await world.workspaces.who_is(first.person.id)
    assert known is not None
    assert known[0].role is Role.OWNER
    assert await world.founding.make_claim() is None


async def test_connecting_deletes_the_secret_and_shows_every_check(world: World, owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Битрикс24")
    assert "crm, telephony, disk, user" in owner.last.text
    await owner.types(world.portal.webhook_url)
    assert not any(world.portal.secret in shown.text for shown in world.telegram.messages(owner.chat))
    assert "Подключено!" in owner.last.text
    assert owner.last.text.count("✅") >= 7


async def test_a_missing_right_is_named(world: World, owner: User) -> None:
    world.portal.settings.scopes.discard("telephony")
    await owner.types("/connect")
    await owner.press("Битрикс24")
    await owner.types(world.portal.webhook_url)
    assert "Нет права telephony" in owner.last.text
    assert await world.integrations.of(1) == ()
    world.portal.settings.scopes.add("telephony")
    await owner.types(world.portal.webhook_url)
    assert "Подключено!" in owner.last.text


async def test_a_wrong_address_is_explained(world: World, owner: User) -> None:
    await owner.types("/connect")
    await owner.press("Битрикс24")
    await owner.types("мой вебхук")
    assert "не похоже на адрес вебхука" in owner.last.text
    await owner.types(world.portal.webhook_url.replace(world.portal.secret, "wrong"))
    assert "не принимает доступ" in owner.last.text


async def test_a_prompt_is_made_in_few_taps_and_is_off(world: World, connected: User) -> None:
    await connected.types("/new")
    await connected.press("Продажи")
    await connected.press("В работе")
    await connected.press("Комментарий")
    await connected.types("Возражения")
    await connected.types("Какие возражения были?")
    await connected.press("Готово")
    assert "Возражения" in connected.last.text
    assert "Продажи › В работе" in connected.last.text
    await connected.press("Сохранить")
    (prompt,) = await world.prompts.all(1)
    assert (prompt.name, prompt.text, prompt.enabled) == ("Возражения", "Какие возражения были?", False)
    await connected.press("🟢 Включить")
    (prompt,) = await world.prompts.all(1)
    assert prompt.enabled
    assert connected.sees("включён")


async def test_before_anything_is_connected_a_button_leads_to_all_systems(world: World, owner: User) -> None:
    await owner.types("/new")
    assert owner.last.buttons == ["🔌 Подключить CRM"]
    await owner.press("Подключить CRM")
    assert {"Битрикс24", "amoCRM / Kommo", "Яндекс Диск"} <= set(owner.last.buttons)
    editor = await world.member(Role.EDITOR)
    await editor.types("/new")
    assert editor.last.buttons == []
    assert "владелец" in editor.last.text
