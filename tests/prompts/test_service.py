"""Making, changing and ordering prompts: versions, revisions, places, limits, and several at once."""

import asyncio

import pytest
from sqlalchemy import func, select

from services.db.models import AuditRow, IntegrationRow, PromptRow, PromptVersionRow, QuestionRow, WorkspaceRow
from services.domain.integration import IntegrationState
from services.domain.prompt import Ask, Scope
from services.errors import Conflict, NotFound, Refused
from services.prompts.drafts import Draft
from tests.fakes.rows import add_company, add_funnel
from tests.prompts.conftest import Office


async def set_limits(office: Office, **settings: int) -> None:
    async with office.database.write() as session:
        row = await session.get_one(WorkspaceRow, office.company.workspace_id)
        row.settings = {**row.settings, **settings}


async def enabled(office: Office) -> list[str]:
    return [one.name for one in await office.prompts.all(office.company.workspace_id) if one.enabled]


async def test_a_new_prompt_is_off_and_last(office: Office) -> None:
    first, second = await office.make("  Один   два ", "Три")
    assert (first.name, first.enabled, first.enabled_at, first.version.number) == ("Один два", False, None, 1)
    assert second.position > first.position


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        (" ", "Кратко?", "name_empty"),
        ("н" * 61, "Кратко?", "name_long"),
        ("Имя", "\n", "text_empty"),
        ("Имя", "т" * 4001, "text_long"),
    ],
)
async def test_wrong_words_are_refused(office: Office, name: str, text: str, why: str) -> None:
    with pytest.raises(Refused) as caught:
        await office.prompts.create(office.member, Draft(name, (Ask(text),), office.anywhere))
    assert caught.value.why == why
    assert await office.names() == []


async def test_a_change_of_wording_is_a_new_version_and_the_old_one_stays(office: Office) -> None:
    (prompt,) = await office.make("Итог")
    changed = await office.prompts.reword(office.member, prompt.id, "Подробно?", prompt.revision)
    assert (changed.version.number, changed.text) == (2, "Подробно?")
    assert changed.version.id != prompt.version.id
    async with office.database.read() as session:
        texts = await session.scalars(select(QuestionRow.text).order_by(QuestionRow.id))
        assert texts.all() == ["Кратко?", "Подробно?"]
    same = await office.prompts.reword(office.member, prompt.id, " Подробно?\n", changed.revision)
    assert same == changed


async def test_a_change_against_an_old_state_is_refused(office: Office) -> None:
    (prompt,) = await office.make("Итог")
    await office.prompts.rename(office.member, prompt.id, "Новое", prompt.revision)
    with pytest.raises(Conflict):
        await office.prompts.rename(office.member, prompt.id, "Моё", prompt.revision)
    with pytest.raises(Conflict):
        await office.prompts.reword(office.member, prompt.id, "Моё?", prompt.revision)
    with pytest.raises(Conflict):
        await office.prompts.rescope(office.member, prompt.id, office.funnel, prompt.revision)
    assert await office.names() == ["Новое"]


async def test_two_changes_at_once_are_not_mixed(office: Office) -> None:
    (prompt,) = await office.make("Итог")
    results = await asyncio.gather(
        *(office.prompts.rename(office.member, prompt.id, name, prompt.revision) for name in ("А", "Б", "В")),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Conflict) for one in results) == 2
    assert len([one for one in results if not isinstance(one, BaseException)]) == 1


async def test_enabling_counts_from_now_and_only_once(office: Office) -> None:
    (prompt,) = await office.make("Итог")
    first = await office.prompts.switches.set(office.member, prompt.id, True)
    assert first.prompt.enabled_at == office.clock.now()
    office.clock.advance(60)
    again = await office.prompts.switches.set(office.member, prompt.id, True)
    assert again.prompt == first.prompt
    off = await office.prompts.switches.set(office.member, prompt.id, False)
    assert (off.prompt.enabled, off.prompt.enabled_at, off.crowd) == (False, None, None)


async def test_the_hard_limit_holds_when_all_press_at_once(office: Office) -> None:
    await set_limits(office, hard_limit_prompts=2)
    prompts = await office.make(*(f"П{n}" for n in range(6)), scope=office.funnel)
    results = await asyncio.gather(
        *(office.prompts.switches.set(office.member, one.id, True) for one in prompts), return_exceptions=True
    )
    refused = [one for one in results if isinstance(one, Refused)]
    assert [one.why for one in refused] == ["hard_limit"] * 4
    assert len(await enabled(office)) == 2


async def test_moving_an_enabled_prompt_respects_the_limit_of_its_new_place(office: Office) -> None:
    await set_limits(office, hard_limit_prompts=1)
    other, _ = await add_funnel(office.database, office.company.integration_id, "2", "Сервис", ["NEW"])
    (there,) = await office.make("Там", scope=Scope(office.company.integration_id, other))
    (here,) = await office.make("Здесь", scope=office.funnel)
    for prompt in (there, here):
        await office.prompts.switches.set(office.member, prompt.id, True)
    here = await office.prompts.get(office.member, here.id)
    with pytest.raises(Refused) as caught:
        await office.prompts.rescope(office.member, here.id, there.scope, here.revision)
    assert caught.value.why == "hard_limit"
    assert (await office.prompts.get(office.member, here.id)).scope == office.funnel


async def test_all_at_once_leaves_nobody_half_done(office: Office) -> None:
    await office.make("Один", "Два", "Три")
    assert (await office.prompts.switches.set_all(office.member, True)).changed == 3
    assert (await office.prompts.switches.set_all(office.member, True)).changed == 0
    await set_limits(office, recommended_prompts=2)
    off = await office.prompts.switches.set_all(office.member, False)
    assert (off.changed, off.refused, off.crowd) == (3, None, None)
    on = await office.prompts.switches.set_all(office.member, True)
    assert on.crowd is not None
    assert on.crowd.count == 3


async def test_a_disconnected_crm_keeps_its_prompts_off(office: Office) -> None:
    (prompt,) = await office.make("Итог")
    async with office.database.write() as session:
        row = await session.get_one(IntegrationRow, office.company.integration_id)
        row.state = IntegrationState.DISCONNECTED
    with pytest.raises(Refused) as caught:
        await office.prompts.switches.set(office.member, prompt.id, True)
    assert caught.value.why == "integration_gone"
    with pytest.raises(Refused):
        await office.make("Ещё")
    done = await office.prompts.switches.set_all(office.member, True)
    assert done.refused is not None
    assert (done.changed, await enabled(office)) == (0, [])


async def test_the_order_changes_by_one_and_stops_at_the_edges(office: Office) -> None:
    one, two, three = await office.make("1", "2", "3")
    await office.prompts.delete(office.member, two.id)
    await office.prompts.move(office.member, three.id, up=True)
    assert await office.names() == ["3", "1"]
    await office.prompts.move(office.member, three.id, up=True)
    await office.prompts.move(office.member, one.id, up=False)
    assert await office.names() == ["3", "1"]


async def test_many_moves_and_new_ones_at_once_keep_every_place_single(office: Office) -> None:
    prompts = await office.make(*"абвгд")
    moves = [office.prompts.move(office.member, one.id, up=number % 2 == 0) for number, one in enumerate(prompts)]
    await asyncio.gather(*moves, *(office.make(name) for name in "еёж"))
    async with office.database.read() as session:
        places = (await session.scalars(select(PromptRow.position))).all()
    assert len(places) == len(set(places)) == 8


async def test_a_deleted_prompt_is_gone_from_everything_but_its_answers(office: Office) -> None:
    (prompt,) = await office.make("Итог")
    await office.prompts.switches.set(office.member, prompt.id, True)
    await office.prompts.delete(office.member, prompt.id)
    assert await office.names() == []
    assert not await office.prompts.same_name(office.member, "Итог", office.anywhere)
    with pytest.raises(NotFound):
        await office.prompts.switches.set(office.member, prompt.id, True)
    async with office.database.read() as session:
        row = await session.get_one(PromptRow, prompt.id)
        assert (row.enabled, row.deleted_at) == (False, office.clock.now())
        assert await session.scalar(select(func.count(PromptVersionRow.id))) == 1


async def test_the_same_name_counts_in_the_same_place_only(office: Office) -> None:
    await office.make("Ёлка", scope=office.funnel)
    stage = Scope(office.company.integration_id, office.funnel_id, office.stages["NEW"])
    assert await office.prompts.same_name(office.member, " ёлка ", office.funnel)
    assert not await office.prompts.same_name(office.member, "Ёлка", office.anywhere)
    assert not await office.prompts.same_name(office.member, "Ёлка", stage)


async def test_a_copy_is_off_and_its_name_fits(office: Office) -> None:
    (prompt,) = await office.make("н" * 60, scope=office.funnel)
    await office.prompts.switches.set(office.member, prompt.id, True)
    copy = await office.prompts.duplicate(office.member, prompt.id, " (копия)")
    assert (copy.enabled, copy.text, copy.scope) == (False, prompt.text, prompt.scope)
    assert len(copy.name) == 60


async def test_another_companys_things_are_not_there(office: Office) -> None:
    other = await add_company(office.database, "https://other.test/rest/1/secret/", office.clock.now())
    funnel, stages = await add_funnel(office.database, other.integration_id, "1", "Чужая", ["NEW"])
    own = office.company.integration_id
    for scope in (
        Scope(other.integration_id),
        Scope(own, funnel),
        Scope(own, office.funnel_id, stages["NEW"]),
        Scope(own, None, office.stages["NEW"]),
        Scope(own + 1000),
    ):
        with pytest.raises(NotFound):
            await office.make("Итог", scope=scope)
    (prompt,) = await office.make("Итог")
    stranger = office.member.__class__(**{**vars(office.member), "workspace_id": other.workspace_id})
    for attempt in (
        office.prompts.get(stranger, prompt.id),
        office.prompts.switches.set(stranger, prompt.id, True),
        office.prompts.rename(stranger, prompt.id, "Моё", prompt.revision),
        office.prompts.move(stranger, prompt.id, up=True),
        office.prompts.duplicate(stranger, prompt.id, " (копия)"),
        office.prompts.delete(stranger, prompt.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await office.prompts.all(other.workspace_id) == ()


async def test_every_change_leaves_its_trace(office: Office) -> None:
    prompt, _ = await office.make("Итог", "Другой")
    await office.prompts.switches.set(office.member, prompt.id, True)
    current = await office.prompts.rename(office.member, prompt.id, "Новое", prompt.revision + 1)
    current = await office.prompts.reword(office.member, prompt.id, "Иначе?", current.revision)
    current = await office.prompts.rescope(office.member, prompt.id, office.funnel, current.revision)
    await office.prompts.move(office.member, prompt.id, up=False)
    await office.prompts.delete(office.member, prompt.id)
    async with office.database.read() as session:
        query = select(AuditRow.action).where(AuditRow.subject == str(prompt.id)).order_by(AuditRow.id)
        assert (await session.scalars(query)).all() == [
            "prompt_created",
            "prompt_enabled",
            "prompt_renamed",
            "prompt_reworded",
            "prompt_rescoped",
            "prompt_moved",
            "prompt_deleted",
        ]
