"""A day of calls in one message: what is counted, when it comes, once a day through whatever happens."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.db.models import AlertRow, CallRow, ChatRow, PostedRow, PromptVersionRow, VerdictRow
from services.digests.due import put_digests
from services.digests.show import ShowDigest
from services.digests.view import MOST_ALERTS, build_digest
from services.domain.alert import AlertState
from services.domain.answer import AnswerState
from services.domain.call import CallState
from services.domain.digest import DigestLine, DigestView
from services.domain.listening import Form, Hush, Wants
from services.domain.workspace import ChatAddress, Member, Role
from services.jobs.queues import Job
from services.listening.chats import ChatService
from services.listening.closed import ClosedChats
from services.notices import Notices
from services.ports import ChatBusy, ChatGone, ChatMoved, TopicGone
from services.workspace.workspaces import WorkspaceService
from tests.cards.conftest import Desk
from tests.cards.conftest import desk as desk
from tests.fakes.rows import OWNER

EVENING = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
"""19:00 in Moscow, on the day the clock of tests begins."""


class Days:
    """A chat with digests; time goes by with a look each minute that matters."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        closed = ClosedChats(Notices(desk.database, desk.jobs, desk.notifier, desk.clock), desk.clock)
        desk.jobs.handlers[Job.DIGEST] = ShowDigest(desk.database, desk.notifier, closed, desk.clock).run

    @property
    def owner(self) -> Member:
        company = self.desk.company
        return Member(company.member_id, company.workspace_id, OWNER, "Анна", Role.OWNER, None)

    async def begin(self) -> None:
        settings = ChatService(self.desk.database, self.desk.clock).settings
        await settings.set_form(self.owner, self.desk.company.chat_id, Form.DIGEST)

    async def at(self, moment: datetime) -> list[tuple[ChatAddress, DigestView, bool]]:
        """The sweep of that minute; all digests so far."""
        self.desk.clock.moment = moment
        await put_digests(self.desk.database, self.desk.jobs, moment)
        await self.desk.jobs.run_due()
        return self.desk.notifier.digests

    async def chat(self) -> ChatRow:
        async with self.desk.database.read() as session:
            return await session.get_one(ChatRow, self.desk.company.chat_id)

    async def alert(self, prompt: str, quote: str = "у конкурентов дешевле") -> None:
        async with self.desk.database.write() as session:
            query = select(PromptVersionRow).where(PromptVersionRow.prompt_id == self.desk.prompts[prompt])
            version = (await session.scalars(query)).one()
            session.add(
                AlertRow(
                    call_id=self.desk.call_id,
                    prompt_id=version.prompt_id,
                    version_id=version.id,
                    state=AlertState.RAISED,
                    quote=quote,
                    quote_at=12.5,
                    created_at=self.desk.clock.now(),
                )
            )


@pytest.fixture
async def days(desk: Desk) -> Days:
    made = Days(desk)
    await desk.set_call(state=CallState.DONE, client_name="Сергей")
    await made.begin()
    return made


async def test_the_day_is_counted_by_prompt_with_its_alerts(days: Days) -> None:
    desk = days.desk
    for name in ("Итог", "Бюджет", "Сроки", "Имя"):
        await desk.add_verdict(name)
    await desk.add_answer("Итог", "да")
    await desk.add_answer("Бюджет", "", AnswerState.NO_DATA)
    await desk.add_answer("Сроки", "не скоро", AnswerState.REFUSED)
    await desk.add_verdict("Чужой", "skipped", "other_funnel")
    await days.alert("Итог")
    first = desk.call_id
    for number, state in enumerate((CallState.FAILED, CallState.SKIPPED)):
        desk.call_id = await desk.add_call(external_id=f"more-{number}", state=state)
    async with desk.database.write() as session:
        verdict = (await session.scalars(select(VerdictRow).where(VerdictRow.call_id == first))).first()
        assert verdict is not None
        session.add(
            VerdictRow(
                call_id=desk.call_id - 1,
                prompt_id=verdict.prompt_id,
                version_id=verdict.version_id,
                position=1,
                state="failed",
            )
        )
    ((address, view, silent),) = await days.at(EVENING)
    assert (address.chat_id, silent) == (OWNER, False)
    assert (view.calls, view.failed) == (2, 1)
    assert view.lines == (
        DigestLine("Итог", found=1, failed=1),
        DigestLine("Бюджет", no_data=1),
        DigestLine("Сроки", failed=1),
        DigestLine("Имя", waiting=1),
    )
    assert [(one.prompt_name, one.client, one.quote) for one in view.alerts] == [
        ("Итог", "Сергей", "у конкурентов дешевле")
    ]


async def test_once_a_day_at_the_hour_of_the_company(days: Days) -> None:
    assert await days.at(EVENING - timedelta(minutes=1)) == []
    for minutes in (0, 1, 2, 300):
        assert len(await days.at(EVENING + timedelta(minutes=minutes))) == 1
    await days.desk.add_call(external_id="next", started_at=EVENING + timedelta(hours=3), state=CallState.DONE)
    digests = await days.at(EVENING + timedelta(days=1))
    assert [(view.begin, view.end) for _, view, _ in digests] == [
        (EVENING - timedelta(days=1), EVENING),
        (EVENING, EVENING + timedelta(days=1)),
    ]
    assert [view.calls for _, view, _ in digests] == [1, 1]


async def test_a_day_without_calls_is_not_told(days: Days) -> None:
    async with days.desk.database.write() as session:
        await session.execute(update(CallRow).values(state=CallState.SKIPPED))
    assert await days.at(EVENING) == []
    assert (await days.chat()).digest_due_at == EVENING + timedelta(days=1)


async def test_an_alert_of_an_older_call_is_told_on_the_day_it_is_raised_and_once(days: Days) -> None:
    """Its recording came on the fifth day; the digest of its own day is long gone. No other call came that day."""
    await days.at(EVENING)
    days.desk.clock.moment = EVENING + timedelta(days=5, hours=-1)
    await days.desk.add_verdict("Итог")
    await days.alert("Итог")
    for day in range(5, 8):
        digests = await days.at(EVENING + timedelta(days=day))
    assert [[one.prompt_name for one in view.alerts] for _, view, _ in digests] == [[], ["Итог"]]
    assert digests[1][1].calls == 0


async def test_an_alert_between_the_end_of_a_day_and_its_digest_is_told_once(days: Days) -> None:
    await days.desk.add_verdict("Итог")
    days.desk.clock.moment = EVENING + timedelta(minutes=2)
    await days.alert("Итог")
    await days.at(EVENING + timedelta(minutes=5))
    digests = await days.at(EVENING + timedelta(days=1))
    assert sum(len(view.alerts) for _, view, _ in digests) == 1


async def test_two_jobs_for_one_evening_send_one(days: Days) -> None:
    desk = days.desk
    desk.clock.moment = EVENING
    await put_digests(desk.database, desk.jobs, EVENING)
    await put_digests(desk.database, desk.jobs, EVENING + timedelta(minutes=5))
    assert len(desk.jobs.waiting) == 2
    await desk.jobs.run_due()
    assert len(desk.notifier.digests) == 1


async def test_a_lost_job_is_put_again(days: Days) -> None:
    desk = days.desk
    await put_digests(desk.database, desk.jobs, EVENING)
    desk.jobs.lose_all()
    assert len(await days.at(EVENING + timedelta(minutes=6))) == 1


@pytest.mark.parametrize(
    ("failure", "address"),
    [
        (ChatBusy(30.0), ChatAddress(OWNER)),
        (ChatMoved(-100777), ChatAddress(-100777)),
        (TopicGone("deleted"), ChatAddress(OWNER)),
    ],
)
async def test_what_could_not_be_sent_comes_minutes_later(
    days: Days, failure: Exception, address: ChatAddress
) -> None:
    await days.desk.set_chat(thread_id=5 if isinstance(failure, TopicGone) else 0)
    days.desk.notifier.failures.append(failure)
    assert await days.at(EVENING) == []
    assert [one for one, _, _ in await days.at(EVENING + timedelta(minutes=6))] == [address]


async def test_a_chat_that_left_is_left_alone(days: Days) -> None:
    days.desk.notifier.failures.append(ChatGone("blocked"))
    await days.at(EVENING)
    assert await days.at(EVENING + timedelta(minutes=6)) == []
    assert (await days.chat()).gone_at is not None


@pytest.mark.parametrize(
    ("values", "evening", "silent"),
    [
        ({"muted_until": EVENING + timedelta(hours=1)}, 0, False),
        ({"quiet": {"begin": "18:00", "end": "20:00", "hush": Hush.SILENT}}, 1, True),
        ({"quiet": {"begin": "18:00", "end": "20:00", "hush": Hush.HELD}}, 0, False),
    ],
)
async def test_silence(days: Days, values: dict[str, Any], evening: int, silent: bool) -> None:
    await days.desk.set_chat(**values)
    digests = await days.at(EVENING)
    assert [one[2] for one in digests] == [silent] * evening
    later = await days.at(EVENING + timedelta(hours=2))
    assert len(later) == (0 if "muted_until" in values else 1)


async def test_another_hour_or_form_moves_it(days: Days) -> None:
    settings, number = ChatService(days.desk.database, days.desk.clock).settings, days.desk.company.chat_id
    await settings.set_digest_at(days.owner, number, time(21))
    assert await days.at(EVENING) == []
    await settings.set_form(days.owner, number, Form.CARDS)
    assert (await days.chat()).digest_due_at is None
    assert await days.at(EVENING + timedelta(hours=3)) == []


async def test_only_what_the_chat_wants_is_counted(days: Days) -> None:
    desk = days.desk
    for name in ("Итог", "Бюджет"):
        await desk.add_verdict(name)
        await desk.add_answer(name, "да")
        await days.alert(name)
    await desk.set_chat(wants={"prompts": [desk.prompts["Бюджет"]]})
    ((_, view, _),) = await days.at(EVENING)
    assert [line.prompt_name for line in view.lines] == ["Бюджет"]
    assert [one.prompt_name for one in view.alerts] == ["Бюджет"]
    await desk.set_chat(wants={"integrations": [999]})
    assert len(await days.at(EVENING + timedelta(days=1))) == 1


async def test_a_digest_that_tells_of_a_client_can_be_found_again(days: Days) -> None:
    await days.desk.add_verdict("Итог")
    await days.alert("Итог")
    ((address, _view, _silent),) = await days.at(EVENING)
    async with days.desk.database.read() as session:
        posted = (await session.scalars(select(PostedRow))).one()
    assert (posted.call_id, posted.chat_id) == (days.desk.call_id, address.chat_id)


async def test_an_alert_whose_words_were_deleted_is_not_told(days: Days) -> None:
    await days.desk.add_verdict("Итог")
    await days.alert("Итог", quote="")
    ((_address, view, _silent),) = await days.at(EVENING)
    assert (view.calls, view.alerts) == (1, ())


async def test_another_hour_neither_loses_calls_nor_tells_of_them_twice(days: Days) -> None:
    desk, number = days.desk, days.desk.company.chat_id
    settings = ChatService(desk.database, desk.clock).settings
    assert len(await days.at(EVENING)) == 1
    await settings.set_digest_at(days.owner, number, time(21))
    await desk.add_call(external_id="between", started_at=EVENING + timedelta(hours=1), state=CallState.DONE)
    ((_, second, _),) = (await days.at(EVENING + timedelta(hours=2)))[1:]
    assert (second.begin, second.end, second.calls) == (EVENING, EVENING + timedelta(hours=2), 1)
    await settings.set_digest_at(days.owner, number, time(18))
    await desk.add_call(external_id="next", started_at=EVENING + timedelta(hours=20), state=CallState.DONE)
    ((_, third, _),) = (await days.at(EVENING + timedelta(hours=23)))[2:]
    assert (third.begin, third.end, third.calls) == (second.end, EVENING + timedelta(hours=23), 1)


async def test_a_company_that_moves_to_another_zone_hears_at_its_new_hour(days: Days) -> None:
    desk = days.desk
    assert len(await days.at(EVENING)) == 1
    desk.clock.moment = EVENING + timedelta(minutes=1)
    await WorkspaceService(desk.database, desk.clock).set_zone(days.owner, "Asia/Vladivostok")
    await desk.add_call(external_id="next", started_at=EVENING + timedelta(hours=3), state=CallState.DONE)
    evening = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
    ((_, view, _),) = (await days.at(evening))[1:]
    assert (view.begin, view.end, view.calls) == (EVENING, evening, 1)


async def test_another_form_meanwhile_begins_anew(days: Days) -> None:
    settings, number = ChatService(days.desk.database, days.desk.clock).settings, days.desk.company.chat_id
    await days.at(EVENING)
    await settings.set_form(days.owner, number, Form.CARDS)
    await settings.set_form(days.owner, number, Form.DIGEST)
    assert (await days.chat()).wants == {}


async def test_alerts_that_are_not_wanted_take_no_room_from_those_that_are(days: Days) -> None:
    desk = days.desk
    await desk.add_verdict("Чужой")
    await desk.add_verdict("Итог")
    for number in range(MOST_ALERTS + 1):
        desk.call_id = await desk.add_call(external_id=f"loud-{number}", state=CallState.DONE)
        await days.alert("Чужой")
    await days.alert("Итог")
    await desk.set_chat(wants={"prompts": [desk.prompts["Итог"]]})
    ((_, view, _),) = await days.at(EVENING)
    assert [one.prompt_name for one in view.alerts] == ["Итог"]
    async with desk.database.read() as session:
        view = await build_digest(session, desk.company.workspace_id, view.zone, Wants(), view.begin, view.end)
    assert (len(view.alerts), view.more_alerts) == (MOST_ALERTS, 2)
