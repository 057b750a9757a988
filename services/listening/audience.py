"""Which chats a call concerns. Most chats want everything: for them nothing is looked up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.db.models import AnswerRow, CallRow, ChatRow, FunnelRow, VerdictRow
from services.domain.answer import AnswerState
from services.domain.listening import Form, Wants
from services.listening.stored import wants_of


class CallFacts:
    """What settings of chats are held against, each read once and only when a chat asks for it."""

    def __init__(self, session: AsyncSession, call: CallRow) -> None:
        self._session = session
        self.call = call
        self._funnel: tuple[int | None] | None = None
        self._prompts: dict[int, bool] | None = None

    async def funnel(self) -> int | None:
        """Our number of the funnel the call is in."""
        if self._funnel is None:
            found = await self._session.scalar(
                select(FunnelRow.id).where(
                    FunnelRow.integration_id == self.call.integration_id,
                    FunnelRow.object_kind == self.call.object_kind,
                    FunnelRow.external_id == (self.call.funnel_external_id or ""),
                )
            )
            self._funnel = (found,)
        return self._funnel[0]

    async def prompts(self) -> dict[int, bool]:
        """The prompts that are for the call; whether they have found an answer."""
        if self._prompts is None:
            found = exists().where(
                AnswerRow.call_id == VerdictRow.call_id,
                AnswerRow.version_id == VerdictRow.version_id,
                AnswerRow.state == AnswerState.ANSWERED,
            )
            rows = await self._session.execute(
                select(VerdictRow.prompt_id, found).where(
                    VerdictRow.call_id == self.call.id, VerdictRow.state != "skipped"
                )
            )
            self._prompts = {row[0]: row[1] for row in rows}
        return self._prompts


async def chats_for_cards(session: AsyncSession, call: CallRow, now: datetime) -> list[ChatRow]:
    facts = CallFacts(session, call)
    return [
        chat
        for chat in await _listening(session, call.workspace_id, (Form.CARDS,), now)
        if not chat.wants or await _wants_card(wants_of(chat.wants), facts, now)
    ]


async def chats_for_alert(session: AsyncSession, call: CallRow, prompt_id: int, now: datetime) -> list[ChatRow]:
    """A digest tells of alerts once a day; nobody else in a chat that wants them misses one."""
    facts = CallFacts(session, call)
    found = []
    for chat in await _listening(session, call.workspace_id, (Form.CARDS, Form.ALERTS), now):
        wants = wants_of(chat.wants)
        if wants.takes_prompt(prompt_id, now) and await takes_call(wants, facts):
            found.append(chat)
    return found


async def _listening(
    session: AsyncSession, workspace_id: int, forms: Sequence[Form], now: datetime
) -> Sequence[ChatRow]:
    """A muted chat misses what happens meanwhile, and is not told afterwards."""
    rows = await session.scalars(
        select(ChatRow)
        .where(
            ChatRow.workspace_id == workspace_id,
            ChatRow.subscribed.is_(True),
            ChatRow.gone_at.is_(None),
            ChatRow.form.in_(forms),
        )
        .order_by(ChatRow.id)
    )
    return [row for row in rows if row.muted_until is None or row.muted_until <= now]


async def takes_call(wants: Wants, facts: CallFacts) -> bool:
    funnel = await facts.funnel() if wants.funnels is not None else None
    return wants.takes_call(facts.call.integration_id, funnel)


async def _wants_card(wants: Wants, facts: CallFacts, now: datetime) -> bool:
    if not await takes_call(wants, facts):
        return False
    prompts = await facts.prompts()
    shown = [found for prompt_id, found in prompts.items() if wants.takes_prompt(prompt_id, now)]
    if wants.only_with_data:
        return any(shown)
    # A call that no prompt is for yet has a card only where every prompt is wanted.
    return bool(shown) or (not prompts and wants.prompts is None)
