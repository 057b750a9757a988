"""Joins the steps of the pipeline, given everything outside of it."""

from dataclasses import dataclass

from services.alerts.show import ShowAlert
from services.calls import CallService
from services.cards.show import ShowCards
from services.connecting.connectors import Connectors
from services.db.unit_of_work import Database
from services.digests.show import ShowDigest
from services.domain.call import CallState
from services.domain.prompt import Destination
from services.fieldbook import FieldBook
from services.jobs.queues import Job
from services.listening.closed import ClosedChats
from services.notices import Notices
from services.pipeline.arrivals import Arrivals
from services.pipeline.ask import AskStep
from services.pipeline.bind import BindStep
from services.pipeline.daily_cap import DailyCap
from services.pipeline.deliver import Deliver
from services.pipeline.health import HealthBook
from services.pipeline.hopeless import Hopeless
from services.pipeline.keep import Keeper
from services.pipeline.ledger import Ledger
from services.pipeline.model_pause import ModelPause
from services.pipeline.model_wait import ModelWait
from services.pipeline.moving import Moving
from services.pipeline.outcome import Outcomes
from services.pipeline.phone_target import FindTarget
from services.pipeline.process import ProcessCall, Step
from services.pipeline.pull import PullCalls
from services.pipeline.rounds import PullRound
from services.pipeline.schedule import Schedule
from services.pipeline.sweep import Sweep
from services.pipeline.targets import Targets
from services.pipeline.transcribe import TranscribeStep
from services.pipeline.writers.base import Writer
from services.pipeline.writers.comment import CommentWriter
from services.pipeline.writers.fields import FieldsWriter
from services.pipeline.writers.rows import RowWriter
from services.ports import Answerer, Clock, Guard, JobHandler, Jobs, Notifier, Transcriber
from services.timing import Timing
from services.undo import UndoService
from services.workspace.limits import Limits, Quota


@dataclass(frozen=True)
class Outside:
    """Every door the pipeline goes through."""

    database: Database
    connectors: Connectors
    answerer: Answerer
    transcriber: Transcriber
    notifier: Notifier
    jobs: Jobs
    clock: Clock
    guard: Guard
    timing: Timing = Timing()
    lanes: int = 5
    limits: Limits = Limits()


@dataclass(frozen=True)
class Pipeline:
    handlers: dict[str, JobHandler]
    calls: CallService
    undo: UndoService
    health: HealthBook
    fields: FieldBook
    moving: Moving
    notices: Notices


def build_pipeline(outside: Outside) -> Pipeline:
    database, jobs, clock, timing = outside.database, outside.jobs, outside.clock, outside.timing
    schedule = Schedule(jobs, clock, outside.lanes)
    notices = Notices(database, jobs, outside.notifier, clock)
    health = HealthBook(database, notices, schedule, clock)
    outcomes = Outcomes(database, jobs, schedule, clock, timing)
    pause = ModelPause(database, notices, clock)
    wait, cap = ModelWait(outcomes, pause, timing), DailyCap(database, pause, clock)
    keeper = Keeper(database, jobs, schedule, outcomes, clock)
    hopeless = Hopeless(outcomes, timing)
    bind = BindStep(database, outside.connectors, outcomes, hopeless, schedule, clock, timing)
    transcribe = TranscribeStep(
        database, outside.connectors, outside.transcriber, outcomes, wait, jobs, clock, timing
    )
    book = FieldBook(outside.connectors, clock)
    targets = Targets(database, book, notices)
    ask = AskStep(database, outside.connectors, outside.answerer, keeper, outcomes, wait, cap, targets, book)
    steps: dict[CallState, Step] = {
        CallState.NEW: bind,
        CallState.WAIT_BINDING: bind,
        CallState.BOUND: transcribe,
        CallState.WAIT_RECORD: transcribe,
        CallState.TRANSCRIBED: ask,
    }
    writers: dict[Destination, Writer] = {
        Destination.COMMENT: CommentWriter(),
        Destination.LIST: RowWriter(database),
        Destination.FIELDS: FieldsWriter(database),
    }
    ledger = Ledger(database, jobs, schedule, clock, timing)
    deliver = Deliver(database, outside.connectors, health, ledger, clock, timing, outside.guard, writers)
    arrivals = Arrivals(schedule, hopeless, notices, clock, Quota(outside.limits))
    pull = PullCalls(database, outside.connectors, health, arrivals, clock)
    closed = ClosedChats(notices, clock)
    handlers: dict[str, JobHandler] = {
        Job.ROUND: PullRound(database, pull, jobs, clock).run,
        Job.PULL: pull.run,
        Job.PROCESS: ProcessCall(database, steps, outcomes, health, clock).run,
        Job.TARGET: FindTarget(database, outside.connectors, keeper, health, schedule, jobs, clock, timing).run,
        Job.DELIVER: deliver.run,
        Job.CARDS: ShowCards(database, outside.notifier, jobs, closed, clock).run,
        Job.ALERT: ShowAlert(database, outside.notifier, jobs, closed, clock).run,
        Job.DIGEST: ShowDigest(database, outside.notifier, closed, clock).run,
        Job.NOTICE: notices.run,
        Job.SWEEP: Sweep(database, jobs, schedule, clock, timing).run,
    }
    return Pipeline(
        handlers,
        CallService(database, jobs, schedule, clock),
        UndoService(database, jobs, schedule, clock),
        health,
        book,
        Moving(jobs, outcomes, clock),
        notices,
    )
