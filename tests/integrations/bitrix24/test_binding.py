"""Which deal or lead a call is for, and where that stood when the call started."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from sandbox.bitrix24 import Call
from services.domain.call import Binding, FoundCall
from services.domain.integration import ObjectKind
from services.errors import BadAnswer, Unreachable
from services.integrations.bitrix24.mapping import from_statistics
from tests.integrations.bitrix24.conftest import Bench, OddBench


def told(call: Call) -> FoundCall:
    """The call as its statistics row tells it."""
    found = from_statistics(
        {
            "ID": call.statistic_id,
            "CALL_START_DATE": call.started.isoformat(),
            "CALL_DURATION": "60",
            "CALL_FAILED_CODE": "200",
            "CRM_ACTIVITY_ID": call.activity_id,
            "CRM_ENTITY_TYPE": "CONTACT" if call.contact_id else None,
            "CRM_ENTITY_ID": call.contact_id,
        }
    )
    assert found is not None
    return found


async def bound(bench: Bench, call: Call) -> Binding | None:
    return await bench.connector.bind(told(call))


async def test_a_deal_made_after_the_call_counts_from_its_first_stage(bench: Bench) -> None:
    """The CRM makes a deal of an unknown caller a minute later, and the manager moves it on at once."""
    call = bench.portal.add_call()
    bench.clock.advance(60)
    deal = bench.portal.add_deal("Новый клиент")
    bench.portal.bind(call, "deal", deal)
    bench.clock.advance(60)
    bench.portal.move(deal, "EXECUTING")
    binding = await bound(bench, call)
    assert binding is not None
    assert (binding.funnel_external_id, binding.stage_external_id) == ("0", "NEW")


async def test_a_deal_that_has_changed_its_funnel_counts_in_the_old_one(bench: Bench) -> None:
    service = bench.portal.add_funnel("Сервис")
    deal = bench.portal.add_deal("Балкон", stage="PREPARATION")
    bench.clock.advance(60)
    call = bench.portal.add_call(deal=deal)
    bench.clock.advance(60)
    bench.portal.move(deal, "NEW", funnel=service)
    binding = await bound(bench, call)
    assert binding is not None
    assert (binding.funnel_external_id, binding.stage_external_id) == ("0", "PREPARATION")


async def test_of_a_converted_lead_and_its_deal_the_deal_is_meant(bench: Bench) -> None:
    lead = bench.portal.add_lead("Заявка", stage="IN_PROCESS")
    bench.clock.advance(60)
    call = bench.portal.add_call(lead=lead)
    bench.portal.move_lead(lead, "CONVERTED")
    deal = bench.portal.add_deal("Из заявки")
    bench.portal.bind(call, "deal", deal)
    binding = await bound(bench, call)
    assert binding is not None
    assert (binding.object.kind, binding.object.id) == (ObjectKind.DEAL, str(deal))


async def test_a_converted_lead_without_a_deal_stands_where_it_stood_at_the_call(bench: Bench) -> None:
    lead = bench.portal.add_lead("Заявка", stage="IN_PROCESS")
    bench.clock.advance(60)
    call = bench.portal.add_call(lead=lead)
    bench.clock.advance(60)
    bench.portal.move_lead(lead, "CONVERTED")
    binding = await bound(bench, call)
    assert binding is not None
    assert (binding.funnel_external_id, binding.stage_external_id) == ("lead", "IN_PROCESS")


@pytest.mark.parametrize("contact_filter", ["known", "refused", "ignored"])
async def test_a_contact_without_an_open_deal_is_waited_for_and_one_deal_is_taken(
    bench: Bench, contact_filter: Literal["known", "refused", "ignored"]
) -> None:
    bench.portal.settings.contact_filter = contact_filter
    contact = bench.portal.add_contact("Анна", "+79000000001")
    bench.portal.add_deal("Закрытая", stage="WON", contact=contact)
    bench.portal.add_deal("Чужая")
    bench.clock.advance(60)
    call = bench.portal.add_call(contact=contact)
    assert await bound(bench, call) is None
    deal = bench.portal.add_deal("Открытая", contact=contact)
    binding = await bound(bench, call)
    assert binding is not None
    assert binding.object.id == str(deal)


async def test_of_two_open_deals_the_one_worked_on_before_the_call_is_taken(bench: Bench) -> None:
    contact = bench.portal.add_contact("Анна", "+79000000001")
    older = bench.portal.add_deal("Живая", contact=contact)
    bench.portal.add_deal("Забытая", contact=contact)
    bench.clock.advance(60)
    bench.portal.move(older, "EXECUTING")
    bench.clock.advance(60)
    call = bench.portal.add_call(contact=contact, started=bench.portal.clock.datetime() - timedelta(seconds=30))
    bench.portal.add_deal("После звонка", contact=contact)
    binding = await bound(bench, call)
    assert binding is not None
    assert binding.object.id == str(older)


async def test_a_hidden_deal_does_not_keep_the_other_from_being_found(bench: Bench) -> None:
    hidden, seen = bench.portal.add_deal("Скрытая"), bench.portal.add_deal("Видимая")
    bench.portal.items["deal", hidden].readable = False
    bench.clock.advance(60)
    call = bench.portal.add_call(deal=hidden)
    bench.portal.bind(call, "deal", seen)
    binding = await bound(bench, call)
    assert binding is not None
    assert binding.object.id == str(seen)


async def test_a_long_history_is_read_to_the_call(bench: Bench) -> None:
    deal = bench.portal.add_deal("Балкон")
    for stage in ["PREPARATION", "NEW"] * 40 + ["EXECUTING"]:
        bench.clock.advance(60)
        bench.portal.move(deal, stage)
    call = bench.portal.add_call(deal=deal)
    bench.clock.advance(60)
    bench.portal.move(deal, "WON")
    binding = await bound(bench, call)
    assert binding is not None
    assert binding.stage_external_id == "EXECUTING"


@pytest.mark.parametrize(
    ("inner", "failure"),
    [
        ({"result": [], "result_error": {"item_2_7": {"error": "INTERNAL_SERVER_ERROR"}}}, Unreachable),
        ({"result": [], "result_error": []}, BadAnswer),
    ],
    ids=["one of them broke", "one of them is missing"],
)
async def test_a_broken_part_of_a_batch_is_no_missing_deal(
    odd: OddBench, inner: dict[str, Any], failure: type[Exception]
) -> None:
    """It must be asked again, not be taken for a deal that is not there."""
    bindings = [{"entityTypeId": 2, "entityId": 7}]
    odd.portal.says["crm.activity.binding.list"] = lambda _: {"result": bindings}
    odd.portal.says["batch"] = lambda _: {"result": inner}
    call = Call("x", "", True, 1, odd.clock.now(), 60, "200", statistic_id=1, activity_id=2)
    with pytest.raises(failure):
        await odd.connector.bind(told(call))
