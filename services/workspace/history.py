"""Who changed what in a company, and when: the audit, as people look through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AuditRow, CallRow, MemberRow, PersonRow
from services.db.unit_of_work import Database
from services.domain.workspace import Member
from services.errors import NotFound

PAGE = 8
MOST_PEOPLE = 24


class Topic(StrEnum):
    ANY = "a"
    PROMPTS = "p"
    PEOPLE = "m"
    SYSTEMS = "i"
    FUNNELS = "f"
    CHATS = "c"
    CALLS = "k"
    SETTINGS = "s"
    """Whatever is of none of the others."""


_BEGIN: Mapping[Topic, tuple[str, ...]] = {
    Topic.PROMPTS: ("prompt_",),
    Topic.PEOPLE: ("member_", "invitation_", "workspace_", "company_opened"),
    Topic.SYSTEMS: ("integration_",),
    Topic.FUNNELS: ("own_", "route_"),
    Topic.CHATS: ("chat_",),
    Topic.CALLS: ("call_",),
}
"""How the names of a topic's actions begin."""


@dataclass(frozen=True)
class Entry:
    """`details` are as the action noted them; `called_at` is when the call began that was dealt with."""

    id: int
    at: datetime
    user_id: int | None
    """None: nobody pressed anything, it follows from the settings of the installation."""
    name: str
    """Of whoever did it; empty when nobody knows any more."""
    action: str
    details: Mapping[str, str]
    called_at: datetime | None = None


@dataclass(frozen=True)
class Wanted:
    """What is looked for; person None: everybody. `person` is Telegram's id."""

    topic: Topic = Topic.ANY
    person: int | None = None
    page: int = 0


@dataclass(frozen=True)
class Page:
    entries: tuple[Entry, ...]
    more: bool


class HistoryService:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, member: Member, wanted: Wanted) -> Page:
        """The latest first."""
        query = _told(member.workspace_id).order_by(AuditRow.at.desc(), AuditRow.id.desc())
        query = query.offset(wanted.page * PAGE).limit(PAGE + 1)
        if wanted.topic is not Topic.ANY:
            query = query.where(_of_topic(wanted.topic))
        if wanted.person is not None:
            query = query.where(AuditRow.user_id == wanted.person)
        async with self._database.read() as session:
            rows = (await session.execute(query)).all()
            called = await _calls(session, member.workspace_id, rows)
        return Page(tuple(_entry(row, called) for row in rows[:PAGE]), len(rows) > PAGE)

    async def get(self, member: Member, number: int) -> Entry:
        """Raises NotFound."""
        async with self._database.read() as session:
            rows = (await session.execute(_told(member.workspace_id).where(AuditRow.id == number))).all()
            called = await _calls(session, member.workspace_id, rows)
        if not rows:
            raise NotFound(f"history {number}")
        return _entry(rows[0], called)

    async def people(self, member: Member) -> tuple[tuple[int, str], ...]:
        """Whoever changed something: Telegram's id and name; those who were last at work first."""
        told = _told(member.workspace_id).where(AuditRow.user_id.is_not(None)).subquery()
        latest = func.max(told.c.id)
        query = (
            select(told.c.user_id, func.max(told.c.name))
            .group_by(told.c.user_id)
            .order_by(latest.desc())
            .limit(MOST_PEOPLE)
        )
        async with self._database.read() as session:
            return tuple((user_id, name or "") for user_id, name in await session.execute(query))


def _told(workspace_id: int) -> Select[tuple[int, datetime, int | None, str, str, str, dict[str, str]]]:
    """What the bot noted for itself, of what it has told, is no history."""
    name = func.coalesce(MemberRow.name, PersonRow.name, "").label("name")
    return (
        select(
            AuditRow.id, AuditRow.at, AuditRow.user_id, name, AuditRow.action, AuditRow.subject, AuditRow.details
        )
        .outerjoin(
            MemberRow,
            and_(MemberRow.workspace_id == AuditRow.workspace_id, MemberRow.user_id == AuditRow.user_id),
        )
        .outerjoin(PersonRow, PersonRow.user_id == AuditRow.user_id)
        .where(AuditRow.workspace_id == workspace_id)
        .where(not_(AuditRow.action.startswith("notice:", autoescape=True)))
    )


def _of_topic(topic: Topic) -> ColumnElement[bool]:
    if topic is Topic.SETTINGS:
        return not_(or_(*(_begins(one) for one in _BEGIN)))
    return _begins(topic)


def _begins(topic: Topic) -> ColumnElement[bool]:
    return or_(*(AuditRow.action.startswith(begin, autoescape=True) for begin in _BEGIN[topic]))


async def _calls(session: AsyncSession, workspace_id: int, rows: Sequence[Row[Any]]) -> dict[str, datetime]:
    """When the calls began that these entries deal with, by our numbers of them."""
    calls = _BEGIN[Topic.CALLS]
    numbers = [int(row.subject) for row in rows if row.action.startswith(calls) and row.subject.isdigit()]
    if not numbers:
        return {}
    query = select(CallRow.id, CallRow.started_at).where(
        CallRow.id.in_(numbers), CallRow.workspace_id == workspace_id
    )
    return {str(number): at for number, at in await session.execute(query)}


def _entry(row: Row[Any], called: Mapping[str, datetime]) -> Entry:
    details = {key: str(value) for key, value in row.details.items()}
    began = called.get(row.subject) if row.action.startswith(_BEGIN[Topic.CALLS]) else None
    return Entry(row.id, row.at, row.user_id, row.name, row.action, details, began)
