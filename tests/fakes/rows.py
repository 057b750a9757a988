"""Puts a small company into a database: what tests start from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from services.db.models import (
    ChatRow,
    FunnelRow,
    IntegrationRow,
    MemberRow,
    PromptRow,
    PromptVersionRow,
    StageRow,
    WorkspaceRow,
)
from services.db.repositories.wordings import place_to_json, question_to_row
from services.db.unit_of_work import Database
from services.domain.integration import IntegrationState, Kind
from services.domain.prompt import Ask, Place
from services.secrets import Vault

OWNER = 1001
COMMENT = Place()
TEST_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]


@dataclass(frozen=True)
class Company:
    workspace_id: int
    member_id: int
    integration_id: int
    chat_id: int


async def add_company(database: Database, webhook: str, now: datetime) -> Company:
    async with database.write() as session:
        workspace = WorkspaceRow(
            name="Тёплый дом", zone="Europe/Moscow", language="ru", settings={}, created_at=now
        )
        session.add(workspace)
        await session.flush()
        member = MemberRow(
            workspace_id=workspace.id, user_id=OWNER, name="Анна", role="owner", language="ru", created_at=now
        )
        chat = ChatRow(
            workspace_id=workspace.id,
            chat_id=OWNER,
            thread_id=0,
            kind="private",
            title="Анна",
            language="ru",
            subscribed=True,
            created_at=now,
        )
        integration = IntegrationRow(
            workspace_id=workspace.id,
            kind=Kind.BITRIX24,
            name="Портал",
            account="portal.test",
            secrets=Vault(TEST_KEYS).close({"webhook_url": webhook}),
            settings={},
            state=IntegrationState.ACTIVE,
            created_at=now,
        )
        session.add_all([member, chat, integration])
        await session.flush()
        return Company(workspace.id, member.id, integration.id, chat.id)


async def add_telephony(database: Database, company: Company, now: datetime) -> Company:
    """The same company seen from a telephony of its own."""
    async with database.write() as session:
        row = IntegrationRow(
            workspace_id=company.workspace_id,
            kind=Kind.NOVOFON,
            name="Телефония",
            account="phones.test",
            secrets=Vault(TEST_KEYS).close({"token": "t"}),
            settings={},
            state=IntegrationState.ACTIVE,
            created_at=now,
        )
        session.add(row)
        await session.flush()
        return replace(company, integration_id=row.id)


async def add_funnel(
    database: Database, integration_id: int, external_id: str, name: str, stages: list[str], kind: str = "deal"
) -> tuple[int, dict[str, int]]:
    """The funnel's number and those of its stages."""
    async with database.write() as session:
        funnel = FunnelRow(
            integration_id=integration_id, object_kind=kind, external_id=external_id, name=name, sort=0
        )
        session.add(funnel)
        await session.flush()
        rows = {
            stage: StageRow(funnel_id=funnel.id, external_id=stage, name=stage, sort=number)
            for number, stage in enumerate(stages)
        }
        session.add_all(rows.values())
        await session.flush()
        return funnel.id, {name: row.id for name, row in rows.items()}


async def add_prompt(
    database: Database,
    company: Company,
    name: str,
    text: str,
    *,
    enabled_at: datetime | None,
    now: datetime,
    funnel_id: int | None = None,
    stage_id: int | None = None,
    place: Place = COMMENT,
    asks: Sequence[Ask] = (),
) -> int:
    """With `asks` the prompt has these questions instead of `text`."""
    async with database.write() as session:
        count = await session.scalar(select(func.count(PromptRow.id)))
        prompt = PromptRow(
            workspace_id=company.workspace_id,
            integration_id=company.integration_id,
            funnel_id=funnel_id,
            stage_id=stage_id,
            name=name,
            position=(count or 0) + 1,
            enabled=enabled_at is not None,
            enabled_at=enabled_at,
            created_by=company.member_id,
            created_at=now,
        )
        session.add(prompt)
        await session.flush()
        version = PromptVersionRow(
            prompt_id=prompt.id,
            number=1,
            destination=place.destination,
            into_id=place.into,
            options=place_to_json(place),
            created_by=company.member_id,
            created_at=now,
        )
        session.add(version)
        await session.flush()
        for number, ask in enumerate(asks or [Ask(text)], start=1):
            session.add(question_to_row(version.id, number, ask))
        return prompt.id


async def switch_off(database: Database, prompt_id: int) -> None:
    async with database.write() as session:
        prompt = await session.get_one(PromptRow, prompt_id)
        prompt.enabled, prompt.enabled_at = False, None
