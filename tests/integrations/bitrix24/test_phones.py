"""From a phone number to the deal or lead."""

from datetime import timedelta

from services.domain.call import Binding
from services.domain.integration import ObjectKind
from tests.integrations.bitrix24.conftest import Bench

PHONE = "+79161234567"


async def bound(bench: Bench, phone: str = PHONE) -> Binding | None:
    return await bench.connector.bind_phone(phone, bench.clock.now())


async def test_the_open_deal_of_the_client_is_found(bench: Bench) -> None:
    contact = bench.portal.add_contact("Пётр", "8 (916) 123-45-67")
    deal = bench.portal.add_deal("Балкон", stage="EXECUTING", contact=contact)
    binding = await bound(bench)
    assert binding is not None
    assert (binding.object.kind, binding.object.id) == (ObjectKind.DEAL, str(deal))
    assert (binding.funnel_external_id, binding.stage_external_id) == ("0", "EXECUTING")
    assert binding.client_name == "Пётр"


async def test_of_several_open_deals_the_one_touched_last_counts(bench: Bench) -> None:
    contact = bench.portal.add_contact("Пётр", PHONE)
    old = bench.portal.add_deal("Окна", contact=contact)
    bench.clock.advance(60)
    bench.portal.add_deal("Балкон", contact=contact)
    bench.clock.advance(60)
    bench.portal.move(old, "EXECUTING")
    bench.clock.advance(60)
    binding = await bound(bench)
    assert binding is not None
    assert binding.object.id == str(old)


async def test_a_closed_deal_is_no_place_for_a_new_call(bench: Bench) -> None:
    contact = bench.portal.add_contact("Пётр", PHONE)
    bench.portal.add_deal("Старое", stage="WON", contact=contact)
    assert await bound(bench) is None


async def test_without_a_deal_the_open_lead_counts(bench: Bench) -> None:
    bench.portal.add_lead("Старая заявка", stage="JUNK", phone=PHONE)
    lead = bench.portal.add_lead("Заявка", phone=PHONE)
    binding = await bound(bench)
    assert binding is not None
    assert (binding.object.kind, binding.object.id) == (ObjectKind.LEAD, str(lead))


async def test_twenty_leads_of_a_number_do_not_hide_its_client(bench: Bench) -> None:
    """The index leaves out the kinds behind one that is full."""
    for turn in range(20):
        bench.portal.add_lead(f"Спам {turn}", stage="JUNK", phone=PHONE)
    contact = bench.portal.add_contact("Пётр", PHONE)
    deal = bench.portal.add_deal("Балкон", contact=contact)
    binding = await bound(bench)
    assert binding is not None
    assert binding.object.id == str(deal)


async def test_the_stage_is_the_one_at_the_start_of_the_call(bench: Bench) -> None:
    contact = bench.portal.add_contact("Пётр", PHONE)
    deal = bench.portal.add_deal("Балкон", contact=contact)
    bench.clock.advance(600)
    bench.portal.move(deal, "EXECUTING")
    binding = await bench.connector.bind_phone(PHONE, bench.clock.now() - timedelta(minutes=5))
    assert binding is not None
    assert binding.stage_external_id == "NEW"


async def test_an_unknown_number_is_nobody(bench: Bench) -> None:
    bench.portal.add_contact("Пётр", "+79990000000")
    assert await bound(bench) is None
