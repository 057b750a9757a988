"""What must not stop the poller, carry its mark past calls, or spoil what is told of them."""

from datetime import timedelta

import pytest

from sandbox.faults import Fault
from services.errors import Rejected, Unreachable
from services.integrations.amocrm import parse_option
from tests.integrations.amocrm.conftest import Bench

HOUR = 3600
NOT_FROM_HERE = '{"response": {"error": "IP is not allowed", "error_code": "113"}}'
NO_SCOPE = '{"title": "Forbidden", "status": 403, "detail": "Invalid scope"}'


async def test_a_place_that_calls_stand_on_does_not_lose_them_while_it_is_closed(bench: Bench) -> None:
    """Somebody takes a right away for three days: the mark waits."""
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон")
    bench.account.wants.closed = {"contacts/notes"}
    bench.account.add_call(contact=contact)
    for _ in range(3):
        bench.clock.advance(24 * HOUR)
        bench.account.add_call(lead=lead)
        with pytest.raises(Rejected):
            await bench.pull_all(cursor)
    bench.account.wants.closed = set()
    found, _ = await bench.settled(cursor)
    assert len(found) == 4


async def test_a_history_that_cannot_be_told_does_not_keep_new_calls_waiting(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.account.faults.add(Fault("html", "GET events", times=None, status=504))
    bench.clock.advance(7 * HOUR)
    keys: set[str] = set()
    for number in range(3):
        bench.account.add_call(contact=contact)
        found, cursor = await bench.settled(cursor)
        keys |= {call.external_id for call in found}
        assert len(keys) == number + 1
        bench.clock.advance(HOUR / 2)
    before = len(bench.account.asked("GET", "contacts/notes"))
    await bench.pull_all(cursor)
    assert len(bench.account.asked("GET", "contacts/notes")) - before <= 2


async def test_a_sweep_that_was_put_off_comes_later(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.account.faults.add(Fault("html", "GET events", times=None, status=504))
    bench.clock.advance(7 * HOUR)
    bench.account.add_call(contact=contact)
    (first,), cursor = await bench.settled(cursor)
    note = bench.account.add_call(contact=contact).notes[0]
    note.updated = note.created = bench.account.now() - 2 * HOUR
    bench.account.faults.clear()
    found, cursor = await bench.settled(cursor)
    assert [call.external_id for call in found] == [first.external_id]
    bench.clock.advance(HOUR)
    found, _ = await bench.pull_all(cursor)
    assert len(found) == 2


@pytest.mark.parametrize(
    "fault",
    [
        Fault("html", "GET users", times=None, status=502),
        Fault("truncated", "GET users", times=None),
        Fault("status", "GET users", times=None, status=403, body=NO_SCOPE),
    ],
    ids=["down", "truncated", "no scope"],
)
async def test_names_of_managers_are_worth_no_call(bench: Bench, fault: Fault) -> None:
    cursor = await bench.start()
    bench.account.faults.add(fault)
    bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"))
    call = await bench.only_call(cursor)
    assert (call.manager_id, call.manager_name) == ("9100001", "")


async def test_a_missing_scope_for_events_is_no_lost_access(bench: Bench) -> None:
    cursor = await bench.start()
    lead = bench.account.add_lead("Балкон")
    bench.clock.advance(7 * HOUR)
    bench.account.faults.add(Fault("status", "GET events", times=None, status=403, body=NO_SCOPE))
    bench.account.add_call(lead=lead)
    call = await bench.only_call(cursor)
    bench.account.touch(lead)
    assert await bench.connector.bind(call) is not None


async def test_an_address_that_is_not_let_in_is_no_verdict_on_a_note(bench: Bench) -> None:
    """The whole account is shut to us until people change it: nothing is given up, and few requests are made."""
    cursor = await bench.start()
    lead = bench.account.add_lead("Балкон")
    bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"))
    call = await bench.only_call(cursor)
    fault = bench.account.faults.add(Fault("status", "*", times=None, status=403, body=NOT_FROM_HERE))
    for work in (
        lambda: bench.connector.bind(call),
        lambda: bench.connector.pull(cursor),
        lambda: bench.connector.check(),
    ):
        with pytest.raises(Unreachable) as failure:
            await work()
        assert failure.value.remote_code == "113"
    assert len([one for _, one in bench.account.faults.shown if one is fault]) == 1
    bench.account.faults.clear()
    bench.clock.advance(16 * 60)
    assert (await bench.connector.check()).ok
    assert not bench.account.comments(lead)


async def test_a_long_call_that_is_dated_by_its_beginning_waits_for_its_second_note_too(bench: Bench) -> None:
    """Both notes come when it is over: by their date they are half an hour old."""
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон")
    began = bench.account.now()
    bench.clock.advance(1800)
    call = bench.account.add_call(contact=contact, duration=1800, created=began)
    found, cursor = await bench.pull_all(cursor)
    assert found == []
    bench.account.add_note("leads", lead, "call_in", dict(call.notes[0].params), created=began)
    (told,), _ = await bench.settled(cursor)
    assert told.refs["place"] == "leads"


async def test_a_note_that_is_edited_over_and_over_is_not_waited_for_for_ever(bench: Bench) -> None:
    cursor = await bench.start()
    call = bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"), duration=60)
    found = []
    for number in range(15):
        bench.clock.advance(60)
        bench.account.edit(call.notes[0], call_result=str(number))
        new, cursor = await bench.pull_all(cursor)
        found += new
    assert found


@pytest.mark.parametrize("dated", ["", "start", "end"])
async def test_whether_a_note_bears_the_beginning_or_the_end_is_a_setting(bench: Bench, dated: str) -> None:
    bench.settings["dated"] = dated
    bench.connector = bench.open()
    cursor = await bench.start()
    made = bench.clock.now()
    bench.account.add_call(contact=bench.account.add_contact("Иван", "+79000000001"), duration=300)
    call = await bench.only_call(cursor)
    began = made - timedelta(seconds=300 if dated == "end" else 0)
    assert call.started_at == began
    (fresh,) = await bench.connector.refresh([call])
    assert fresh.started_at == began
    assert parse_option("dated", dated or "start")


async def test_notes_on_one_deal_stand_in_different_seconds_whatever_is_written_between(bench: Bench) -> None:
    """Of two made in the same second the page shows one only."""
    from services.domain.call import ObjectRef
    from services.domain.integration import ObjectKind

    first, second = (ObjectRef(ObjectKind.DEAL, str(bench.account.add_lead(name))) for name in "аб")
    bench.account.faults.add(Fault("reset", "POST leads/*/notes", "after"))
    with pytest.raises(Exception, match="answer lost"):
        await bench.connector.add_comment(first, "x\n\nai:1")
    for number, target in enumerate((second, first, second, first)):
        await bench.connector.add_comment(target, f"x\n\nai:{number + 2}")
    for target in (first, second):
        made = [note.created for note in bench.account.comments(int(target.id))]
        assert len(made) == len(set(made))


async def test_a_note_that_is_edited_hours_later_is_no_new_call_however_many_there_were(bench: Bench) -> None:
    """The telephony numbers nothing, and hundreds of calls came between."""
    cursor = await bench.start()
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    call = bench.account.add_call(lead=lead, contact=contact, uniq="")
    (first,), cursor = await bench.settled(cursor)
    keys = {first.external_id}
    for number in range(320):
        bench.clock.advance(40)
        bench.account.add_call(lead=lead, contact=contact, uniq="", duration=100 + number)
    found, cursor = await bench.settled(cursor)
    keys |= {one.external_id for one in found}
    assert len(keys) == 321
    for note in reversed(call.notes):
        bench.clock.advance(HOUR)
        bench.account.edit(note, call_result="Перезвонить")
        found, cursor = await bench.pull_all(cursor)
        assert {one.external_id for one in found} <= keys
