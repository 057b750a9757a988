"""What happens to groups: topics, migration, the bot's own standing, voices that belong to nobody."""

from services.domain.workspace import Chat
from services.listening.chats import ChatService
from tests.handlers.chats.calls import ring
from tests.harness.world import User, World


async def chats(world: World) -> tuple[Chat, ...]:
    return await ChatService(world.database, world.clock).of(1)


async def subscribed_topic(world: World, owner: User) -> tuple[User, int]:
    group = world.telegram.group("Отдел", [owner.person], forum=True)
    topic = world.telegram.topic(group, "Звонки")
    there = owner.within(group, topic)
    await there.types("/subscribe")
    return there, topic


async def test_an_anonymous_administrator_is_told_why_nothing_happens(world: World, owner: User) -> None:
    group = world.telegram.group("Отдел", [owner.person])
    await world.settle()
    for say in ("/subscribe@callprompt_bot", "/unsubscribe@callprompt_bot", "/chats"):
        world.telegram.send_anonymously(group, say)
        await world.settle()
    there = owner.within(group)
    assert [("не вижу, кто вы" in one.text) for one in there.messages] == [True, True, True]
    assert await chats(world) == ()


async def test_what_an_anonymous_administrator_says_to_other_bots_is_not_answered(
    world: World, owner: User
) -> None:
    group = world.telegram.group("Отдел", [owner.person])
    world.telegram.promote_bot(group, owner.person)
    for say in ("/ban", "/rules@another_bot"):
        world.telegram.send_anonymously(group, say)
        await world.settle()
    assert owner.within(group).messages == []
    world.telegram.send_anonymously(group, "/chats")
    await world.settle()
    assert "не вижу, кто вы" in owner.within(group).last.text


async def test_talk_under_another_name_and_posts_are_nobodys(world: World, owner: User) -> None:
    group = world.telegram.group("Отдел", [owner.person])
    world.telegram.promote_bot(group, owner.person)
    channel = world.telegram.channel("Новости", owner.person)
    post = world.telegram.post(channel, "/subscribe")
    world.telegram.forward_post(group, post)
    world.telegram.send_anonymously(group, "добрый день")
    await world.settle()
    there = owner.within(group)
    assert (there.messages, owner.within(channel).messages) == ([], [])
    world.telegram.send_as_channel(group, channel, "/subscribe@callprompt_bot")
    await world.settle()
    assert "не вижу, кто вы" in there.last.text
    assert await chats(world) == ()


async def test_a_press_of_an_anonymous_administrator_tells_who_it_is(world: World, owner: User) -> None:
    """Presses come from the person, however the person writes."""
    there, _topic = await subscribed_topic(world, owner)
    world.telegram.send_anonymously(there.chat, "/subscribe", thread_id=there.thread_id)
    await world.settle()
    assert "не вижу, кто вы" in there.last.text
    assert there.last.thread_id == there.thread_id
    assert [one.subscribed for one in await chats(world)] == [True]


async def test_the_general_topic_has_no_number(world: World, owner: User) -> None:
    group = world.telegram.group("Отдел", [owner.person], forum=True)
    there = owner.within(group)
    await there.types("/subscribe")
    assert there.last.thread_id == 0
    assert [one.address.thread_id for one in await chats(world)] == [0]


async def test_a_closed_topic_is_waited_for_and_gets_its_card_when_it_opens(world: World, owner: User) -> None:
    there, topic = await subscribed_topic(world, owner)
    world.telegram.close_topic(there.chat, topic)
    await world.settle()
    before = len(there.messages)
    await ring(world)
    await world.jobs.run_due()
    assert len(there.messages) == before
    assert owner.sees("тем")
    world.clock.advance(30)
    world.telegram.reopen_topic(there.chat, topic)
    await world.settle()
    await world.jobs.run_due()
    assert len(there.messages) == before + 1
    assert there.last.thread_id == topic


async def test_a_deleted_topic_gives_its_cards_to_the_chat(world: World, owner: User) -> None:
    there, topic = await subscribed_topic(world, owner)
    world.telegram.delete_topic(there.chat, topic)
    await ring(world)
    await world.jobs.run_for(5)
    assert [one.address.thread_id for one in await chats(world)] == [0]
    assert there.last.thread_id == 0


async def test_a_right_taken_and_given_back(world: World, owner: User) -> None:
    there, _topic = await subscribed_topic(world, owner)
    world.telegram.restrict_bot(there.chat, owner.person)
    await world.settle()
    before = len(there.messages)
    await ring(world)
    await world.jobs.run_due()
    assert len(there.messages) == before
    assert [one.subscribed for one in await chats(world)] == [True]
    world.telegram.promote_bot(there.chat, owner.person)
    await world.settle()
    await world.jobs.run_due()
    assert len(there.messages) == before + 1
    world.telegram.demote_bot(there.chat, owner.person)
    await world.settle()
    assert [one.subscribed for one in await chats(world)] == [True]


async def test_removed_and_added_again(world: World, owner: User) -> None:
    there, _topic = await subscribed_topic(world, owner)
    world.telegram.remove_bot(there.chat, owner.person)
    await world.settle()
    assert [one.subscribed for one in await chats(world)] == [False]
    world.telegram.add_bot(there.chat, owner.person)
    await world.settle()
    assert [one.subscribed for one in await chats(world)] == [True]


async def test_a_group_that_becomes_a_supergroup_keeps_its_settings(world: World, owner: User) -> None:
    group = world.telegram.group("Отдел", [owner.person], supergroup=False)
    there = owner.within(group)
    await there.types("/subscribe")
    new = world.telegram.migrate(group)
    await world.settle()
    await ring(world)
    await world.jobs.run_due()
    assert [one.address.chat_id for one in await chats(world)] == [new.id]
    assert len(owner.within(new).messages) == 1


async def test_what_waits_for_a_group_comes_into_the_supergroup_that_listens_already(
    world: World, owner: User
) -> None:
    group = world.telegram.group("Отдел", [owner.person], supergroup=False)
    await owner.within(group).types("/subscribe")
    await ring(world)
    new = world.telegram.migrate(group)
    late = world.telegram.take_updates()
    await owner.within(new).types("/subscribe@callprompt_bot")
    before = len(owner.within(new).messages)
    for update in late:
        await world.dispatcher.feed_raw_update(world.bot, update)
    await world.jobs.run_due()
    assert [one.address.chat_id for one in await chats(world)] == [new.id]
    assert len(owner.within(new).messages) == before + 1


async def test_privacy_mode_is_enough(world: World, owner: User) -> None:
    """A command that names the bot reaches it, a bare one only after it has spoken, and talk never."""
    group = world.telegram.group("Отдел", [owner.person])
    there = owner.within(group)
    world.telegram.send_text(group, owner.person, "/subscribe")
    await there.types("/subscribe@another_bot")
    await there.types("добрый день, коллеги")
    assert there.messages == []
    await there.types("/subscribe@callprompt_bot")
    world.telegram.send_text(group, owner.person, "/unsubscribe")
    await world.settle()
    assert [one.subscribed for one in await chats(world)] == [False]


async def test_without_privacy_mode_talk_is_still_not_answered(world: World, owner: User) -> None:
    group = world.telegram.group("Отдел", [owner.person], privacy=False)
    there = owner.within(group)
    for said in ("добрый день, коллеги", "/subscribe@another_bot", "/no_such_command"):
        await there.types(said)
    assert there.messages == []
