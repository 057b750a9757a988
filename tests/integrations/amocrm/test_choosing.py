"""Of several deals the one that a prompt is waiting for; what the connector tells to make that possible."""

from services.integrations.books import DealChoice
from tests.integrations.amocrm.conftest import Bench


async def test_all_open_deals_of_a_client_are_told_the_likeliest_first(bench: Bench) -> None:
    contact = bench.account.add_contact("Иван", "+79000000001")
    anna = bench.account.add_user("Анна")
    own = bench.account.add_lead("Анны", contact=contact, manager=anna)
    older = bench.account.add_lead("Давняя", contact=contact)
    bench.clock.advance(60)
    newer = bench.account.add_lead("Свежая", contact=contact)
    bench.account.add_lead("Закрытая", contact=contact, status=142)
    cursor = await bench.start()
    bench.account.add_call(contact=contact, manager=anna)
    assert isinstance(bench.connector, DealChoice)
    told = await bench.connector.bindings(await bench.only_call(cursor))
    assert [one.object.id for one in told] == [str(number) for number in (own, newer, older)]
    assert {one.client_name for one in told} == {"Иван"}


async def test_each_of_them_stands_where_it_stood_when_the_call_began(bench: Bench) -> None:
    """Asked with one request, however many there are."""
    (home,) = bench.account.pipelines
    contact = bench.account.add_contact("Иван", "+79000000001")
    leads = [bench.account.add_lead(f"Сделка {number}", contact=contact) for number in range(15)]
    first, second = bench.account.status("Первичный контакт"), bench.account.status("Переговоры")
    cursor = await bench.start()
    bench.account.add_call(contact=contact)
    call = await bench.only_call(cursor)
    for lead in leads:
        bench.account.move(lead, second)
    told = await bench.connector.bindings(call)
    assert {one.stage_external_id for one in told} == {f"{home}:{first}"}
    assert len(bench.account.asked("GET", "events")) == 1


async def test_a_card_with_hundreds_of_deals_costs_few_requests(bench: Bench) -> None:
    """A switchboard, or "unknown client"."""
    contact = bench.account.add_contact("Неизвестный", "+79000000001")
    for number in range(600):
        newest = bench.account.add_lead(f"Сделка {number}", contact=contact)
    cursor = await bench.start()
    bench.account.add_call(contact=contact)
    call = await bench.only_call(cursor)
    binding = await bench.connector.bind(call)
    assert binding is not None
    assert binding.object.id == str(newest)
    assert len(bench.account.asked("GET", "leads")) == 3
    assert all(len(one.query) < 4_000 for one in bench.account.journal)
