"""Notes are written at most once, since nobody can look them up."""

import pytest
from aiohttp import web

from sandbox.faults import Fault
from services.domain.call import ObjectRef
from services.domain.integration import ObjectKind
from services.errors import Blind, Gone, RateLimited, Rejected, ScopeMissing, Unclear
from services.integrations.macrocrm.notes import note_parts
from services.integrations.writing import BlindTimeline
from tests.integrations.macrocrm.conftest import Bench, OddBench

ADD = "estateBuy/addNote"
MARKER = "ai:0123456789"


def target(bench: Bench) -> ObjectRef:
    contact = bench.installation.add_contact("Анна", "79000000011")
    return ObjectRef(ObjectKind.DEAL, str(bench.installation.add_request(contact).id))


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", ADD, "after", status=500, body='{"error": "System error: x", "status": 500}'),
        Fault("status", ADD, status=500, body='{"error": "System error: x", "status": 500}'),
        Fault("reset", ADD, "after"),
        Fault("html", ADD, status=502),
        Fault("html", ADD, status=429),
        Fault("html", ADD, status=403),
        Fault("truncated", ADD, "after"),
        Fault("status", ADD, "after", status=200, body="{}"),
        Fault("status", ADD, "after", status=302, body=""),
    ],
    ids=[
        "done then 500",
        "500 undone",
        "done then dropped",
        "502",
        "429 page",
        "403 page",
        "cut short",
        "no word",
        "302",
    ],
)
async def test_a_lost_answer_is_unclear_and_nobody_repeats_it(bench: Bench, fault: Fault) -> None:
    connector, request = bench.open(), target(bench)
    bench.installation.faults.add(fault)
    with pytest.raises(Unclear):
        await connector.add_comment(request, "Итог")
    assert len(bench.installation.notes) <= 1
    with pytest.raises(Blind):
        await connector.find_comment(request, MARKER, bench.clock.now())


async def test_a_refusal_for_too_many_requests_told_as_json_was_surely_not_written(bench: Bench) -> None:
    connector, request = bench.open(), target(bench)
    bench.installation.faults.add(Fault("rate_limit", ADD, seconds=30))
    with pytest.raises(RateLimited) as limited:
        await connector.add_comment(request, "Итог")
    assert limited.value.retry_after == 30
    before = bench.clock.now()
    await connector.add_comment(request, "Итог")
    assert (bench.clock.now() - before).total_seconds() >= 30
    assert len(bench.installation.notes) == 1


async def test_an_owner_may_prefer_a_rare_double_note(bench: Bench) -> None:
    usual, other = bench.open(), bench.open({"delivery": "at_least_once"})
    assert isinstance(usual, BlindTimeline)
    assert (usual.unseen_repeats, other.unseen_repeats) == (0, 2)


async def test_a_request_that_is_not_there_and_a_missing_right_are_final(bench: Bench) -> None:
    connector = bench.open()
    with pytest.raises(Gone):
        await connector.add_comment(ObjectRef(ObjectKind.DEAL, "99999"), "Итог")
    bench.installation.settings.granted.discard(ADD)
    with pytest.raises(ScopeMissing):
        await connector.add_comment(target(bench), "Итог")
    with pytest.raises(Rejected):
        await connector.add_comment(ObjectRef(ObjectKind.DEAL, "x"), "Итог")


@pytest.mark.parametrize("body", [{"success": False}, {"data": {"success": False}}, {"error": "Bad note"}])
async def test_a_refusal_under_a_success_status_was_not_written(odd: OddBench, body: dict[str, object]) -> None:
    odd.installation.says[ADD] = lambda: body
    with pytest.raises(Rejected):
        await odd.connector.add_comment(ObjectRef(ObjectKind.DEAL, "7"), "Итог")


async def test_a_success_within_data_counts(odd: OddBench) -> None:
    odd.installation.says[ADD] = lambda: web.json_response({"data": {"success": True}}, status=201)
    assert await odd.connector.add_comment(ObjectRef(ObjectKind.DEAL, "7"), "Итог") == ""


def test_a_note_ends_with_its_mark() -> None:
    ((marker, body),) = note_parts("Итог", "Дорого", MARKER, 4000)
    assert (marker, body) == (MARKER, f"Итог\nДорого\n\n{MARKER}")


def test_a_long_answer_takes_three_notes_at_most() -> None:
    parts = note_parts("Итог", "слово " * 5000, MARKER, 4000)
    assert [marker for marker, _ in parts] == [f"{MARKER}-{number}of3" for number in (1, 2, 3)]
    assert all(len(body) <= 4000 and body.endswith(marker) for marker, body in parts)
    assert "…" in parts[-1][1]
    assert len(note_parts("Итог", "слово " * 1000, MARKER, 4000)) == 2


def test_foreign_text_is_no_markup() -> None:
    ((_, body),) = note_parts("a\nb", "1 < 2 <b>x</b><!-- y --><script>\x00", MARKER, 4000)
    assert "<b" not in body
    assert "<script" not in body
    assert "1 < 2" in body
    assert body.startswith("a b\n")
