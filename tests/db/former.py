"""A database as the former release left it, at revision 0004: every table filled, calls done and under way."""

from datetime import timedelta
from typing import Any

from alembic import command
from sqlalchemy import Table, inspect, select

from services.alerts.raising import keep_alert
from services.alerts.show import ShowAlert
from services.cards.show import ShowCards
from services.db.migrate import configuration
from services.db.models import (
    AccountRow,
    AuditRow,
    Base,
    CallRow,
    CallTargetRow,
    ChatRow,
    ClaimRow,
    ExecutorRow,
    FieldWriteRow,
    InboxRow,
    PendingAccessRow,
    PersonRow,
    PieceRow,
    PromptVersionRow,
    RouteRow,
    TranscriptRow,
    WizardStateRow,
)
from services.db.unit_of_work import Database
from services.domain.alert import AlertState, AlertVerdict
from services.domain.answer import DeliveryState
from services.domain.call import CallState
from services.domain.listening import Form
from services.domain.prompt import Place
from services.jobs.queues import Job
from services.listening.closed import ClosedChats
from services.notices import Notices
from services.pipeline.work import PromptWork
from tests.cards.conftest import Desk
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import JobBoard
from tests.fakes.notifier import MemoryNotifier
from tests.fakes.rows import OWNER, add_company, add_funnel, add_telephony

FORMER = "0004"
PHONE = "+79261234567"
WORDS = "у конкурентов дешевле"
Snapshot = dict[str, list[tuple[Any, ...]]]


async def turn_to(database: Database, revision: str) -> None:
    """Up or down."""
    async with database.engine.begin() as connection:
        tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        turn = command.downgrade if "pace" in tables else command.upgrade
        await connection.run_sync(lambda sync: turn(configuration(sync), revision))


async def snapshot(database: Database, tables: list[Table]) -> Snapshot:
    """Every row of these."""
    async with database.engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in await connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in tables
        }


async def tables_of(database: Database) -> list[Table]:
    async with database.engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    return [table for table in Base.metadata.sorted_tables if table.name in names]


async def left_behind(database: Database, clock: FakeClock) -> Desk:
    """What a release that knew nothing newer than `FORMER` has worked on."""
    desk = await _opened(database, clock)
    desk.call_id = await desk.add_call(
        external_id="done", phone=PHONE, client_name="Пётр", traits={"file_name": "a.mp3"}, state=CallState.DONE
    )
    await desk.add_verdict("Итог")
    await desk.add_answer("Итог", WORDS, quote=WORDS, quote_at=1.5)
    await desk.add_delivery("Итог", DeliveryState.CONFIRMED)
    await _alarmed(desk)
    await desk.want()
    await desk.jobs.run_due()
    await _around(desk)
    await _people(desk)
    await _machinery(desk)
    done = desk.call_id
    desk.call_id = await desk.add_call(external_id="under way")
    await desk.want()  # its card waits
    desk.call_id = done
    return desk


async def _opened(database: Database, clock: FakeClock) -> Desk:
    company = await add_company(database, "https://portal.test/rest/1/secret/", clock.now())
    jobs, notifier = JobBoard(clock), MemoryNotifier()
    notices = Notices(database, jobs, notifier, clock)
    closed = ClosedChats(notices, clock)
    jobs.handlers = {
        Job.CARDS: ShowCards(database, notifier, jobs, closed, clock).run,
        Job.ALERT: ShowAlert(database, notifier, jobs, closed, clock).run,
        Job.NOTICE: notices.run,
    }
    return Desk(database, clock, jobs, notifier, company)


async def _alarmed(desk: Desk) -> None:
    async with desk.database.write() as session:
        version = (await session.scalars(select(PromptVersionRow))).one()
        call = await session.get_one(CallRow, desk.call_id)
        work = PromptWork(1, version.prompt_id, version.id, "Итог", "", call.started_at, Place(), (), ())
        verdict = AlertVerdict(AlertState.RAISED, WORDS, 1.5)
        await keep_alert(session, desk.jobs, call, work, verdict, desk.clock.now())


async def _around(desk: Desk) -> None:
    """Of the call, of a telephony with a funnel of its own, and a topic that listens to digests."""
    now, company = desk.clock.now(), desk.company
    phones = (await add_telephony(desk.database, company, now)).integration_id
    funnel, stages = await add_funnel(desk.database, phones, "own-1", "Входящие", ["Новые"], kind="own")
    async with desk.database.write() as session:
        session.add_all(
            [
                TranscriptRow(
                    call_id=desk.call_id, source="speech", segments=[[WORDS]], seconds=1, created_at=now
                ),
                CallTargetRow(
                    call_id=desk.call_id,
                    integration_id=company.integration_id,
                    state="found",
                    object_id="7",
                    since=now,
                ),
                FieldWriteRow(
                    integration_id=company.integration_id,
                    target="deal:7",
                    field_id="UF_1",
                    call_id=desk.call_id,
                    started_at=now,
                ),
                PieceRow(key="piece", text=WORDS, created_at=now),
                RouteRow(
                    integration_id=phones, position=1, funnel_id=funnel, stage_id=stages["Новые"], created_at=now
                ),
                AccountRow(name="bitrix24:portal.test"),
                ChatRow(
                    workspace_id=company.workspace_id,
                    chat_id=-100500,
                    thread_id=7,
                    kind="supergroup",
                    title="Отдел › Итоги",
                    language="ru",
                    form=Form.DIGEST,
                    wants={"integrations": [company.integration_id]},
                    quiet={"begin": "22:00", "end": "08:00", "hush": "held"},
                    digest_due_at=now + timedelta(hours=7),
                    created_at=now,
                ),
            ]
        )


async def _people(desk: Desk) -> None:
    """One has asked for a client's data to be deleted: that release kept the calls of it in the history."""
    now, company = desk.clock.now(), desk.company
    done = (
        ("phone_forgotten", {"calls": str(desk.call_id), "left": "0"}),
        ("zone_changed", {"before": "UTC", "after": "Europe/Moscow"}),
    )
    async with desk.database.write() as session:
        session.add_all(
            [
                PersonRow(user_id=OWNER, name="Анна", workspace_id=company.workspace_id),
                ClaimRow(
                    workspace_id=company.workspace_id,
                    token_hash="h",
                    role="editor",
                    created_by=OWNER,
                    created_at=now,
                ),
                PendingAccessRow(
                    state="s",
                    member_id=company.member_id,
                    kind="amocrm",
                    sealed="x",
                    chat_id=OWNER,
                    expires_at=now,
                ),
                *(
                    AuditRow(
                        workspace_id=company.workspace_id,
                        user_id=OWNER,
                        action=action,
                        subject="1",
                        details=details,
                        at=now,
                    )
                    for action, details in done
                ),
            ]
        )


async def _machinery(desk: Desk) -> None:
    now = desk.clock.now()
    async with desk.database.write() as session:
        session.add_all(
            [
                InboxRow(update_id=7, payload={}, state="done", received_at=now),
                WizardStateRow(key="fsm:1", data={"number": 3}, member_id=desk.company.member_id, updated_at=now),
                ExecutorRow(id="former/1", beat_at=now),
            ]
        )
