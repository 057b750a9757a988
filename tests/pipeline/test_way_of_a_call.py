"""The way of a call from the portal to the comment and the card."""

import pytest
from sqlalchemy import select

from sandbox.faults import Fault
from sandbox.recordings import Line
from services.db.models import AnswerRow, CallRow, TranscriptRow, VerdictRow
from services.domain.call import CallState, Reason
from services.domain.card import LineState, Written
from tests.fakes.rows import add_funnel, add_prompt, switch_off
from tests.pipeline.scenes import owner, prepared
from tests.pipeline.world import TALK, World


async def only_call(world: World) -> CallRow:
    async with world.database.read() as session:
        return (await session.scalars(select(CallRow))).one()


async def verdicts(world: World) -> dict[int, tuple[str, str | None]]:
    async with world.database.read() as session:
        rows = await session.scalars(select(VerdictRow))
        return {row.prompt_id: (row.state, row.reason) for row in rows}


async def test_a_new_call_is_answered_in_the_deal_and_on_the_card(world: World) -> None:
    deal = world.portal.add_deal("Балкон на Садовой")
    now = world.clock.now()
    await add_prompt(world.database, world.company, "Бюджет", "Какой бюджет у клиента?", enabled_at=now, now=now)
    await add_prompt(
        world.database, world.company, "Возражения", "Какие возражения были?", enabled_at=now, now=now
    )
    await world.pull()
    world.clock.advance(60)
    world.portal.add_call(deal=deal, duration=120, recording=world.sound(), filename="call.wav")
    world.clock.advance(60)
    await world.pull()

    comments = [comment.text for comment in world.portal.comments("deal", deal)]
    assert len(comments) == 2
    assert comments[0].startswith("[B]Бюджет[/B]")
    assert "ста десяти тысяч" in comments[0]
    assert comments[0].rsplit("\n", 1)[-1].startswith("ai:")
    assert "дорого" in comments[1]
    card = world.notifier.latest()
    assert [line.prompt_name for line in card.lines] == ["Бюджет", "Возражения"]
    assert [line.state for line in card.lines] == [LineState.ANSWERED] * 2
    assert [line.written for line in card.lines] == [Written.WRITTEN] * 2
    assert card.object_url.endswith(f"/crm/deal/details/{deal}/")
    assert (await only_call(world)).state == CallState.DONE


async def test_pulling_again_changes_nothing(world: World) -> None:
    deal = world.portal.add_deal("Балкон")
    now = world.clock.now()
    await add_prompt(world.database, world.company, "Итог", "Кратко о чём разговор?", enabled_at=now, now=now)
    await world.pull()
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    for _ in range(4):
        await world.tick()
    assert len(world.portal.comments("deal", deal)) == 1
    assert world.portal.duplicate_markers() == []
    assert len(world.model.asked("chat")) == 1


async def test_a_call_that_started_before_the_prompt_was_enabled_is_left_alone(world: World) -> None:
    deal = world.portal.add_deal("Балкон")
    await world.pull()
    started = world.clock.now()
    world.clock.advance(30)
    now = world.clock.now()
    prompt = await add_prompt(world.database, world.company, "Итог", "Кратко?", enabled_at=now, now=now)
    world.portal.add_call(deal=deal, started=started, duration=120, recording=world.sound(), filename="call.wav")
    await world.tick()
    assert world.portal.comments("deal", deal) == []
    assert await verdicts(world) == {prompt: ("skipped", Reason.STARTED_BEFORE_ENABLED)}
    assert world.model.asked("speech") == []


async def test_history_is_not_processed(world: World) -> None:
    deal = world.portal.add_deal("Балкон")
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    now = world.clock.now()
    await add_prompt(world.database, world.company, "Итог", "Кратко?", enabled_at=now, now=now)
    world.clock.advance(30)
    await world.pull()
    await world.tick()
    async with world.database.read() as session:
        assert (await session.scalars(select(CallRow))).all() == []


async def test_the_stage_at_the_start_of_the_call_counts(world: World) -> None:
    funnel, stages = await add_funnel(
        world.database, world.company.integration_id, "0", "Продажи", ["NEW", "EXECUTING"]
    )
    now = world.clock.now()
    for_new = await add_prompt(
        world.database,
        world.company,
        "Новые",
        "Кратко?",
        enabled_at=now,
        now=now,
        funnel_id=funnel,
        stage_id=stages["NEW"],
    )
    for_executing = await add_prompt(
        world.database,
        world.company,
        "В работе",
        "Кратко?",
        enabled_at=now,
        now=now,
        funnel_id=funnel,
        stage_id=stages["EXECUTING"],
    )
    deal = world.portal.add_deal("Балкон")
    await world.pull()
    world.clock.advance(10)
    world.portal.add_call(deal=deal, duration=60, recording=world.sound(), filename="call.wav")
    world.clock.advance(70)
    world.portal.move(deal, "EXECUTING")
    await world.pull()
    assert await verdicts(world) == {
        for_new: ("answered", None),
        for_executing: ("skipped", Reason.OTHER_STAGE),
    }


async def test_a_prompt_switched_off_while_the_call_waits_is_not_run(world: World) -> None:
    deal = world.portal.add_deal("Балкон")
    now = world.clock.now()
    stays = await add_prompt(world.database, world.company, "Один", "Кратко?", enabled_at=now, now=now)
    goes = await add_prompt(world.database, world.company, "Два", "Кратко?", enabled_at=now, now=now)
    await world.pull()
    call = world.portal.add_call(deal=deal, duration=60)
    await world.tick()
    assert (await only_call(world)).state == CallState.WAIT_RECORD
    await switch_off(world.database, goes)
    world.portal.attach_recording(call, world.sound(), "call.wav")
    await world.tick(120)
    assert await verdicts(world) == {stays: ("answered", None), goes: ("skipped", Reason.PROMPT_OFF)}
    assert len(world.portal.comments("deal", deal)) == 1


async def test_a_late_recording_and_a_late_deal_are_waited_for(world: World) -> None:
    now = world.clock.now()
    await add_prompt(world.database, world.company, "Итог", "Кратко?", enabled_at=now, now=now)
    await world.pull()
    call = world.portal.add_call(duration=60)
    await world.tick()
    assert (await only_call(world)).state == CallState.WAIT_BINDING
    deal = world.portal.add_deal("Поздняя сделка")
    world.portal.bind(call, "deal", deal)
    await world.tick(120)
    assert (await only_call(world)).state == CallState.WAIT_RECORD
    world.portal.attach_recording(call, world.sound(), "call.wav")
    await world.tick(400)
    assert len(world.portal.comments("deal", deal)) == 1


async def test_a_recording_that_never_comes_is_said_on_the_card(world: World) -> None:
    deal = world.portal.add_deal("Балкон")
    now = world.clock.now()
    await add_prompt(world.database, world.company, "Итог", "Кратко?", enabled_at=now, now=now)
    await world.pull()
    world.portal.add_call(deal=deal, duration=60)
    await world.pull()
    await world.jobs.run_for(30 * 3600)
    row = await only_call(world)
    assert (row.state, row.reason) == (CallState.FAILED, Reason.NO_RECORD)
    card = world.notifier.latest()
    assert (card.reason, card.retryable) == (Reason.NO_RECORD, True)


async def test_the_portals_own_transcript_is_used_first(world: World) -> None:
    deal = world.portal.add_deal("Балкон")
    now = world.clock.now()
    await add_prompt(world.database, world.company, "Бюджет", "Какой бюджет?", enabled_at=now, now=now)
    await world.pull()
    call = world.portal.add_call(deal=deal, duration=60)
    call.transcript = "Здравствуйте, это компания.\nУ меня бюджет сорок тысяч рублей на два окна."
    await world.tick()
    assert "сорок тысяч" in world.portal.comments("deal", deal)[0].text
    assert world.model.asked("speech") == []


async def test_no_data_is_an_answer_of_its_own(world: World) -> None:
    deal = world.portal.add_deal("Балкон")
    now = world.clock.now()
    await add_prompt(world.database, world.company, "Погода", "Какая погода на Марсе?", enabled_at=now, now=now)
    await world.pull()
    world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.tick()
    assert "Нет данных" in world.portal.comments("deal", deal)[0].text
    assert world.notifier.latest().lines[0].state is LineState.NO_DATA
    async with world.database.read() as session:
        assert (await session.scalars(select(AnswerRow))).one().state == "no_data"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/call.mp3", "{portal}/rest/1/other/download/?token=file-1"]
)
async def test_a_recording_that_cannot_be_read_is_waited_for_as_a_late_one(world: World, address: str) -> None:
    """An address of the exchange is dead or closed; an hour later the file lies on the portal's disk."""
    deal = world.portal.add_deal("Балкон")
    now = world.clock.now()
    await add_prompt(world.database, world.company, "Итог", "Кратко?", enabled_at=now, now=now)
    await world.pull()
    call = world.portal.add_call(deal=deal, duration=60)
    call.record_url = address.format(portal=world.portal.url)
    await world.tick()
    assert (await only_call(world)).state == CallState.WAIT_RECORD
    world.portal.attach_recording(call, world.sound(), "call.wav")
    await world.tick(120)
    assert (await only_call(world)).state == CallState.DONE


async def test_a_repeated_call_is_looked_at_anew(world: World) -> None:
    """It was given up without a recording; what came later is heard when a person repeats it."""
    deal = await prepared(world)
    call = world.portal.add_call(deal=deal)
    await world.pull()
    await world.jobs.run_for(30 * 3600)
    world.portal.attach_recording(call, world.sound(), "call.wav")
    await world.pipeline.calls.retry(await owner(world), (await only_call(world)).id)
    await world.jobs.run_due()
    assert (await only_call(world)).state == CallState.DONE


@pytest.mark.parametrize("in_statistics", [False, True])
async def test_a_call_whose_length_was_not_told_is_judged_by_its_words(world: World, in_statistics: bool) -> None:
    """The activity ends when it begins; the telephony says zero seconds of a call that it has recorded."""
    deal = await prepared(world)
    world.portal.add_call(
        deal=deal, duration=0, in_statistics=in_statistics, recording=world.sound(), filename="call.wav"
    )
    await world.tick(4 * 60)
    await world.jobs.run_due()
    row = await only_call(world)
    assert row.state == CallState.DONE
    assert row.duration > 0
    assert len(world.portal.comments("deal", deal)) == 1


async def test_a_call_of_no_seconds_without_a_recording_was_no_conversation(world: World) -> None:
    deal = await prepared(world)
    world.portal.add_call(deal=deal, duration=0)
    await world.pull()
    row = await only_call(world)
    assert (row.state, row.reason) == (CallState.SKIPPED, Reason.NOT_ANSWERED)


async def test_a_replaced_recording_is_heard_while_the_call_waits_and_not_once_it_is_done(
    world: World,
) -> None:
    deal = await prepared(world)
    world.portal.faults.add(Fault("html", "download"))
    call = world.portal.add_call(deal=deal, recording=world.sound(), filename="call.wav")
    await world.pull()
    assert (await only_call(world)).state == CallState.WAIT_RECORD
    newer = [TALK[0], Line("client", "Добрый день, хочу утеплить лоджию, бюджет двести тысяч рублей.")]
    world.portal.attach_recording(call, world.sound(newer), "call.wav")
    await world.tick(120)
    async with world.database.read() as session:
        heard = (await session.scalars(select(TranscriptRow))).one()
    assert "лоджию" in str(heard.segments)
    listened = len(world.model.asked("speech"))
    world.portal.attach_recording(call, world.sound(), "call.wav")
    await world.tick(2 * 3600)
    await world.jobs.run_for(3600)
    assert (await only_call(world)).state == CallState.DONE
    assert len(world.portal.comments("deal", deal)) == 1
    assert len(world.model.asked("speech")) == listened
