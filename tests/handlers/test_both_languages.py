"""Several languages at once: each person in their own, each chat in its own, and no word of another one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass

import pytest
from aiogram.utils.i18n import ngettext

from handlers.workspace.texts import SPEAKS
from sandbox.telegram import Chat, ShownMessage
from services.domain.workspace import Language, Member, Role
from services.listening.chats import ChatService
from services.workspace.workspaces import FIRST_NAME
from tests.handlers.chats.calls import ring
from tests.harness.telegram import languages
from tests.harness.world import User, World

TURNS = ("ws:l:", "ch:n:")
"""Buttons that change the language."""
CLIENT = "Сергей"
COMMANDS = "start new prompts enable disable funnels status integrations connect chats members history workspace "
COMMANDS += "settings privacy cancel help subscribe unsubscribe"
CYRILLIC = re.compile("[а-яё]+", re.IGNORECASE)


@dataclass
class Walk:
    """Somebody who presses every kind of button they see, once, and keeps what was said."""

    user: User
    said: list[str] = field(default_factory=list)
    pressed: set[str] = field(default_factory=set)

    async def command(self, text: str) -> None:
        before = len(self.user.messages)
        await self.user.types(text)
        for shown in self.user.messages[before:]:
            await self._window(shown)

    async def _window(self, shown: ShownMessage) -> None:
        self.said += [shown.text, *shown.buttons]
        for button in [one for row in shown.keyboard for one in row]:
            data = button.get("callback_data", "")
            kind = re.sub(r"@\w+$|\d+", "#", data)
            if not data or kind in self.pressed or kind.startswith(TURNS):
                continue
            self.pressed.add(kind)
            await self._press(shown, data)

    async def _press(self, shown: ShownMessage, data: str) -> None:
        world, user = self.user.world, self.user
        before = len(user.messages)
        number = world.telegram.press(user.chat, shown.message_id, user.person, data=data)
        await world.settle()
        answer = world.telegram.callbacks[number]["answer"]
        self.said.append(answer["text"] if answer else "")
        for window in [shown, *user.messages[before:]]:
            if window.message_id in world.telegram.shown[user.chat.id]:
                await self._window(window)


def foreign(said: list[str], known: set[str]) -> set[str]:
    """Cyrillic words that are not names of the company's own things."""
    found = set()
    for text in said:
        for name in sorted(known, key=len, reverse=True):
            text = text.replace(name, "")
        if CYRILLIC.search(text):
            found.add(text)
    return found


def strings_of(thing: object, seen: set[int]) -> Iterator[str]:
    """Every string in the stand-in's world: names of funnels, people, fields."""
    if isinstance(thing, str):
        yield thing
        return
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if is_dataclass(thing):
        thing = vars(thing)
    if isinstance(thing, dict):
        thing = [*thing.keys(), *thing.values()]
    if isinstance(thing, list | tuple | set):
        for one in thing:
            yield from strings_of(one, seen)


def names_of_the_company(world: World) -> set[str]:
    portal = world.portal
    held = [portal.funnels, portal.users, portal.fields, portal.lists, portal.items, FIRST_NAME, SPEAKS, CLIENT]
    return {one for one in strings_of(held, set()) if CYRILLIC.search(one)}


def said_in(language: str, words: str) -> str:
    """The label of a button as it is in this language."""
    return languages().locales[language].gettext(words)


async def company_at_work(world: World, language: str) -> User:
    """A person whose company has a portal, a prompt, chats that listen, and a call with its card."""
    user = await world.member(Role.OWNER, "Ann", language)
    world.portal.add_funnel("Service", [("NEW", "New", None), ("WON", "Won", "S")])
    await user.types("/connect")
    await user.press(said_in(language, "Битрикс24"))
    await user.types(world.portal.webhook_url)
    await user.types("/new")
    await user.press(said_in(language, "Любая воронка"))
    await user.press("💬")
    await user.types("Objections")
    await user.types("What did the client object to?")
    await user.press("✅")
    await user.press("💾")
    await user.types("/subscribe")
    group = world.telegram.group("Team", [user.person])
    await world.settle()
    await user.within(group).types("/subscribe")
    await ring(world)
    await world.jobs.run_due()
    return user


async def walked(world: World, language: str) -> Walk:
    walk = Walk(await company_at_work(world, language))
    for shown in list(walk.user.messages):
        await walk._window(shown)
    for name in COMMANDS.split():
        await walk.command(f"/{name}")
    return walk


async def test_an_english_person_never_meets_a_russian_word(world: World) -> None:
    walk = await walked(world, "en")
    assert len(walk.pressed) > 60
    assert foreign(walk.said, names_of_the_company(world)) == set()


def said_there(world: World, chat: Chat, thread_id: int) -> list[str]:
    return [one.text for one in world.telegram.messages(chat, thread_id=thread_id)]


async def test_everybody_is_spoken_to_in_their_own_language_and_each_chat_in_its_own(world: World) -> None:
    anna, bob = await world.member(Role.OWNER, "Анна"), await world.member(Role.EDITOR, "Bob", "en")
    group = world.telegram.group("Team", [anna.person, bob.person], forum=True)
    topic = world.telegram.topic(group, "Deals")
    await world.settle()
    await anna.within(group).types("/subscribe")
    await anna.within(group, topic).types("/subscribe")
    for one in (anna, bob):
        await one.types("/subscribe")
        await one.types("/chats")
    assert "Чаты" in anna.last.text
    await anna.press("Deals" if any("Deals" in label for label in anna.last.buttons) else "Team")
    chats = {chat.address.thread_id: chat for chat in await ChatService(world.database, world.clock).of(1)}
    await ChatService(world.database, world.clock).settings.set_language(
        await _as_member(world, anna), chats[topic].id, Language.EN
    )
    await ring(world)
    await world.jobs.run_due()
    cards = {
        (chat.id, thread): [
            one.text for one in world.telegram.messages(chat, thread_id=thread) if "📞" in one.text
        ]
        for chat, thread in ((anna.chat, 0), (bob.chat, 0), (group, 0), (group, topic))
    }
    told = {place: texts[0].partition("·")[0] for place, texts in cards.items()}
    assert told == {
        (anna.chat.id, 0): "📞 Входящий ",
        (bob.chat.id, 0): "📞 Incoming ",
        (group.id, 0): "📞 Входящий ",
        (group.id, topic): "📞 Incoming ",
    }
    assert "10 мар., 12:00" in cards[group.id, 0][0]
    assert "Mar 10, 12:00" in cards[group.id, topic][0]
    await bob.within(group).types("/status")
    assert "Как идёт работа" in bob.within(group).last.text
    await anna.within(group, topic).types("/status")
    assert "How the work goes" in anna.within(group).last.text


async def _as_member(world: World, user: User) -> Member:
    known = await world.workspaces.who_is(user.person.id)
    assert known is not None
    return known[0]


async def test_a_groups_language_is_chosen_in_its_settings_and_outlives_other_changes(world: World) -> None:
    anna = await world.member(Role.OWNER)
    team, other = (world.telegram.group(name, [anna.person]) for name in ("Team", "Отдел"))
    await world.settle()
    for group in (team, other):
        await anna.within(group).types("/subscribe")
    await anna.types("/chats")
    await anna.press("Team")
    await anna.press("🌐 English")
    assert "🌐 Русский" in anna.last.buttons
    await anna.within(team).types("/subscribe")
    await anna.types("/settings")
    await anna.press("Язык ответов и карточек: English")
    await anna.press("Язык ответов и карточек: Русский")
    spoken = {chat.title: chat.language for chat in await ChatService(world.database, world.clock).of(1)}
    assert spoken == {"Team": Language.RU, "Отдел": Language.RU}


@pytest.mark.parametrize(
    ("count", "russian", "english"),
    [
        (1, "1 промпт", "1 prompt"),
        (2, "2 промпта", "2 prompts"),
        (5, "5 промптов", "5 prompts"),
        (11, "11 промптов", "11 prompts"),
        (21, "21 промпт", "21 prompts"),
        (112, "112 промптов", "112 prompts"),
    ],
)
def test_numbers_have_their_forms(count: int, russian: str, english: str) -> None:
    i18n = languages()
    for language, told in (("ru", russian), ("en", english)):
        with i18n.context(), i18n.use_locale(language):
            assert ngettext("{n} промпт", "{n} промптов", count).format(n=count) == told
