"""The second step of a call: its words. The CRM's own transcript first, else the recording is listened to."""

from dataclasses import replace

import structlog
from sqlalchemy import select, update

from services.cards.wanted import want
from services.clean import without_controls
from services.connecting.connectors import Connectors
from services.db.locking import LOCK
from services.db.models import CallRow, PromptRow, VerdictRow
from services.db.repositories.calls import add_transcript
from services.db.unit_of_work import Database
from services.domain.call import Call, CallState, FoundCall, Reason, Transcript
from services.errors import BadAudio, Gone
from services.integrations.base import Connector
from services.llm.gate import gate
from services.pipeline.latest import latest
from services.pipeline.model_wait import ModelWait
from services.pipeline.outcome import Outcomes
from services.pipeline.recording_wait import RecordingWait
from services.ports import Clock, Jobs, ModelFailure, Transcriber
from services.timing import Timing

log = structlog.get_logger(__name__)

FINAL_FAILURES = frozenset({"too_long", "refused", "rejected"})


class TranscribeStep:
    """Runs for calls in BOUND and WAIT_RECORD."""

    def __init__(
        self,
        database: Database,
        connectors: Connectors,
        transcriber: Transcriber,
        outcomes: Outcomes,
        wait: ModelWait,
        jobs: Jobs,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._database = database
        self._connectors = connectors
        self._transcriber = transcriber
        self._outcomes = outcomes
        self._wait = wait
        self._jobs = jobs
        self._clock = clock
        self._late = RecordingWait(outcomes, clock, timing)

    async def run(self, call: Call) -> bool:
        if not await self._anybody_asks(call.id):
            await self._outcomes.skip(call.id, Reason.PROMPT_OFF)
            return False
        connector = await self._connectors.get(call.integration_id)
        waited = call.attempt > 1  # for whatever: a recording may have come or been replaced meanwhile
        found = await latest(self._database, connector, call) if waited else call.found
        try:
            heard = await self._hear(connector, found)
        except BadAudio:
            await self._outcomes.fail(call.id, Reason.BAD_AUDIO)
            return False
        except Gone:
            await self._outcomes.fail(call.id, Reason.NO_RECORD)
            return False
        except ModelFailure as failure:
            await self._model_failed(call, failure)
            return False
        if heard is None:
            await self._late.begin(call.id, found, connector)
            return False
        return await self._store(call.id, *heard)

    async def _anybody_asks(self, call_id: int) -> bool:
        """Prompts switched off meanwhile are not run; nothing is paid for a call nobody asks of."""
        async with self._database.write() as session:
            call = await session.get_one(CallRow, call_id)
            off = select(PromptRow.id).where(
                PromptRow.enabled.is_(False)
                | PromptRow.deleted_at.is_not(None)
                | (PromptRow.enabled_at > call.started_at)
            )
            await session.execute(
                update(VerdictRow)
                .where(
                    VerdictRow.call_id == call_id,
                    VerdictRow.state == "matched",
                    VerdictRow.prompt_id.in_(off),
                )
                .values(state="skipped", reason=Reason.PROMPT_OFF)
            )
            left = await session.scalar(
                select(VerdictRow.id).where(VerdictRow.call_id == call_id, VerdictRow.state == "matched").limit(1)
            )
        return left is not None

    async def _hear(self, connector: Connector, found: FoundCall) -> tuple[Transcript, str] | None:
        """The words and the model that heard them; None: there is nothing to hear yet."""
        ready = await connector.transcript(found)
        if ready is not None:
            return _clean(ready), ""
        async with connector.recording(found) as audio:
            if audio is None:
                return None
            speech = await self._transcriber.transcribe(audio)
        return Transcript(speech.segments, "speech", speech.seconds), speech.model

    async def _store(self, call_id: int, transcript: Transcript, model: str) -> bool:
        reason = gate(transcript.segments, transcript.seconds)
        now = self._clock.now()
        async with self._database.write() as session:
            row = await session.get_one(CallRow, call_id, with_for_update=LOCK)
            if CallState(row.state).final:
                return False  # ended meanwhile: its words were to be forgotten, or its account was left
            await add_transcript(session, call_id, transcript, model, now)
            row.duration = row.duration or round(transcript.seconds)
            if reason is not None:
                await self._outcomes.finish(session, row, CallState.SKIPPED, reason)
                return False
            await self._outcomes.advance(session, row, CallState.TRANSCRIBED)
            await want(session, self._jobs, call_id, now)
        return True

    async def _model_failed(self, call: Call, failure: ModelFailure) -> None:
        log.warning("transcription_failed", kind=failure.kind)
        if failure.kind in FINAL_FAILURES:
            await self._outcomes.fail(call.id, Reason.TRANSCRIPTION_FAILED)
        else:
            await self._wait.begin(call, "speech", [failure], Reason.TRANSCRIPTION_FAILED)


def _clean(told: Transcript) -> Transcript:
    """A CRM's text may hold what no database takes."""
    segments = [replace(one, text=without_controls(one.text)) for one in told.segments]
    return replace(told, segments=tuple(segments))
