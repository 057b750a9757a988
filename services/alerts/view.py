"""Reads what an alert shows from the rows of its call."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import (
    AlertMessageRow,
    AlertRow,
    CallRow,
    CardRow,
    ChatRow,
    MemberRow,
    PromptRow,
    PromptVersionRow,
    WorkspaceRow,
)
from services.db.repositories.targets import targets_of
from services.db.repositories.wordings import condition_of
from services.domain.alert import AlertView, Person


async def build_alert(session: AsyncSession, row: AlertMessageRow) -> AlertView:
    alert = await session.get_one(AlertRow, row.alert_id)
    call = await session.get_one(CallRow, alert.call_id)
    prompt = await session.get_one(PromptRow, alert.prompt_id)
    version = await session.get_one(PromptVersionRow, alert.version_id)
    workspace = await session.get_one(WorkspaceRow, call.workspace_id)
    title, url, client = await deal_of(session, call)
    card = await session.scalar(
        select(CardRow.message_id).where(CardRow.call_id == call.id, CardRow.chat_id == row.chat_id)
    )
    return AlertView(
        workspace_id=call.workspace_id,
        call_id=call.id,
        prompt_id=prompt.id,
        prompt_name=prompt.name,
        condition=condition_of(version),
        quote=alert.quote,
        quote_at=alert.quote_at,
        started_at=call.started_at,
        zone=workspace.zone,
        manager=call.manager_name,
        client=client,
        phone=call.phone,
        object_title=title,
        object_url=url,
        people=await _people(session, prompt, await session.get_one(ChatRow, row.chat_id)),
        chat_number=row.chat_id,
        card_message_id=card,
    )


async def deal_of(session: AsyncSession, call: CallRow) -> tuple[str, str, str]:
    """Title and address of the deal, and the client's name; those of a telephony's call are in its CRM."""
    if call.object_url:
        return call.object_title, call.object_url, call.client_name
    for target in await targets_of(session, call.id):
        if target.object_url:
            return target.object_title, target.object_url, target.client_name or call.client_name
    return "", "", call.client_name


async def _people(session: AsyncSession, prompt: PromptRow, chat: ChatRow) -> tuple[Person, ...]:
    """Whoever has left the company is not called; nor is anybody in a private chat but the person whose it is."""
    rows = await session.scalars(
        select(MemberRow)
        .where(MemberRow.workspace_id == prompt.workspace_id, MemberRow.id.in_(prompt.tell))
        .order_by(MemberRow.id)
    )
    everybody = chat.kind != "private"
    return tuple(Person(row.user_id, row.name) for row in rows if everybody or row.user_id == chat.chat_id)
