"""A chat that was given up listens again as soon as it is back, however the bot hears of it."""

from services.domain.workspace import Role
from services.listening.chats import ChatService
from tests.harness.world import User, World


async def listens(world: World, user: User) -> bool:
    chats = await ChatService(world.database, world.clock).of(1)
    return [chat.subscribed for chat in chats if chat.address.chat_id == user.chat.id] == [True]


async def test_unblocking_brings_the_cards_back(world: World) -> None:
    owner = await world.member(Role.OWNER)
    await owner.types("/subscribe")
    world.telegram.block(owner.person)
    await world.settle()
    assert not await listens(world, owner)
    world.telegram.unblock(owner.person)
    await world.settle()
    assert await listens(world, owner)


async def test_so_does_a_message_when_telegrams_word_of_it_got_lost(world: World) -> None:
    owner = await world.member(Role.OWNER)
    await owner.types("/subscribe")
    world.telegram.block(owner.person)
    await world.settle()
    world.telegram.unblock(owner.person)
    world.telegram.take_updates()
    await owner.types("привет")
    assert await listens(world, owner)


async def test_who_had_unsubscribed_is_not_subscribed_by_coming_back(world: World) -> None:
    owner = await world.member(Role.OWNER)
    await owner.types("/subscribe")
    await owner.types("/unsubscribe")
    world.telegram.block(owner.person)
    world.telegram.unblock(owner.person)
    await world.settle()
    assert not await listens(world, owner)
