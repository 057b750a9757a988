"""Funnels, stages and rules as people change them, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.db.models import AuditRow, FunnelRow, PromptRow, RouteRow
from services.db.repositories.accounts import leave_behind
from services.domain.integration import ObjectKind
from services.errors import Conflict, NotFound, Refused
from services.ownfunnels.changes import moved, put, without
from services.ownfunnels.conditions import What
from services.ownfunnels.rules import NEW, Goal, Rule
from services.prompts.matching import scoped_prompts
from tests.fakes.rows import add_funnel, add_prompt
from tests.ownfunnels.calls import call, condition
from tests.ownfunnels.conftest import Office

LINE = "+74951110000"


async def test_a_call_is_put_where_the_first_fitting_rule_says(office: Office) -> None:
    sales, service = await office.funnel("Продажи"), await office.funnel("Сервис")
    repeat = await office.stage(service, "Повторные")
    await office.rule(Goal(sales))
    await office.rule(Goal(service, repeat), condition(What.LINE, "8 495 111-00-00"))
    first = await office.routed(await office.add_call(call(line=LINE, key="call:1")))
    other = await office.routed(await office.add_call(call(key="call:2")))
    async with office.database.read() as session:
        ids = {row.id: row.external_id for row in await session.scalars(select(FunnelRow))}
    assert (first.object.kind, first.funnel_external_id) == (ObjectKind.CALL, ids[service])
    assert first.stage_external_id
    assert (other.funnel_external_id, other.stage_external_id) == (ids[sales], "")


async def test_without_rules_a_call_stands_in_no_funnel(office: Office) -> None:
    await office.funnel("Продажи")
    number = await office.add_call(call(line=LINE))
    binding = await office.routed(number)
    assert binding.object.id == str(number)
    assert (binding.funnel_external_id, binding.stage_external_id) == ("", "")


async def test_names_are_unique_whatever_their_case_and_free_again_once_deleted(office: Office) -> None:
    number = await office.funnel("Продажи")
    with pytest.raises(Refused, match="same_funnel"):
        await office.funnel(" продажи ")
    await office.stage(number, "Новые")
    with pytest.raises(Refused, match="same_stage"):
        await office.stage(number, "НОВЫЕ")
    await office.own.delete_funnel(office.member, number)
    assert await office.funnel("Продажи") != number


async def test_the_order_is_the_place_wanted_so_twice_does_no_harm(office: Office) -> None:
    numbers = [await office.funnel(name) for name in ("А", "Б", "В")]
    for _ in range(2):
        await office.own.put_funnel(office.member, numbers[2], 0)
    funnels = await office.own.of(office.member, office.integration_id)
    assert [one.name for one in funnels] == ["В", "А", "Б"]
    stages = [await office.stage(numbers[0], name) for name in ("1", "2", "3")]
    place = await office.own.put_stage(office.member, stages[0], 99)
    assert [one.name for one in place.funnel.stages] == ["2", "3", "1"]


async def test_a_deleted_funnel_suspends_its_prompts_and_takes_its_rules_along(office: Office) -> None:
    sales = await office.funnel("Продажи")
    await office.rule(Goal(sales), condition(What.LINE, LINE))
    now = office.clock.now()
    await add_prompt(office.database, office.company, "Итог", "Кратко?", enabled_at=now, now=now, funnel_id=sales)
    assert await office.own.prompts_on(office.member, sales) == ("Итог",)
    assert await office.own.delete_funnel(office.member, sales) == ("Итог",)
    async with office.database.read() as session:
        (prompt,) = await scoped_prompts(session, office.integration_id)
        row = (await session.scalars(select(PromptRow))).one()
        assert (await session.scalars(select(RouteRow))).all() == []
    assert prompt.scope_missing
    assert (row.funnel_id, row.enabled) == (sales, True)
    assert (await office.routed(await office.add_call(call(line=LINE)))).funnel_external_id == ""
    with pytest.raises(NotFound):
        await office.own.delete_funnel(office.member, sales)


async def test_a_deleted_stage_leaves_its_calls_in_the_funnel(office: Office) -> None:
    sales = await office.funnel("Продажи")
    stage = await office.stage(sales, "Новые")
    await office.rule(Goal(sales, stage), condition(What.LINE, LINE))
    await office.own.delete_stage(office.member, stage)
    binding = await office.routed(await office.add_call(call(line=LINE)))
    assert binding.funnel_external_id != ""
    assert binding.stage_external_id == ""
    assert (await office.own.funnel(office.member, sales)).funnel.stages == ()


async def test_rules_keep_their_order_and_the_default_stays_last(office: Office) -> None:
    sales = await office.funnel("Продажи")
    await office.rule(Goal(sales))
    for name in ("101", "102", "103"):
        book = await office.rule(Goal(sales), condition(What.EXTENSION, name))
    assert [one.is_default for one in book.rules] == [False, False, False, True]
    third = book.rules[2]
    for _ in range(2):
        book = await office.book.change(office.member, office.integration_id, moved(third.id, 0), book.stamp)
    assert [one.conditions[0].values[0].text for one in book.rules[:3]] == ["103", "101", "102"]
    book = await office.book.change(office.member, office.integration_id, without(third.id), book.stamp)
    assert len(book.rules) == 3


async def test_two_editors_at_once_the_second_hears_of_the_first(office: Office) -> None:
    sales = await office.funnel("Продажи")
    stamp = (await office.book.of(office.member, office.integration_id)).stamp

    async def save(name: str) -> object:
        change = put(Rule(NEW, (condition(What.EXTENSION, name),), Goal(sales)))
        return await office.book.change(office.member, office.integration_id, change, stamp)

    outcomes = await asyncio.gather(save("101"), save("102"), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert len((await office.book.of(office.member, office.integration_id)).rules) == 1


async def test_a_rule_leads_nowhere_but_into_funnels_of_its_own_system(office: Office) -> None:
    sales = await office.funnel("Продажи")
    stage = await office.stage(sales, "Новые")
    other, _ = await add_funnel(office.database, office.crm.integration_id, "1", "Сделки", ["NEW"])
    service = await office.funnel("Сервис")
    for goal in (Goal(other), Goal(service, stage), Goal(10**9)):
        with pytest.raises(NotFound):
            await office.rule(goal, condition(What.LINE, LINE))
    assert (await office.book.of(office.member, office.integration_id)).rules == ()


async def test_strangers_and_crms_have_no_funnels_to_change(office: Office) -> None:
    sales = await office.funnel("Продажи")
    stranger = replace(office.member, workspace_id=office.member.workspace_id + 1)
    with pytest.raises(NotFound):
        await office.own.rename_funnel(stranger, sales, "Моё")
    with pytest.raises(NotFound):
        await office.book.of(stranger, office.integration_id)
    with pytest.raises(NotFound):
        await office.own.make_funnel(office.member, office.crm.integration_id, "Продажи")
    theirs, stages = await add_funnel(office.database, office.crm.integration_id, "1", "Сделки", ["NEW"])
    with pytest.raises(NotFound):
        await office.own.delete_funnel(office.member, theirs)
    with pytest.raises(NotFound):
        await office.own.delete_stage(office.member, stages["NEW"])


async def test_own_funnels_stay_when_the_telephony_becomes_another_account(office: Office) -> None:
    sales = await office.funnel("Продажи")
    await office.rule(Goal(sales))
    async with office.database.write() as session:
        await leave_behind(session, office.integration_id, "phones.test")
    assert (await office.own.funnel(office.member, sales)).funnel.name == "Продажи"
    assert (await office.routed(await office.add_call(call()))).funnel_external_id != ""


async def test_a_preview_is_of_a_day_or_else_of_the_latest_calls(office: Office) -> None:
    sales = await office.funnel("Продажи")
    now = office.clock.now()
    await office.add_call(call(key="call:old", at=now - timedelta(days=3)))
    change = put(Rule(NEW, (), Goal(sales)))
    shown = await office.book.preview(office.member, office.integration_id, change)
    assert (shown.calls, shown.of_a_day, shown.counts) == (1, False, ((Goal(sales), 1),))
    await office.add_call(call(key="call:new", at=now - timedelta(hours=3)))
    await office.add_call(replace(call(key="call:missed", at=now), answered=False))
    shown = await office.book.preview(office.member, office.integration_id, change)
    assert (shown.calls, shown.of_a_day, shown.moved) == (1, True, 1)
    assert (await office.book.of(office.member, office.integration_id)).rules == ()


async def test_every_change_is_noted(office: Office) -> None:
    sales = await office.funnel("Продажи")
    stage = await office.stage(sales, "Новые")
    await office.own.rename_funnel(office.member, sales, "Опт")
    await office.own.rename_stage(office.member, stage, "Первые")
    book = await office.rule(Goal(sales), condition(What.LINE, LINE))
    await office.book.change(office.member, office.integration_id, without(book.rules[0].id), book.stamp)
    await office.own.delete_stage(office.member, stage)
    await office.own.delete_funnel(office.member, sales)
    async with office.database.read() as session:
        actions = list(await session.scalars(select(AuditRow.action).order_by(AuditRow.id)))
    assert actions == [
        "own_funnel_made",
        "own_stage_made",
        "own_funnel_renamed",
        "own_stage_renamed",
        "route_saved",
        "route_deleted",
        "own_stage_deleted",
        "own_funnel_deleted",
    ]


async def test_a_call_sees_rules_wholly_old_or_wholly_new(office: Office) -> None:
    """Two rules change places while a call is routed: until the change is committed, neither has moved."""
    sales, service = await office.funnel("Продажи"), await office.funnel("Сервис")
    await office.rule(Goal(sales), condition(What.LINE, LINE))
    await office.rule(Goal(service), condition(What.LINE, LINE))
    number = await office.add_call(call(line=LINE))
    before = await office.routed(number)
    async with office.database.write() as session:
        first, second = (await session.scalars(select(RouteRow).order_by(RouteRow.position))).all()
        first.position, second.position = 2, 1
        await session.flush()
        assert await office.routed(number) == before
    after = await office.routed(number)
    assert after.funnel_external_id not in ("", before.funnel_external_id)
