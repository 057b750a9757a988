"""Access that is pasted anywhere is deleted; from an owner in private it connects."""

from services.domain.workspace import Role
from tests.handlers.test_dialogues import ask_name
from tests.harness.world import User, World


def leaked(world: World, user: User) -> bool:
    return any(world.portal.secret in shown.text for shown in world.telegram.messages(user.chat))


async def test_with_the_command_outside_the_dialogue_and_edited_in(world: World, owner: User) -> None:
    await owner.types(f"/connect {world.portal.webhook_url}")
    assert not leaked(world, owner)
    assert "Подключено!" in owner.last.text
    await ask_name(owner)
    await owner.types(f"вот он: {world.portal.webhook_url}crm.deal.list")
    assert not leaked(world, owner)
    assert "Доступ обновлён" in owner.last.text
    said = world.telegram.send_text(owner.chat, owner.person, "минуту")
    await world.settle()
    world.telegram.edit_text(said, world.portal.webhook_url)
    await world.settle()
    assert not leaked(world, owner)
    assert "Доступ обновлён" in owner.last.text
    (integration,) = await world.integrations.of(1)
    assert integration.name == "127.0.0.1"


async def test_in_a_group_it_is_deleted_if_the_bot_may(world: World, owner: User) -> None:
    group = world.telegram.group("Отдел продаж", [owner.person], privacy=False)
    there = owner.within(group)
    await there.types(world.portal.webhook_url)
    assert "удалить его я не могу" in there.last.text
    world.telegram.promote_bot(group, owner.person)
    await there.types(f"подключи {world.portal.webhook_url}")
    assert "Удалил сообщение" in there.last.text
    assert sum(world.portal.secret in one.text for one in world.telegram.messages(group)) == 1
    assert await world.integrations.of(1) == ()


async def test_from_those_who_may_not_connect_it_is_deleted_only(world: World, owner: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    for user in (editor, world.stranger()):
        await user.types(world.portal.webhook_url)
        assert not leaked(world, user)
        assert "Удалил сообщение" in user.last.text
    assert await world.integrations.of(1) == ()
