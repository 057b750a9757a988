"""Which request a call is for, and at which stage: by its number, its client, its phone."""

import pytest

from sandbox.faults import Fault
from services.domain.integration import ObjectKind
from services.errors import Ambiguous, Unreachable
from tests.integrations.macrocrm.conftest import Bench, OddBench

BY_NUMBER = {"lists_by_ids": True}


async def test_statuses_and_sub_statuses_are_stages_of_one_funnel(bench: Bench) -> None:
    (funnel,) = await bench.open().funnels()
    assert (funnel.object_kind, funnel.external_id, funnel.name) == (ObjectKind.DEAL, "requests", "Заявки")
    stages = {stage.external_id: stage.name for stage in funnel.stages}
    assert stages["10"] == "Проверка"
    assert stages["10:123"] == "Проверка → Недозвон"
    assert [stage.external_id for stage in funnel.stages][:4] == ["5", "10", "10:123", "10:124"]


@pytest.mark.parametrize("settings", [{}, BY_NUMBER], ids=["by the client's list", "by number"])
async def test_a_sub_status_is_known_by_its_number_and_by_its_name(
    bench: Bench, settings: dict[str, bool]
) -> None:
    """One list tells `123`, the other `Недозвон`."""
    connector = bench.open(dict(settings))
    contact = bench.installation.add_contact("Анна", "79000000011")
    request = bench.installation.add_request(contact, status=10, custom=123)
    binding = await connector.bind(await bench.one_call(connector, contact=contact, request=request.id))
    assert binding is not None
    assert (binding.object.id, binding.stage_external_id, binding.stage_within) == (
        str(request.id),
        "10:123",
        ("10",),
    )
    assert binding.client_name == "Анна"


async def test_the_stage_is_that_of_the_moment_the_call_was_seen(bench: Bench) -> None:
    connector = bench.open()
    contact = bench.installation.add_contact("Анна", "79000000011")
    request = bench.installation.add_request(contact, status=10, custom=123)
    call = await bench.one_call(connector, contact=contact, request=request.id)
    bench.installation.move(request, 20, 94)
    binding = await connector.bind(call)
    assert binding is not None
    assert (binding.stage_external_id, binding.stage_within) == ("10", ())


async def test_a_request_that_only_the_call_names_has_the_calls_own_status(bench: Bench) -> None:
    """A refused request: the list of active ones leaves it out, and this list takes no numbers."""
    connector = bench.open()
    request = bench.installation.add_request(bench.installation.add_contact("Анна", "79000000011"), status=60)
    binding = await connector.bind(await bench.one_call(connector, request=request.id))
    assert binding is not None
    assert (binding.object.id, binding.stage_external_id) == (str(request.id), "60")


@pytest.mark.parametrize(("merged", "followed"), [("follow", True), ("keep", False)])
async def test_a_merged_request_leads_to_the_one_it_was_merged_into(
    bench: Bench, merged: str, followed: bool
) -> None:
    connector = bench.open({**BY_NUMBER, "merged": merged})
    contact = bench.installation.add_contact("Анна", "79000000011")
    old, between, new = (bench.installation.add_request(contact, status=status) for status in (10, 10, 20))
    bench.installation.merge(old, between)
    bench.installation.merge(between, new)
    binding = await connector.bind(await bench.one_call(connector, request=old.id))
    assert binding is not None
    assert binding.object.id == str((new if followed else old).id)
    assert binding.stage_external_id == ("20" if followed else "10")


async def test_requests_merged_in_a_circle_end_somewhere(bench: Bench) -> None:
    connector = bench.open(dict(BY_NUMBER))
    contact = bench.installation.add_contact("Анна", "79000000011")
    first, second = bench.installation.add_request(contact), bench.installation.add_request(contact)
    bench.installation.merge(first, second)
    bench.installation.merge(second, first)
    assert await connector.bind(await bench.one_call(connector, request=first.id)) is not None


async def test_without_a_request_the_client_decides_and_without_a_client_the_phone(bench: Bench) -> None:
    connector = bench.open()
    contact = bench.installation.add_contact("Анна", "79000000011")
    request = bench.installation.add_request(contact)
    for call in (
        await bench.one_call(connector, contact=contact),
        await bench.one_call(connector, contact=0, phone="8 (900) 000-00-11"),
    ):
        binding = await connector.bind(call)
        assert binding is not None
        assert binding.object.id == str(request.id)


async def test_an_unknown_caller_is_waited_for(bench: Bench) -> None:
    """Nobody found is told as an error under a success status."""
    connector = bench.open()
    call = await bench.one_call(connector, phone="79000000099")
    assert await connector.bind(call) is None
    contact = bench.installation.add_contact("Новый", "79000000099")
    assert await connector.bind(call) is None
    bench.installation.add_request(contact)
    assert await connector.bind(call) is not None


async def test_of_several_the_managers_own_then_the_latest_changed_then_the_newest(bench: Bench) -> None:
    connector = bench.open()
    other = bench.installation.add_user("Петров П.")
    contact = bench.installation.add_contact("Анна", "79000000011")
    own = bench.installation.add_request(contact)
    touched, newest = (bench.installation.add_request(contact, manager=other) for _ in range(2))
    bench.clock.advance(60)
    bench.installation.move(touched, 20)
    call = await bench.one_call(connector, contact=contact)
    assert [one.object.id for one in await connector.bindings(call)] == [
        str(request.id) for request in (own, touched, newest)
    ]


@pytest.mark.parametrize("known_by", ["contact", "phone"])
async def test_a_mediators_call_is_nobodys_unless_the_owner_allows(bench: Bench, known_by: str) -> None:
    usual, allowing = bench.open(), bench.open({"mediator": "latest"})
    agent = bench.installation.add_contact("Агент", "79000000011", mediator=True)
    bench.installation.add_request(agent)
    contact = agent if known_by == "contact" else 0
    single = await bench.one_call(usual, contact=contact)
    assert await usual.bind(single) is not None
    bench.installation.add_request(agent)
    call = await bench.one_call(usual, contact=contact)
    with pytest.raises(Ambiguous):
        await usual.bind(call)
    with pytest.raises(Ambiguous):
        await usual.bind_phone("+79000000011", bench.clock.now())
    assert await allowing.bind(call) is not None


async def test_a_phone_of_another_system_finds_the_request_by_the_same_rule(bench: Bench) -> None:
    connector = bench.open()
    contact = bench.installation.add_contact("Анна", "79000000011")
    bench.installation.add_request(contact)
    bench.clock.advance(60)
    latest = bench.installation.add_request(contact, status=20, custom=94)
    binding = await connector.bind_phone("+79000000011", bench.clock.now())
    assert binding is not None
    assert (binding.object.id, binding.stage_external_id) == (str(latest.id), "20:94")
    assert await connector.bind_phone("+79000000012", bench.clock.now()) is None


async def test_a_broken_line_is_no_missing_request(bench: Bench) -> None:
    connector = bench.open()
    contact = bench.installation.add_contact("Анна", "79000000011")
    bench.installation.add_request(contact)
    call = await bench.one_call(connector, contact=contact)
    bench.installation.faults.add(Fault("html", "estateBuy/find", times=None))
    with pytest.raises(Unreachable):
        await connector.bind(call)


async def test_statuses_that_came_empty_are_an_error(odd: OddBench) -> None:
    """An empty dictionary would suspend every prompt."""
    odd.installation.says["estateBuy/statuses"] = lambda: {"statuses": [None, {"id": "x"}]}
    with pytest.raises(Exception, match="no statuses"):
        await odd.connector.funnels()


async def test_odd_requests_are_left_out(odd: OddBench) -> None:
    odd.installation.says["estateBuy/statuses"] = lambda: {"statuses": [{"id": 10, "name": None}]}
    odd.installation.says["contacts/find"] = lambda: {"data": {"id": "7001", "isMediator": "0"}}
    rows = [None, {"id": None}, {"id": "12", "status": "10", "dateModified": "2026-03-10 12:00:00", "contact": 5}]
    odd.installation.says["estateBuy/find"] = lambda: {"data": rows}
    binding = await odd.connector.bind_phone("+79000000011", odd.clock.now())
    assert binding is not None
    assert (binding.object.id, binding.stage_external_id) == ("12", "10")
