"""Calls, transcripts and verdicts, in and out of their rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.clean import without_controls
from services.db.insert import insert_unless_there
from services.db.models import CallRow, TranscriptRow
from services.db.repositories.accounts import is_left_behind
from services.domain.call import (
    Binding,
    Call,
    CallState,
    Direction,
    FoundCall,
    ObjectRef,
    Reason,
    Segment,
    Transcript,
)
from services.domain.integration import ObjectKind

LONGEST = 2**31 - 1
"""Seconds that a column holds."""
CHUNK = 500
FORGOTTEN = {"forgotten": "yes"}
"""A call's references once its words are deleted: the way back to the recording goes with them."""


def untouchable(row: CallRow) -> str | None:
    """Why nothing of it can be repeated or taken back any more, as a code of Refused; None: it can."""
    if is_left_behind(row):
        return "account_left"
    return "words_gone" if row.refs == FORGOTTEN else None


def found_of(row: CallRow) -> FoundCall:
    return FoundCall(
        external_id=row.external_id,
        started_at=row.started_at,
        duration=row.duration,
        direction=Direction(row.direction),
        phone=row.phone,
        answered=row.answered,
        manager_id=row.manager_id,
        manager_name=row.manager_name,
        has_recording=row.has_recording,
        refs=dict(row.refs),
        traits=dict(row.traits),
    )


def binding_of(row: CallRow) -> Binding | None:
    if row.object_kind is None or row.object_id is None:
        return None
    return Binding(
        object=ObjectRef(ObjectKind(row.object_kind), row.object_id),
        funnel_external_id=row.funnel_external_id or "",
        stage_external_id=row.stage_external_id or "",
        title=row.object_title,
        url=row.object_url,
        client_name=row.client_name,
    )


def call_of(row: CallRow) -> Call:
    return Call(
        id=row.id,
        workspace_id=row.workspace_id,
        integration_id=row.integration_id,
        found=found_of(row),
        state=CallState(row.state),
        reason=Reason(row.reason) if row.reason else None,
        binding=binding_of(row),
        attempt=row.attempt,
        first_seen_at=row.seen_at,
    )


def _found_values(found: FoundCall) -> dict[str, Any]:
    """Foreign texts that fit their columns: neither a long one nor an odd one must keep a call out."""
    return {
        "started_at": found.started_at,
        "duration": min(max(found.duration, 0), LONGEST),
        "direction": found.direction,
        "phone": without_controls(found.phone)[:64],
        "answered": found.answered,
        "manager_id": without_controls(found.manager_id)[:64],
        "manager_name": without_controls(found.manager_name)[:255],
        "has_recording": found.has_recording,
        "refs": {name: without_controls(value) for name, value in found.refs.items()},
        "traits": {name: without_controls(value) for name, value in found.traits.items()},
    }


def _new_values(workspace_id: int, integration_id: int, found: FoundCall, now: datetime) -> dict[str, Any]:
    return {
        **_found_values(found),
        "workspace_id": workspace_id,
        "integration_id": integration_id,
        "external_id": found.external_id,
        "state": CallState.NEW,
        "object_title": "",
        "object_url": "",
        "client_name": "",
        "attempt": 0,
        "tries": 0,
        "due_at": now,
        "seen_at": now,
    }


async def add_call(
    session: AsyncSession, workspace_id: int, integration_id: int, found: FoundCall, now: datetime
) -> int | None:
    """The new call's id, or None when it is known already."""
    return await insert_unless_there(session, CallRow, _new_values(workspace_id, integration_id, found, now))


async def add_calls(
    session: AsyncSession, workspace_id: int, integration_id: int, calls: Sequence[FoundCall], now: datetime
) -> list[CallRow]:
    """Calls that are surely new, with few statements. Raises what the database says of any odd one among them."""
    rows = [CallRow(**_new_values(workspace_id, integration_id, found, now)) for found in calls]
    session.add_all(rows)
    await session.flush()
    return rows


async def unknown(session: AsyncSession, integration_id: int, calls: Sequence[FoundCall]) -> list[FoundCall]:
    """Those that have no row yet, each once: overlap brings most of them again and again."""
    left = {found.external_id: found for found in reversed(calls)}
    asked = list(left)
    for start in range(0, len(asked), CHUNK):
        known = await session.scalars(
            select(CallRow.external_id).where(
                CallRow.integration_id == integration_id,
                CallRow.external_id.in_(asked[start : start + CHUNK]),
            )
        )
        for one in known:
            del left[one]
    return list(reversed(left.values()))


def update_found(row: CallRow, found: FoundCall) -> None:
    """What the remote system says by now; the start of a call never changes."""
    for name, value in _found_values(found).items():
        if name != "started_at":
            setattr(row, name, value)


def update_binding(row: CallRow, binding: Binding) -> None:
    row.object_kind = binding.object.kind
    row.object_id = binding.object.id
    row.funnel_external_id = binding.funnel_external_id
    row.stage_external_id = binding.stage_external_id
    row.object_title = binding.title
    row.object_url = binding.url
    row.client_name = binding.client_name


async def transcript_of(session: AsyncSession, call_id: int) -> Transcript | None:
    row = await session.scalar(select(TranscriptRow).where(TranscriptRow.call_id == call_id))
    if row is None:
        return None
    segments = tuple(Segment(start, end, speaker, text) for start, end, speaker, text in row.segments)
    return Transcript(segments=segments, source=row.source, seconds=row.seconds)


async def add_transcript(
    session: AsyncSession, call_id: int, transcript: Transcript, model: str, now: datetime
) -> None:
    """Keeps the first one: a transcript is made once per call."""
    await insert_unless_there(
        session,
        TranscriptRow,
        {
            "call_id": call_id,
            "source": transcript.source,
            "segments": [[s.start, s.end, s.speaker, s.text] for s in transcript.segments],
            "seconds": transcript.seconds,
            "model": model,
            "created_at": now,
        },
    )
