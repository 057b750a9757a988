"""2,000 calls end within a minute for 40 chats: `python -m bench.flood`, or as a part of `make bench`.

The real bot against the strict stand-in of Telegram. What is measured: requests refused because of our own haste,
the order of each chat's cards, who was told that cards are late, and how quickly people are answered meanwhile.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bench.postgresql import embedded
from bench.rig import OWNER, Rig
from sandbox.telegram import Chat, Person
from services.cards.wanted import want
from services.clock import SystemClock
from services.db.engine import open_engine
from services.db.models import CallRow, ChatRow, IntegrationRow, MemberRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.call import CallState
from services.jobs.engine import DurableJobs

CALLS, CHATS, SECONDS = 2_000, 40, 60.0
PRESSES = 10.0
"""Seconds between two things that each of the people does: a press, a command."""
LIMIT = 900.0
SIGN = "📞"


@dataclass
class Flooded:
    """One company of its own, with one chat: a private one or a group."""

    person: Person
    chat: Chat
    workspace_id: int = 0
    integration_id: int = 0
    chat_number: int = 0


@dataclass(frozen=True)
class Outcome:
    calls: int
    chats: int
    workers: int
    ended: float
    """Seconds in which the calls ended: more than a minute where the machine is too slow for it."""
    seconds: float
    """From the first call to the last card."""
    refused: int
    disordered: int
    """Cards that stand before one of an earlier call which had ended when they were chosen."""
    told_late: int
    press: tuple[float, float]
    """p50 and p95 of the answer to a press, in milliseconds."""
    redrawn: tuple[float, float]
    """The same until a command's message stands in the chat."""

    def __str__(self) -> str:
        press, redrawn = (f"p50 {one[0]:.0f} ms, p95 {one[1]:.0f} ms" for one in (self.press, self.redrawn))
        return (
            f"{self.calls} calls within {self.ended:.0f} s for {self.chats} chats, {self.workers} worker(s): "
            f"{self.refused} refused with 429, {self.disordered} out of order, "
            f"all cards after {self.seconds:.0f} s, {self.told_late} chats told; "
            f"a press meanwhile {press}; a command's answer {redrawn}"
        )


@dataclass
class Measured:
    presses: list[tuple[str, float]] = field(default_factory=list)
    commands: list[float] = field(default_factory=list)


class Flood:
    def __init__(self, rig: Rig, address: str, calls: int, chats: int, workers: int) -> None:
        self._rig = rig
        self._calls = calls
        self._workers = workers
        self._clock = SystemClock()
        self._database = Database(open_engine(address))
        self._jobs = DurableJobs(address, executor_id="bench-flood")
        self._places = [self._place(number) for number in range(chats)]
        self._read = self._shown = 0
        self._ended: dict[tuple[int, int], float] = {}
        """(chat, number of the call) -> when it ended."""

    def _place(self, number: int) -> Flooded:
        telegram = self._rig.telegram
        person = telegram.person(f"N{number}", user_id=OWNER + 1 + number)
        telegram.private(person).started = True
        chat = telegram.group(f"G{number}", [person]) if number % 2 else telegram.private(person)
        return Flooded(person, chat)

    async def run(self) -> Outcome:
        await self._rig.start()
        await self._rig.say("/start", "Начнём")
        for _ in range(self._workers - 1):
            await self._rig.start(ROLE="worker")
        for place in self._places:
            await self._settle_in(place)
        await self._jobs.start({})
        measured, begun = Measured(), time.perf_counter()
        people = asyncio.ensure_future(self._people(measured))
        await self._end_calls()
        ended = time.perf_counter() - begun
        await self._rig.telegram.wait_for(self._all_shown, LIMIT)
        seconds = time.perf_counter() - begun
        people.cancel()
        await asyncio.gather(people, return_exceptions=True)
        await self._jobs.stop(grace_seconds=0)
        await self._database.close()
        return self._outcome(measured, ended, seconds)

    async def _settle_in(self, place: Flooded) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            workspace = WorkspaceRow(name="B", zone="Europe/Moscow", language="ru", settings={}, created_at=now)
            session.add(workspace)
            await session.flush()
            integration = IntegrationRow(
                workspace_id=workspace.id,
                kind="bitrix24",
                name="P",
                account=f"portal-{workspace.id}",
                secrets="",
                settings={},
                state="disconnected",
                created_at=now,
            )
            chat = ChatRow(
                workspace_id=workspace.id,
                chat_id=place.chat.id,
                kind=place.chat.kind,
                title=place.chat.title,
                language="ru",
                created_at=now,
            )
            member = MemberRow(
                workspace_id=workspace.id, user_id=place.person.id, name="N", role="owner", created_at=now
            )
            session.add_all([integration, chat, member])
            await session.flush()
            place.workspace_id, place.integration_id = workspace.id, integration.id
            place.chat_number = chat.id

    async def _end_calls(self) -> None:
        """Spread evenly over a minute; every fifth one was begun before the four that ended ahead of it."""
        begun, started = time.perf_counter(), self._clock.now() - timedelta(hours=8)
        for number in range(self._calls):
            place, turn = self._places[number % len(self._places)], number // len(self._places)
            order = turn - 4 if turn % 5 == 4 else turn + 1
            async with self._database.write() as session:
                row = CallRow(
                    workspace_id=place.workspace_id,
                    integration_id=place.integration_id,
                    external_id=f"n{number}",
                    started_at=started + timedelta(minutes=order),
                    duration=60,
                    direction="incoming",
                    client_name=f"N{order}.",
                    state=CallState.DONE,
                    due_at=self._clock.now(),
                    seen_at=self._clock.now(),
                )
                session.add(row)
                await session.flush()
                await want(session, self._jobs, row.id, self._clock.now())
            self._ended[place.chat.id, order] = time.perf_counter()
            await asyncio.sleep(max(0.0, begun + SECONDS * number / self._calls - time.perf_counter()))

    def _cards(self, place: Flooded) -> list[tuple[int, float]]:
        """(number, when sent) in the order of the messages."""
        return [
            (int(entry.params["text"].partition(" N")[2].partition(".")[0]), entry.at)
            for entry in self._rig.telegram.journal
            if entry.status == 200
            and entry.method == "sendMessage"
            and entry.params["chat_id"] == place.chat.id
            and SIGN in entry.params["text"]
        ]

    def _all_shown(self) -> bool:
        """Looks at what is new in the journal: this is asked at every request."""
        fresh = self._rig.telegram.journal[self._read :]
        self._read += len(fresh)
        self._shown += sum(one.status == 200 and SIGN in str(one.params.get("text", "")) for one in fresh)
        return self._shown >= self._calls

    async def _people(self, measured: Measured) -> None:
        async with asyncio.TaskGroup() as group:
            for number, place in enumerate(self._places):
                group.create_task(self._person(place, measured, number / len(self._places) * PRESSES))

    async def _person(self, place: Flooded, measured: Measured, after: float) -> None:
        """Looks at the status, and again and again: in the private chat, where cards come as well."""
        telegram = self._rig.telegram
        chat = telegram.private(place.person)
        await asyncio.sleep(after)
        while True:
            measured.commands.append(await self._command(chat, place.person))
            window = next(one for one in reversed(telegram.messages(chat)) if one.keyboard)
            data = window.keyboard[0][0]["callback_data"]
            for _ in range(4):
                number = telegram.press(chat, window.message_id, place.person, data=data)
                measured.presses.append((number, time.perf_counter()))
                await asyncio.sleep(PRESSES)

    async def _command(self, chat: Chat, person: Person) -> float:
        telegram = self._rig.telegram
        before = len([one for one in telegram.messages(chat) if "Как идёт работа" in one.text])
        begun = time.perf_counter()
        telegram.send_text(chat, person, "/status")
        await telegram.wait_for(
            lambda: len([one for one in telegram.messages(chat) if "Как идёт работа" in one.text]) > before
        )
        return time.perf_counter() - begun

    def _outcome(self, measured: Measured, ended: float, seconds: float) -> Outcome:
        telegram = self._rig.telegram
        answered = [
            telegram.callbacks[number]["answered_at"] - at
            for number, at in measured.presses
            if telegram.callbacks[number]["answer"] is not None
        ]
        late = [one for one in telegram.journal if "задерживаются" in str(one.params.get("text", ""))]
        return Outcome(
            calls=self._calls,
            chats=len(self._places),
            workers=self._workers,
            ended=ended,
            seconds=seconds,
            refused=sum(entry.status == 429 for entry in telegram.journal),
            disordered=sum(self._disordered(place) for place in self._places),
            told_late=len({one.params["chat_id"] for one in late}),
            press=_halves(answered),
            redrawn=_halves(measured.commands),
        )

    def _disordered(self, place: Flooded) -> int:
        """An earlier call came after it, though it had ended when the card before it was sent.

        The next card is chosen after that moment, and how long it then waits for its turn says nothing of order.
        """
        cards = self._cards(place)
        shift = time.time() - time.perf_counter()
        return sum(
            any(
                later < number and self._ended[place.chat.id, later] + shift < cards[index - 1][1]
                for later, _ in cards[index + 1 :]
            )
            for index, (number, _) in enumerate(cards)
            if index > 0
        )


def _halves(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    waits = sorted(seconds)
    return waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.95)] * 1000


async def flood(address: str, *, calls: int = CALLS, chats: int = CHATS, workers: int = 1) -> Outcome:
    """On PostgreSQL: the calls end in a process of their own, and an SQLite file is for one."""
    async with Rig(PULL_SECONDS="60", DATABASE_URL=address) as rig:
        rig.telegram.rates.enforce = True
        return await Flood(rig, address, calls, chats, workers).run()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--chats", type=int, default=CHATS)
    parser.add_argument("--workers", type=int, default=1, help="processes; the first one polls too")
    wanted = parser.parse_args()
    with embedded() as address:
        outcome = asyncio.run(flood(address, calls=wanted.calls, chats=wanted.chats, workers=wanted.workers))
    print(outcome)
    return 1 if outcome.refused or outcome.disordered else 0


if __name__ == "__main__":
    sys.exit(main())
