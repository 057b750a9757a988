"""Workspaces and their members: who somebody is, languages, settings."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.access import Action
from services.audit import note
from services.db.models import ChatRow, MemberRow, WorkspaceRow
from services.db.unit_of_work import Database
from services.domain.workspace import Language, Member, Role, Workspace
from services.errors import Refused
from services.listening.settings import set_digest_clock
from services.ports import Clock
from services.values.money import CURRENCIES
from services.workspace.presence import company_of_group, lock_to_change, membership, remember_person

FIRST_NAME = "Моя компания"
FIRST_NAMES = {Language.RU: FIRST_NAME, Language.EN: "My company"}
"""Until its owner calls it something."""
FIRST_ZONE = "Europe/Moscow"
DEAREST = 1_000_000
HIGHEST_CAP = 100_000_000
_ROUBLES = re.compile(r"\s*(\d[\d\s]{0,12}(?:[.,]\d{1,2})?)\s*(?:₽|р|руб\w*)?\.?\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def member_of_row(row: MemberRow) -> Member:
    return Member(
        id=row.id,
        workspace_id=row.workspace_id,
        user_id=row.user_id,
        name=row.name,
        role=Role(row.role),
        language=Language(row.language) if row.language else None,
    )


def workspace_of_row(row: WorkspaceRow) -> Workspace:
    settings: dict[str, Any] = row.settings
    tariff = settings.get("tariff")
    return Workspace(
        id=row.id,
        name=row.name,
        zone=row.zone,
        language=Language(row.language),
        recommended_prompts=int(settings.get("recommended_prompts", 7)),
        tariff=(tariff["input"], tariff["output"]) if tariff else None,
        daily_cap=settings.get("daily_cap"),
        hard_limit_prompts=settings.get("hard_limit_prompts"),
        keep_days=settings.get("keep_days", Workspace.keep_days),
        keep_answers_days=settings.get("keep_answers_days", settings.get("keep_days", Workspace.keep_days)),
        strict_quotes=bool(settings.get("strict_quotes", True)),
        mask_personal=bool(settings.get("mask_personal", True)),
        currency=str(settings.get("currency", "RUB")),
        limited=bool(settings.get("limited", False)),
    )


class WorkspaceService:
    """What is changed of a company raises NotFound for whoever may not do so any more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def who_is(self, user_id: int, *, group: int = 0) -> tuple[Member, Workspace] | None:
        """The member behind a Telegram user, in the company that they work in at present.

        In a group, by Telegram's number of it, in the company that the group listens to: whoever is no member
        of that one is a stranger there. None for a stranger.
        """
        async with self._database.read() as session:
            company = await company_of_group(session, group) if group else None
            found = await membership(session, user_id, company)
            return (member_of_row(found[0]), workspace_of_row(found[1])) if found is not None else None

    async def add_member(self, workspace_id: int, user_id: int, name: str, role: Role) -> Member:
        async with self._database.write() as session:
            now = self._clock.now()
            return member_of_row(await put_member(session, workspace_id, user_id, name, role, now))

    async def remember_name(self, member: Member, name: str) -> None:
        """People are called as in Telegram."""
        if name and name != member.name:
            async with self._database.write() as session:
                await session.execute(
                    update(MemberRow).where(MemberRow.user_id == member.user_id).values(name=name[:256])
                )
                await remember_person(session, member.user_id, name)

    async def learn_language(self, member: Member, language: Language) -> None:
        """Of whoever never chose one: what comes unasked is in the one that their Telegram speaks."""
        if member.language is None:
            await self.set_language(member, language)

    async def set_language(self, member: Member, language: Language) -> None:
        """The person's, in all their companies; their private chat speaks it too."""
        private = ChatRow.chat_id == member.user_id
        async with self._database.write() as session:
            own = MemberRow.user_id == member.user_id
            await session.execute(update(MemberRow).where(own).values(language=language))
            await session.execute(update(ChatRow).where(private).values(language=language))

    async def set_company_language(self, member: Member, language: Language) -> None:
        """Of answers, comments, and of cards in groups, but for those that were given another one."""
        async with self._database.write() as session:
            row = await lock_to_change(session, member, Action.SETTINGS)
            groups = (ChatRow.workspace_id == row.id) & (ChatRow.kind != "private")
            groups &= ChatRow.language == row.language
            before, row.language = row.language, language
            await session.execute(update(ChatRow).where(groups).values(language=language))
            said = {"before": before, "after": language}
            note(session, self._clock, row.id, member.user_id, "language_changed", row.id, **said)

    async def set_zone(self, member: Member, zone: str) -> None:
        """Raises Refused("unknown_zone")."""
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Refused("unknown_zone") from None
        async with self._database.write() as session:
            row = await lock_to_change(session, member, Action.SETTINGS)
            note(
                session,
                self._clock,
                row.id,
                member.user_id,
                "zone_changed",
                row.id,
                before=row.zone,
                after=zone,
            )
            row.zone = zone
            digests = select(ChatRow).where(ChatRow.workspace_id == row.id, ChatRow.digest_due_at.is_not(None))
            for chat in (await session.scalars(digests)).all():
                await set_digest_clock(session, chat, self._clock.now())

    async def set_tariff(self, member: Member, words: str) -> None:
        """Two numbers: roubles per million tokens, in and out. Raises Refused("not_a_tariff")."""
        numbers = [float(one.replace(",", ".")) for one in _NUMBER.findall(words)]
        if len(numbers) != 2 or max(numbers) > DEAREST:
            raise Refused("not_a_tariff")
        await self._set(member, "tariff", {"input": numbers[0], "output": numbers[1]}, told=words[:60])

    async def set_daily_cap(self, member: Member, words: str) -> None:
        """Roubles a day for the model; 0 lifts the limit. Raises Refused("not_a_cap")."""
        number = _ROUBLES.fullmatch(words)
        cap = float(re.sub(r"\s", "", number[1]).replace(",", ".")) if number else None
        if cap is None or cap > HIGHEST_CAP:
            raise Refused("not_a_cap")
        async with self._database.write() as session:
            row = await lock_to_change(session, member, Action.SETTINGS)
            before = row.settings.get("daily_cap")
            row.settings = {**row.settings, "daily_cap": cap or None}
            note(
                session,
                self._clock,
                row.id,
                member.user_id,
                "daily_cap_changed",
                row.id,
                before=str(before),
                after=str(cap or None),
            )

    async def set_recommended(self, member: Member, count: int) -> None:
        await self._set(member, "recommended_prompts", count, action="recommended_changed")

    async def set_strict_quotes(self, member: Member, to: bool) -> None:
        await self._set(member, "strict_quotes", to)

    async def set_mask_personal(self, member: Member, to: bool) -> None:
        await self._set(member, "mask_personal", to)

    async def set_hard_limit(self, member: Member, count: int | None) -> None:
        """How many prompts may be on in a funnel; None lifts the limit. Those that are on stay on."""
        await self._set(member, "hard_limit_prompts", count)

    async def _set(self, member: Member, name: str, value: Any, *, action: str = "", told: str = "") -> None:
        """`action` and `told` are for the audit, where the setting's own name and value will not do."""
        async with self._database.write() as session:
            row = await lock_to_change(session, member, Action.SETTINGS)
            before = str(row.settings.get(name)) if name in row.settings and not told else ""
            row.settings = {**row.settings, name: value}
            what, after = action or f"{name}_changed", told or str(value)
            note(session, self._clock, row.id, member.user_id, what, row.id, before=before, after=after)

    async def set_currency(self, member: Member, code: str) -> None:
        """Of sums named without one. Raises Refused("unknown_currency")."""
        if code not in CURRENCIES:
            raise Refused("unknown_currency")
        await self._set(member, "currency", code)

    async def set_keep_days(self, member: Member, days: int | None) -> None:
        """None: for ever."""
        await self._set(member, "keep_days", days)

    async def set_keep_answers_days(self, member: Member, days: int | None) -> None:
        """None: for ever. Until it is set, answers are kept as long as what was said."""
        await self._set(member, "keep_answers_days", days)


async def put_member(
    session: AsyncSession,
    workspace_id: int,
    user_id: int,
    name: str,
    role: Role,
    now: datetime,
    language: Language | None = None,
) -> MemberRow:
    """A new member, or another role for a known one.

    `language` is for whoever never chose one: what comes unasked has to be in it as well.
    """
    row = await session.scalar(
        select(MemberRow).where(MemberRow.workspace_id == workspace_id, MemberRow.user_id == user_id)
    )
    if row is None:
        spoken = select(MemberRow.language).where(MemberRow.user_id == user_id, MemberRow.language.is_not(None))
        row = MemberRow(
            workspace_id=workspace_id,
            user_id=user_id,
            name=name[:256],
            language=await session.scalar(spoken.limit(1)),
            created_at=now,
        )
        session.add(row)
    row.role = role
    row.language = row.language or language
    await session.flush()
    return row
