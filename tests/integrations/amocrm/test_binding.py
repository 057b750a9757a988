"""Which deal a call is for, and where that stood when the call started."""

from datetime import timedelta

import pytest

from services.domain.call import Binding
from services.domain.integration import ObjectKind
from services.integrations.books import DealBook, PhoneBook
from tests.integrations.amocrm.conftest import Bench

WON, LOST = 142, 143


async def bound(bench: Bench, cards: dict[str, int], manager: int | None = None) -> Binding | None:
    """The binding of a call on these cards, some minutes after it."""
    cursor = await bench.start()
    bench.account.add_call(**cards, manager=manager)  # type: ignore[arg-type]
    return await bench.connector.bind(await bench.only_call(cursor))


async def test_the_deal_of_its_own_note(bench: Bench) -> None:
    contact = bench.account.add_contact("Иван Петров", "+79000000001")
    other = bench.account.add_lead("Другая", contact=contact)
    lead = bench.account.add_lead("Балкон", contact=contact)
    bench.account.touch(other)
    binding = await bound(bench, {"lead": lead})
    assert binding is not None
    assert (binding.object.kind, binding.object.id) == (ObjectKind.DEAL, str(lead))
    assert (binding.title, binding.client_name) == ("Балкон", "Иван Петров")
    assert binding.url == f"{bench.account.url}/leads/detail/{lead}"


async def test_the_only_open_deal_of_the_client(bench: Bench) -> None:
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.account.add_lead("Старая", contact=contact, status=WON)
    bench.account.add_lead("Чужая")
    lead = bench.account.add_lead("Открытая", contact=contact)
    bench.account.add_lead("Проигранная", contact=contact, status=LOST)
    binding = await bound(bench, {"contact": contact})
    assert binding is not None
    assert (binding.object.id, binding.client_name) == (str(lead), "Иван")


async def test_a_company_leads_to_its_deal(bench: Bench) -> None:
    company = bench.account.add_company("ООО Ромашка", "+74950000001")
    lead = bench.account.add_lead("Офис", company=company)
    binding = await bound(bench, {"company": company})
    assert binding is not None
    assert (binding.object.id, binding.client_name) == (str(lead), "ООО Ромашка")


async def test_of_several_open_deals_the_managers_own_is_meant(bench: Bench) -> None:
    contact = bench.account.add_contact("Иван", "+79000000001")
    anna, boris = bench.account.add_user("Анна"), bench.account.add_user("Борис")
    own = bench.account.add_lead("Анны", contact=contact, manager=anna)
    bench.clock.advance(60)
    bench.account.add_lead("Бориса", contact=contact, manager=boris)
    binding = await bound(bench, {"contact": contact}, manager=anna)
    assert binding is not None
    assert binding.object.id == str(own)


async def test_of_several_open_deals_of_others_the_one_touched_last_is_meant(bench: Bench) -> None:
    contact = bench.account.add_contact("Иван", "+79000000001")
    older = bench.account.add_lead("Живая", contact=contact)
    bench.account.add_lead("Забытая", contact=contact)
    bench.clock.advance(60)
    bench.account.touch(older)
    binding = await bound(bench, {"contact": contact}, manager=777)
    assert binding is not None
    assert binding.object.id == str(older)


async def test_a_deal_that_is_made_after_the_call_is_waited_for(bench: Bench) -> None:
    cursor = await bench.start()
    contact = bench.account.add_contact("Новый клиент", "+79000000001")
    bench.account.add_call(contact=contact)
    call = await bench.only_call(cursor)
    assert await bench.connector.bind(call) is None
    lead = bench.account.add_lead("Заявка", contact=contact)
    binding = await bench.connector.bind(call)
    assert binding is not None
    assert binding.object.id == str(lead)


@pytest.mark.parametrize("choice", ["skip", "take", ""])
async def test_a_deal_that_was_closed_after_the_call_counts_if_somebody_wants_it(
    bench: Bench, choice: str
) -> None:
    bench.settings["closed_deals"] = choice
    bench.connector = bench.open()
    contact = bench.account.add_contact("Иван", "+79000000001")
    bench.account.add_lead("Давно закрытая", contact=contact, status=WON)
    lead = bench.account.add_lead("Балкон", contact=contact)
    cursor = await bench.start()
    bench.account.add_call(contact=contact)
    call = await bench.only_call(cursor)
    bench.account.move(lead, LOST)
    binding = await bench.connector.bind(call)
    assert (None if binding is None else binding.object.id) == (str(lead) if choice == "take" else None)


@pytest.mark.parametrize("unknown", [204, 404])
async def test_what_was_deleted_is_no_deal(bench: Bench, unknown: int) -> None:
    bench.account.wants.unknown = unknown  # type: ignore[assignment]
    contact = bench.account.add_contact("Иван", "+79000000001")
    lead = bench.account.add_lead("Балкон", contact=contact)
    cursor = await bench.start()
    bench.account.add_call(lead=lead)
    bench.account.add_call(contact=contact, uniq="second")
    calls, _ = await bench.settled(cursor)
    bench.account.leads[lead].deleted = True
    del bench.account.cards["contacts"][contact]
    assert [await bench.connector.bind(call) for call in calls] == [None, None]


async def test_won_of_one_pipeline_is_not_won_of_another(bench: Bench) -> None:
    service = bench.account.add_pipeline("Сервис")
    funnels = {one.external_id: one for one in await bench.connector.funnels()}
    stages = [stage.external_id for one in funnels.values() for stage in one.stages]
    assert len(stages) == len(set(stages))
    assert f"{service}:{WON}" in stages
    assert funnels[str(service)].stages[0].name == "Неразобранное"


async def test_archived_pipelines_are_not_offered(bench: Bench) -> None:
    old = bench.account.add_pipeline("Старая")
    bench.account.pipelines[old].archived = True
    assert [one.name for one in await bench.connector.funnels()] == ["Продажи"]


async def stage_after(bench: Bench, *moves: tuple[int, int | None]) -> tuple[str, str]:
    """Funnel and stage of a call, told after the deal has been moved about."""
    lead = bench.account.add_lead("Балкон")
    bench.clock.advance(60)
    cursor = await bench.start()
    bench.account.add_call(lead=lead)
    for status, pipeline in moves:
        bench.clock.advance(20)
        bench.account.move(lead, status, pipeline=pipeline)
    binding = await bench.connector.bind(await bench.only_call(cursor))
    assert binding is not None
    return binding.funnel_external_id, binding.stage_external_id


@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_deal_that_was_moved_after_the_call_counts_from_where_it_was(
    bench: Bench, newest_first: bool
) -> None:
    bench.account.wants.events_newest_first = newest_first
    (home,) = bench.account.pipelines
    service = bench.account.add_pipeline("Сервис")
    first, second = bench.account.status("Первичный контакт"), bench.account.status("Переговоры")
    there = bench.account.status("Переговоры", service)
    told = await stage_after(bench, (second, None), (there, service), (WON, None))
    assert told == (str(home), f"{home}:{first}")


async def test_where_events_are_closed_the_present_stage_counts(bench: Bench) -> None:
    bench.account.wants.closed = {"events"}
    (home,) = bench.account.pipelines
    second = bench.account.status("Переговоры")
    assert await stage_after(bench, (second, None)) == (str(home), f"{home}:{second}")


async def test_a_move_before_the_call_is_not_undone(bench: Bench) -> None:
    lead, second = bench.account.add_lead("Балкон"), bench.account.status("Переговоры")
    (home,) = bench.account.pipelines
    bench.clock.advance(60)
    bench.account.move(lead, second)
    bench.clock.advance(60)
    cursor = await bench.start()
    bench.account.add_call(lead=lead)
    bench.clock.advance(30)
    bench.account.touch(lead)
    binding = await bench.connector.bind(await bench.only_call(cursor))
    assert binding is not None
    assert binding.stage_external_id == f"{home}:{second}"


# --- by phone number ---------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["+7 (900) 000-00-01", "89000000001", "79000000001"])
async def test_a_deal_is_found_by_the_phone_however_it_is_written(bench: Bench, written: str) -> None:
    contact = bench.account.add_contact("Иван", written)
    lead = bench.account.add_lead("Балкон", contact=contact)
    binding = await bench.connector.bind_phone("+79000000001", bench.clock.now())
    assert binding is not None
    assert (binding.object.id, binding.client_name) == (str(lead), "Иван")


async def test_the_phone_of_a_company_leads_to_a_deal(bench: Bench) -> None:
    lead = bench.account.add_lead("Офис", company=bench.account.add_company("ООО", "+74950000001"))
    binding = await bench.connector.bind_phone("+74950000001", bench.clock.now())
    assert binding is not None
    assert binding.object.id == str(lead)


async def test_a_text_that_merely_contains_the_digits_is_nobody(bench: Bench) -> None:
    """The search is over all that is written on a card."""
    contact = bench.account.add_contact("Договор 9000000001", "+74950000009")
    bench.account.add_lead("Балкон", contact=contact)
    assert await bench.connector.bind_phone("+79000000001", bench.clock.now()) is None
    assert await bench.connector.bind_phone("", bench.clock.now()) is None


async def test_of_two_contacts_with_one_phone_the_open_deal_is_found(bench: Bench) -> None:
    twice = [bench.account.add_contact(name, "+79000000001") for name in ("Иван", "Иван, дубль")]
    bench.account.add_lead("Закрытая", contact=twice[0], status=WON)
    lead = bench.account.add_lead("Открытая", contact=twice[1])
    binding = await bench.connector.bind_phone("+79000000001", bench.clock.now())
    assert binding is not None
    assert binding.object.id == str(lead)


async def test_a_deal_by_phone_stands_where_it_stood_at_the_call(bench: Bench) -> None:
    (home,) = bench.account.pipelines
    first, second = bench.account.status("Первичный контакт"), bench.account.status("Переговоры")
    lead = bench.account.add_lead("Балкон", contact=bench.account.add_contact("Иван", "+79000000001"))
    bench.clock.advance(600)
    bench.account.move(lead, second)
    binding = await bench.connector.bind_phone("+79000000001", bench.clock.now() - timedelta(minutes=5))
    assert binding is not None
    assert binding.stage_external_id == f"{home}:{first}"


async def test_it_has_the_parts_of_its_abilities(bench: Bench) -> None:
    assert isinstance(bench.connector, DealBook)
    assert isinstance(bench.connector, PhoneBook)
