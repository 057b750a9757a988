"""Results in the CRM: each written once, whatever becomes of the request or of its answer."""

from collections.abc import Callable, Mapping

import pytest

from sandbox.faults import Fault
from services.domain.field import FieldType, RemoteField
from services.domain.integration import Ability
from services.errors import Gone, Rejected, RemoteError, Unclear, Unreachable
from services.integrations.books import DealBook
from services.integrations.writing import FieldWriter, Timeline
from tests.integrations.conformance.desk import Desk
from tests.integrations.conformance.rig import Rig

MARKER = "ai:0123456789"
TITLE = "Возражения"
ANSWER = "Дорого, сравнивает с конкурентами.\n«У других двадцать тысяч дешевле» <b>&amp;"

Plan = Callable[[str], Fault]

FAULTS: Mapping[str, Plan] = {
    "none": lambda method: Fault("delay", method, times=0, seconds=0),
    "reset before": lambda method: Fault("reset", method),
    "reset after": lambda method: Fault("reset", method, "after"),
    "502 before": lambda method: Fault("html", method),
    "502 after": lambda method: Fault("html", method, "after"),
    "504 after": lambda method: Fault("html", method, "after", status=504),
    "cut short before": lambda method: Fault("truncated", method),
    "cut short after": lambda method: Fault("truncated", method, "after"),
    "empty after": lambda method: Fault("status", method, "after", status=200, body=""),
    "429": lambda method: Fault("rate_limit", method, seconds=20),
    "slow": lambda method: Fault("delay", method, "after", seconds=0.05),
    "twice": lambda method: Fault("reset", method, "after", times=2),
}


def timeline(connector: object) -> Timeline:
    assert isinstance(connector, Timeline)
    return connector


def count(rig: Rig, target: object, marker: str) -> int:
    return sum(marker in one.text for one in rig.comments(target))  # type: ignore[arg-type]


@pytest.mark.ability(Ability.WRITES_COMMENTS)
@pytest.mark.parametrize("fault", FAULTS.keys())
async def test_a_comment_is_written_once(desk: Desk, rig: Rig, fault: str) -> None:
    """By the rule of the pipeline. What cannot be looked up is never sent twice."""
    connector = timeline(await desk.connect())
    target = rig.make_target()
    ((marker, body),) = connector.comment_parts(TITLE, ANSWER, MARKER)
    planned = FAULTS[fault](rig.comment_method)
    if planned.times:
        rig.faults.add(planned)
    outcome = await desk.write_once(connector, target, body, marker)
    written = count(rig, target, marker)
    if outcome == "unverifiable":
        assert fault not in {"none", "slow", "429"}
        assert written <= 1
    else:
        assert (outcome, written) == ("confirmed", 1)


@pytest.mark.ability(Ability.WRITES_COMMENTS)
async def test_a_comment_whose_answer_was_lost_is_found(desk: Desk, rig: Rig) -> None:
    connector = timeline(await desk.connect())
    target = rig.make_target()
    ((marker, body),) = connector.comment_parts(TITLE, ANSWER, MARKER)
    rig.faults.add(Fault("reset", rig.comment_method, "after"))
    assert await desk.write_once(connector, target, body, marker) == "confirmed"
    (written,) = rig.comments(target)
    assert await connector.find_comment(target, marker, rig.clock.now()) == written.id


@pytest.mark.ability(Ability.WRITES_COMMENTS)
async def test_a_write_that_is_not_answered_is_unclear(desk: Desk, rig: Rig) -> None:
    await desk.connect()
    target = rig.make_target()
    connector = timeline(desk.open(write_timeout=0.2))
    rig.faults.add(Fault("hang", rig.comment_method, "after", seconds=0.5))
    ((_, body),) = connector.comment_parts(TITLE, ANSWER, MARKER)
    failure = await desk.failure_of(lambda: connector.add_comment(target, body))
    assert isinstance(failure, Unclear)
    assert len(rig.comments(target)) == 1


@pytest.mark.ability(Ability.WRITES_COMMENTS)
async def test_foreign_text_stands_there_as_it_is(desk: Desk, rig: Rig) -> None:
    """Answers are data: no markup of theirs comes to life, nothing of them is lost."""
    connector = timeline(await desk.connect())
    target = rig.make_target()
    ((_, body),) = connector.comment_parts(TITLE, ANSWER, MARKER)
    await connector.add_comment(target, body)
    (written,) = rig.comments(target)
    assert "сравнивает с конкурентами" in written.text
    assert written.text.rstrip().endswith(MARKER)


@pytest.mark.ability(Ability.REMOVES_COMMENTS)
async def test_a_comment_is_taken_back(desk: Desk, rig: Rig) -> None:
    connector = timeline(await desk.connect())
    target = rig.make_target()
    ((_, body),) = connector.comment_parts(TITLE, ANSWER, MARKER)
    number = await connector.add_comment(target, body)
    await connector.remove_comment(target, number)
    assert rig.comments(target) == []
    assert isinstance(await desk.failure_of(lambda: connector.remove_comment(target, number)), Gone)


@pytest.mark.ability(Ability.WRITES_COMMENTS)
async def test_an_object_that_is_gone_is_rejected_for_good(desk: Desk, rig: Rig) -> None:
    connector = timeline(await desk.connect())
    target = rig.make_target()
    nowhere = type(target)(target.kind, "987654")
    ((_, body),) = connector.comment_parts(TITLE, ANSWER, MARKER)
    assert isinstance(await desk.failure_of(lambda: connector.add_comment(nowhere, body)), Rejected)


@pytest.mark.ability(Ability.LISTS_FUNNELS)
async def test_a_call_is_bound_to_its_deal(desk: Desk, rig: Rig) -> None:
    connector = await desk.connect()
    assert isinstance(connector, DealBook)
    target = rig.make_target()
    rig.add_call(target=target)
    (call,) = await desk.gather()
    binding = await connector.bind(call)
    assert binding is not None
    assert binding.object == target
    funnels = {(one.object_kind, one.external_id): one for one in await connector.funnels()}
    funnel = funnels[target.kind, binding.funnel_external_id]
    assert binding.stage_external_id in {stage.external_id for stage in funnel.stages}


async def text_field(desk: Desk, rig: Rig) -> tuple[FieldWriter, RemoteField]:
    number = rig.make_text_field("Итог звонка")
    connector = await desk.connect()
    assert isinstance(connector, FieldWriter)
    target = rig.make_target()
    field = next(one for one in await connector.object_fields(target.kind) if one.id == number)
    assert field.type is FieldType.TEXT
    return connector, field


@pytest.mark.ability(Ability.WRITES_FIELDS)
@pytest.mark.parametrize("fault", FAULTS.keys())
async def test_a_field_holds_the_value_in_the_end(desk: Desk, rig: Rig, fault: str) -> None:
    """Setting a value again is harmless: after a lost answer the field is read and compared."""
    connector, field = await text_field(desk, rig)
    target = rig.make_target()
    values = {field.id: connector.to_remote(field, "Перезвонить в среду")}
    planned = FAULTS[fault](rig.values_method)
    if planned.times:
        rig.faults.add(planned)
    for _ in range(4):
        failure = await desk.failure_of(lambda: connector.write_values(target, [field], values))
        if failure is None:
            break
        assert isinstance(failure, Unclear | Unreachable) or _is_bad_answer(failure)
        rig.clock.advance(65)
    assert rig.value_of(target, field) == "Перезвонить в среду"
    assert (await connector.read_values(target, [field])) == values


def _is_bad_answer(failure: RemoteError) -> bool:
    return failure.code == "bad_answer"


@pytest.mark.ability(Ability.WRITES_FIELDS)
async def test_a_field_that_is_cleared_is_empty(desk: Desk, rig: Rig) -> None:
    connector, field = await text_field(desk, rig)
    target = rig.make_target()
    await connector.write_values(target, [field], {field.id: connector.to_remote(field, "Было")})
    after = await connector.write_values(target, [field], {field.id: None})
    assert after == {field.id: None}
    assert rig.value_of(target, field) == ""


@pytest.mark.ability(Ability.WRITES_FIELDS)
async def test_fields_of_a_deal_that_is_gone(desk: Desk, rig: Rig) -> None:
    connector, field = await text_field(desk, rig)
    target = rig.make_target()
    nowhere = type(target)(target.kind, "987654")
    assert isinstance(await desk.failure_of(lambda: connector.read_values(nowhere, [field])), Gone)
