"""Whom the page can play, and the chats they are in: everybody's own with the bot, and a group with topics."""

from dataclasses import dataclass

from sandbox.telegram import Chat, Person, TelegramServer

OWNER = 5_000_000_001
PRIVATE = "bot"
GROUP = "Отдел продаж"
TOPICS = ("Сделки", "Сервис")


@dataclass(frozen=True)
class Room:
    """A private chat stands for whoever looks at it."""

    key: str
    title: str
    chat: Chat | None
    thread_id: int = 0


class Cast:
    """Three people: the owner, a colleague to be invited, and one who speaks English."""

    def __init__(self, telegram: TelegramServer) -> None:
        self._telegram = telegram
        self.people = (
            telegram.person("Анна", user_id=OWNER),
            telegram.person("Борис", user_id=OWNER + 1),
            telegram.person("Kate", user_id=OWNER + 2, language_code="en"),
        )
        telegram.private(self.owner).started = True
        group = telegram.group(GROUP, list(self.people), forum=True)
        rooms = [Room(PRIVATE, "🤖 Бот", None), Room("group", f"👥 {GROUP}", group)]
        rooms += [
            Room(f"topic{n}", f"# {name}", group, telegram.topic(group, name)) for n, name in enumerate(TOPICS)
        ]
        self.rooms = {room.key: room for room in rooms}

    @property
    def owner(self) -> Person:
        return self.people[0]

    def person(self, number: str) -> Person:
        """The owner unless somebody else is meant."""
        return next((one for one in self.people if str(one.id) == number), self.owner)

    def place(self, person: Person, key: str) -> tuple[Chat, int]:
        """The chat and its topic that this person is looking at."""
        room = self.rooms.get(key, self.rooms[PRIVATE])
        return (room.chat or self._telegram.private(person)), room.thread_id

    def latest(self, person: Person) -> dict[str, int]:
        """The newest message of each room: the page marks the rooms with something new."""
        newest = {}
        for key in self.rooms:
            chat, thread_id = self.place(person, key)
            shown = self._telegram.messages(chat, thread_id=thread_id)
            newest[key] = max((one.message_id for one in shown), default=0)
        return newest
