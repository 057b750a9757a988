"""Which prompts are for a call: every rule in one table, and the reading of scopes from rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.db.models import FunnelRow, StageRow
from services.db.unit_of_work import Database
from services.domain.call import Binding, ObjectRef, Reason
from services.domain.integration import ObjectKind
from services.prompts.matching import ScopedPrompt, match, scoped_prompts, worth_binding
from tests.fakes.clock import FakeClock
from tests.fakes.rows import add_company, add_funnel, add_prompt

ENABLED = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BEFORE = ENABLED - timedelta(seconds=1)
DEAL = Binding(ObjectRef(ObjectKind.DEAL, "7"), "1", "C1:NEW", "Сделка", "https://portal.test/7")
LEAD = Binding(ObjectRef(ObjectKind.LEAD, "7"), "0", "NEW", "Лид", "https://portal.test/7")
EVERYWHERE = ScopedPrompt(1, 1, 1, True, ENABLED, None, None, None)
SALES = replace(EVERYWHERE, object_kind=ObjectKind.DEAL, funnel="1")
SALES_NEW = replace(SALES, stage="C1:NEW")
GENERAL = replace(EVERYWHERE, object_kind=ObjectKind.DEAL, funnel="0")
LEADS = replace(EVERYWHERE, object_kind=ObjectKind.LEAD, funnel="0")


@pytest.mark.parametrize(
    ("prompt", "started_at", "binding", "reason"),
    [
        (EVERYWHERE, ENABLED, DEAL, None),
        (EVERYWHERE, ENABLED, LEAD, None),
        (SALES, ENABLED, DEAL, None),
        (SALES_NEW, ENABLED, DEAL, None),
        (SALES_NEW, ENABLED, replace(DEAL, stage_external_id="sub", stage_within=("C1:NEW",)), None),
        (replace(SALES_NEW, stage="sub"), ENABLED, DEAL, Reason.OTHER_STAGE),
        (LEADS, ENABLED, LEAD, None),
        (SALES, ENABLED, None, None),
        (replace(EVERYWHERE, enabled=False), ENABLED, DEAL, Reason.PROMPT_OFF),
        (replace(EVERYWHERE, enabled_at=None), ENABLED, DEAL, Reason.PROMPT_OFF),
        (EVERYWHERE, BEFORE, DEAL, Reason.STARTED_BEFORE_ENABLED),
        (replace(EVERYWHERE, enabled=False), BEFORE, DEAL, Reason.PROMPT_OFF),
        (SALES, ENABLED, replace(DEAL, funnel_external_id="2"), Reason.OTHER_FUNNEL),
        (GENERAL, ENABLED, LEAD, Reason.OTHER_FUNNEL),
        (LEADS, ENABLED, replace(DEAL, funnel_external_id="0"), Reason.OTHER_FUNNEL),
        (SALES_NEW, ENABLED, replace(DEAL, stage_external_id="C1:WON"), Reason.OTHER_STAGE),
        (replace(SALES_NEW, scope_missing=True), ENABLED, DEAL, Reason.STAGE_MISSING),
        (replace(SALES, scope_missing=True), ENABLED, None, Reason.STAGE_MISSING),
        (replace(SALES, scope_missing=True), BEFORE, DEAL, Reason.STARTED_BEFORE_ENABLED),
    ],
)
def test_the_rules(
    prompt: ScopedPrompt, started_at: datetime, binding: Binding | None, reason: Reason | None
) -> None:
    assert match([prompt], started_at, binding) == [(prompt, reason)]


def test_every_prompt_is_judged_in_its_order() -> None:
    off = replace(EVERYWHERE, id=2, enabled=False)
    assert match([off, SALES, GENERAL], ENABLED, DEAL) == [
        (off, Reason.PROMPT_OFF),
        (SALES, None),
        (GENERAL, Reason.OTHER_FUNNEL),
    ]


@pytest.mark.parametrize(
    ("prompts", "worth"),
    [
        ([], False),
        ([replace(SALES, enabled=False)], False),
        ([replace(SALES, scope_missing=True)], False),
        ([replace(SALES, enabled=False), LEADS], True),
    ],
)
def test_a_call_nobody_waits_for_needs_no_binding(prompts: list[ScopedPrompt], worth: bool) -> None:
    assert worth_binding(prompts, ENABLED) is worth


async def test_scopes_come_from_the_book_of_funnels(database: Database, clock: FakeClock) -> None:
    company = await add_company(database, "https://portal.test/rest/1/secret/", clock.now())
    funnel, stages = await add_funnel(database, company.integration_id, "1", "Продажи", ["C1:NEW", "C1:WON"])
    leads, _ = await add_funnel(database, company.integration_id, "0", "Лиды", ["NEW"], kind="lead")
    async with database.write() as session:
        (await session.get_one(StageRow, stages["C1:WON"])).missing = True
    now = clock.now()
    new = await add_prompt(
        database,
        company,
        "Новые",
        "?",
        enabled_at=now,
        now=now,
        funnel_id=funnel,
        stage_id=stages["C1:NEW"],
    )
    won = await add_prompt(
        database,
        company,
        "Успех",
        "?",
        enabled_at=now,
        now=now,
        funnel_id=funnel,
        stage_id=stages["C1:WON"],
    )
    lead = await add_prompt(database, company, "Лиды", "?", enabled_at=None, now=now, funnel_id=leads)
    await add_prompt(database, company, "Везде", "?", enabled_at=now, now=now)
    async with database.read() as session:
        scoped = await scoped_prompts(session, company.integration_id)
    assert [(one.object_kind, one.funnel, one.stage, one.scope_missing) for one in scoped] == [
        (ObjectKind.DEAL, "1", "C1:NEW", False),
        (ObjectKind.DEAL, "1", "C1:WON", True),
        (ObjectKind.LEAD, "0", None, False),
        (None, None, None, False),
    ]
    assert [one.id for one in scoped][:3] == [new, won, lead]
    async with database.write() as session:
        (await session.get_one(FunnelRow, funnel)).missing = True
    async with database.read() as session:
        assert [one.scope_missing for one in await scoped_prompts(session, company.integration_id)] == [
            True,
            True,
            False,
            False,
        ]
