"""Counts a day of calls for a chat, by prompt, with the alerts that were raised in it."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts.view import deal_of
from services.db.models import AlertRow, AnswerRow, CallRow, FunnelRow, PromptRow, VerdictRow
from services.domain.alert import AlertState
from services.domain.answer import AnswerState
from services.domain.call import CallState
from services.domain.digest import DigestAlert, DigestLine, DigestView
from services.domain.listening import Wants

MOST_ALERTS = 100
OLDEST = timedelta(days=30)
"""Before the digest begins: alerts of older calls are none of its business, whenever they were raised."""


async def build_digest(
    session: AsyncSession, workspace_id: int, zone: str, wants: Wants, begin: datetime, end: datetime
) -> DigestView:
    wanted = _wanted(workspace_id, wants)
    calls = [*wanted, CallRow.started_at >= begin, CallRow.started_at < end]
    states = await session.execute(select(CallRow.state, func.count()).where(*calls).group_by(CallRow.state))
    counts: dict[str, int] = {row[0]: row[1] for row in states}
    # A recording may come days after its call: the alert is told when it is raised, or nobody would hear of it.
    raised = [CallRow.started_at >= begin - OLDEST, AlertRow.created_at >= begin, AlertRow.created_at < end]
    alerts, more_alerts = await _alerts(session, wants, [*wanted, *raised], end)
    return DigestView(
        begin=begin,
        end=end,
        zone=zone,
        calls=sum(count for state, count in counts.items() if state != CallState.SKIPPED),
        failed=counts.get(CallState.FAILED, 0),
        lines=await _lines(session, wants, calls, end),
        alerts=alerts,
        more_alerts=more_alerts,
    )


def _wanted(workspace_id: int, wants: Wants) -> list[ColumnElement[bool]]:
    conditions = [CallRow.workspace_id == workspace_id]
    if wants.integrations is not None:
        conditions.append(CallRow.integration_id.in_(wants.integrations))
    if wants.funnels is not None:
        conditions.append(
            exists().where(
                FunnelRow.id.in_(wants.funnels),
                FunnelRow.integration_id == CallRow.integration_id,
                FunnelRow.object_kind == CallRow.object_kind,
                FunnelRow.external_id == CallRow.funnel_external_id,
            )
        )
    return conditions


async def _lines(
    session: AsyncSession, wants: Wants, calls: list[ColumnElement[bool]], end: datetime
) -> tuple[DigestLine, ...]:
    """In the order of the prompts; those that no call was for are left out."""
    said = exists().where(AnswerRow.call_id == VerdictRow.call_id, AnswerRow.version_id == VerdictRow.version_id)
    each = (
        select(
            VerdictRow.prompt_id,
            VerdictRow.state,
            said.where(AnswerRow.state == AnswerState.ANSWERED).label("found"),
            said.where(AnswerRow.state == AnswerState.REFUSED).label("refused"),
        )
        .join(CallRow, CallRow.id == VerdictRow.call_id)
        .where(VerdictRow.state != "skipped", *calls)
        .subquery()
    )
    rows = await session.execute(
        select(each.c.prompt_id, each.c.state, each.c.found, each.c.refused, func.count()).group_by(
            each.c.prompt_id, each.c.state, each.c.found, each.c.refused
        )
    )
    tallies: dict[int, dict[str, int]] = {}
    for prompt_id, state, found, refused, count in rows:
        if wants.takes_prompt(prompt_id, end):
            tally = tallies.setdefault(prompt_id, {})
            name = _outcome(state, found=found, refused=refused)
            tally[name] = tally.get(name, 0) + count
    prompts = await session.scalars(
        select(PromptRow).where(PromptRow.id.in_(tallies)).order_by(PromptRow.position, PromptRow.id)
    )
    return tuple(DigestLine(prompt.name, **tallies[prompt.id]) for prompt in prompts)


def _outcome(state: str, *, found: bool, refused: bool) -> str:
    """The name of a count of `DigestLine`. Of several fields one with a value is enough."""
    if state == "matched":
        return "waiting"
    if found:
        return "found"
    return "failed" if state == "failed" or refused else "no_data"


async def _alerts(
    session: AsyncSession, wants: Wants, which: list[ColumnElement[bool]], end: datetime
) -> tuple[tuple[DigestAlert, ...], int]:
    """The first ones, and how many there are besides.

    Those whose words were deleted meanwhile are left out: there is nothing to tell.
    """
    muted = [one for one, mute in wants.mutes.items() if mute.covers(end)]
    raised = [AlertRow.state == AlertState.RAISED, AlertRow.quote != "", AlertRow.prompt_id.not_in(muted), *which]
    if wants.prompts is not None:
        raised.append(AlertRow.prompt_id.in_(wants.prompts))
    of_the_call = CallRow.id == AlertRow.call_id
    count = await session.scalar(select(func.count(AlertRow.id)).join(CallRow, of_the_call).where(*raised)) or 0
    rows = await session.execute(
        select(AlertRow, CallRow, PromptRow)
        .join(CallRow, of_the_call)
        .join(PromptRow, PromptRow.id == AlertRow.prompt_id)
        .where(*raised)
        .order_by(CallRow.started_at, AlertRow.id)
        .limit(MOST_ALERTS)
    )
    found = []
    for alert, call, prompt in rows.all():
        title, url, client = await deal_of(session, call)
        who = client or call.phone
        found.append(
            DigestAlert(
                prompt.name, call.started_at, who, alert.quote, alert.quote_at, title, url, call_id=call.id
            )
        )
    return tuple(found), count - len(found)
