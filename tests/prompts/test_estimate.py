"""What one more prompt adds: defaults, averages, the tariff."""

import pytest

from services.db.models import AnswerRow, CallRow, QuestionRow, WorkspaceRow
from services.prompts.estimate import (
    DEFAULT_SECONDS,
    DEFAULT_TOKENS,
    DEFAULT_TOKENS_OUT,
    SAMPLE,
    Estimate,
    estimate_one,
)
from tests.prompts.conftest import Office


async def add_answers(office: Office, count: int, *, seconds: float, tokens: int, cached: int | None) -> None:
    (prompt,) = await office.make(f"Промпт {seconds}")
    async with office.database.write() as session:
        question = prompt.version.questions[0].id
        assert await session.get(QuestionRow, question) is not None
        for number in range(count):
            call = CallRow(
                workspace_id=office.company.workspace_id,
                integration_id=office.company.integration_id,
                external_id=f"{seconds}-{number}",
                started_at=office.clock.now(),
                duration=60,
                direction="in",
                state="done",
                due_at=office.clock.now(),
                seen_at=office.clock.now(),
            )
            session.add(call)
            await session.flush()
            session.add(
                AnswerRow(
                    call_id=call.id,
                    version_id=prompt.version.id,
                    question_id=question,
                    state="found",
                    prompt_tokens=tokens,
                    cached_tokens=cached,
                    completion_tokens=100,
                    seconds=seconds,
                    created_at=office.clock.now(),
                )
            )
            await session.flush()


async def set_tariff(office: Office, **tariff: float) -> None:
    async with office.database.write() as session:
        row = await session.get_one(WorkspaceRow, office.company.workspace_id)
        row.settings = {**row.settings, "tariff": tariff}


async def estimated(office: Office) -> Estimate:
    async with office.database.read() as session:
        return await estimate_one(session, office.company.workspace_id)


async def test_without_answers_the_defaults_count(office: Office) -> None:
    expected = Estimate(DEFAULT_SECONDS, DEFAULT_TOKENS + DEFAULT_TOKENS_OUT, None)
    assert await estimated(office) == expected


async def test_the_last_answers_count_and_older_ones_do_not(office: Office) -> None:
    await add_answers(office, 5, seconds=90.0, tokens=90_000, cached=None)
    await add_answers(office, SAMPLE, seconds=2.0, tokens=1900, cached=1000)
    assert await estimated(office) == Estimate(2.0, 2000, None)


async def test_cached_tokens_have_their_own_price(office: Office) -> None:
    await add_answers(office, 2, seconds=2.0, tokens=3000, cached=2000)
    await set_tariff(office, input=100.0, cached=10.0, output=400.0)
    # 1000 full, 2000 cached, 100 out
    assert (await estimated(office)).roubles == pytest.approx(0.1 + 0.02 + 0.04)
    await set_tariff(office, input=100.0, output=400.0)
    assert (await estimated(office)).roubles == pytest.approx(0.3 + 0.04)
    await set_tariff(office, input=100.0)
    assert (await estimated(office)).roubles is None
