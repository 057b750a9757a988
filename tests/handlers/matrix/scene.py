"""The company in question, everybody who might try something in it, and what is seen of each try."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject
from sqlalchemy import Table, select

from handlers.workspace import texts
from services.access import Action
from services.cards.wanted import want
from services.db.models import Base, DeliveryRow
from services.domain.call import CallState
from services.domain.workspace import Role
from tests.handlers.matrix.routes import EXISTING, Probe, name_of
from tests.handlers.prompts.making import fill
from tests.handlers.test_status import add_call
from tests.harness.world import User, World

SECRETS = ("Секретный", "Тайный", "Альфа", "127.0.0.1", "Анна", "79001112233")
"""Of the first company: of its prompts, people, systems and clients."""
TRACES = {"wizard_state", "person", "inbox", "account"}
"""Tables in which a person leaves only their own traces."""
LEARNT = {"language", "name"}
"""What is known of a member from their own messages."""
OF_THE_FIRST = {"workspace_id", "integration_id", "prompt_id", "version_id", "call_id", "funnel_id"}
Rows = Mapping[tuple[str, Any], Mapping[str, Any]]


class Reached(BaseMiddleware):
    """Innermost: which routes have let somebody in."""

    def __init__(self) -> None:
        self.routes: list[str] = []

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        self.routes.append(name_of(data["handler"]))
        return await handler(event, data)


def watch(world: World) -> Reached:
    reached = Reached()
    (router,) = world.dispatcher.sub_routers
    for event in ("message", "edited_message", "callback_query"):
        router.observers[event].middleware(reached)
    return reached


async def furnish(world: World) -> User:
    """A company in which there is one of everything; each has the number 1. Its owner."""
    owner = await world.member(Role.OWNER, "Анна")
    assert owner.member is not None
    await world.companies.rename(owner.member, "Альфа")
    await owner.types("/connect")
    await owner.press("Битрикс24")
    await owner.types(world.portal.webhook_url)
    prompt, _ = await fill(world, owner, "Секретный", "Тайный")
    call = await add_call(world, client_name="Секретный", phone="79001112233", state=CallState.FAILED)
    await owner.types("/subscribe")
    await world.invitations.invite(owner.member, Role.EDITOR, days=0)
    async with world.database.write() as session:
        for part, state, reason in ((1, "unverifiable", "cannot_verify"), (2, "confirmed", None)):
            session.add(_delivery(call, prompt.id, world.clock.now(), part=part, state=state, reason=reason))
        await want(session, world.jobs, call, world.clock.now())
    return owner


def _delivery(call: int, prompt: int, now: datetime, **values: object) -> DeliveryRow:
    """A write whose outcome a person has to decide, or one that may be taken back."""
    return DeliveryRow(
        call_id=call,
        prompt_id=prompt,
        version_id=prompt,
        integration_id=EXISTING,
        destination="comment",
        target="deal:7",
        marker="ai:x",
        due_at=now,
        created_at=now,
        confirmed_at=now,
        **values,
    )


async def in_group(world: World, owner: User, *users: User) -> list[User]:
    """Each in a group that listens to the company."""
    group = world.telegram.group("Отдел", [owner.person, *(user.person for user in users)])
    await owner.within(group).types("/subscribe")
    return [user.within(group) for user in users]


async def rows(world: World) -> Rows:
    found: dict[tuple[str, Any], Mapping[str, Any]] = {}
    async with world.database.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in TRACES:
                for row in await session.execute(select(table)):
                    left_out = LEARNT if table.name == "member" else set()
                    told = {name: value for name, value in row._mapping.items() if name not in left_out}
                    found[_key(table, row._mapping)] = told
    return found


def _key(table: Table, row: Mapping[Any, Any]) -> tuple[str, Any]:
    return table.name, tuple(row[column.name] for column in table.primary_key)


def belongs_to_the_first(key: tuple[str, Any], row: Mapping[str, Any]) -> bool:
    name, number = key
    if name == "workspace":
        return bool(number == (EXISTING,))
    return any(row.get(column) == EXISTING for column in OF_THE_FIRST & row.keys())


@dataclass(frozen=True)
class Scene:
    """Everything that somebody without a right must leave as it is."""

    rows: Rows
    jobs: int
    asked_of_portal: int
    shown_elsewhere: Mapping[tuple[int, int], int]


async def state_of(world: World, besides: Iterable[int]) -> Scene:
    """`besides`: chats in which the tries are answered."""
    own = set(besides)
    shown = {
        (chat, message.message_id): message.edited
        for chat, messages in world.telegram.shown.items()
        if chat not in own
        for message in messages.values()
        if message.from_bot
    }
    return Scene(await rows(world), len(world.jobs.waiting), len(world.portal.calls), shown)


@dataclass
class Tries:
    """One person in one chat, trying one way in after another."""

    user: User
    reached: Reached
    failures: list[str] = field(default_factory=list)

    async def one(self, probe: Probe, mark: str = "", *, opened: bool = False) -> tuple[str, bool]:
        """What was heard, and whether the route let them in. `opened`: the dialogue was begun as people do."""
        user = self.user
        before = {shown.message_id: shown.edited for shown in user.messages}
        user.alert = ""
        self.reached.routes.clear()
        state = user.world.dispatcher.fsm.get_context(user.world.bot, user.chat.id, user.person.id)
        if probe.state and not opened:
            await state.set_state(probe.state)
            await state.set_data({"number": 1})
        if probe.data:
            await user.forges(probe.data + mark)
        else:
            await user.types(probe.text)
        if probe.state and not opened:
            await state.set_state(None)
        changed = [
            f"{shown.text} {shown.buttons}"
            for shown in user.messages
            if before.get(shown.message_id) != shown.edited and shown.text != "old"
        ]
        return "\n".join([user.alert, *changed]).strip(), probe.route in self.reached.routes

    async def refused(self, probes: Iterable[Probe]) -> None:
        """Nobody lets them in, nothing is told, and what they hear is a refusal or nothing."""
        for probe in probes:
            heard, is_in = await self.one(probe)
            is_open = probe.route in OPEN_TO_ALL
            begun = probe.link and await self._is_asked_something()
            refused = is_open or self._is_refusal(heard)
            if (is_in and not is_open) or leaks(heard) or begun or not refused:
                self.failures.append(f"{probe} -> {heard!r}")

    async def blind(self, probes: Iterable[Probe], mark: str = "") -> None:
        """They may do as they like in their own company; nothing of the first one is told."""
        for probe in probes:
            heard, _ = await self.one(probe, mark)
            if leaks(heard):
                self.failures.append(f"{probe}{mark} -> {heard!r}")

    async def _is_asked_something(self) -> bool:
        user = self.user
        state = user.world.dispatcher.fsm.get_context(user.world.bot, user.chat.id, user.person.id)
        return await state.get_state() is not None

    def _is_refusal(self, heard: str) -> bool:
        return not heard or any(one in heard for one in refusals(self.user.world))


OPEN_TO_ALL = {"workspace.start.start", "connecting.guarding.pasted"}
"""Reached by everybody; what is behind them is decided inside."""


def leaks(heard: str) -> bool:
    return any(secret in heard for secret in SECRETS)


def refusals(world: World) -> tuple[str, ...]:
    with world.i18n.context(), world.i18n.use_locale("ru"):
        doors = (texts.closed_door(), texts.closed_door_short())
        refused = {texts.not_yours(needs) for needs in Action}
        return (*doors, *refused, texts.old_window(), texts.unknown())
