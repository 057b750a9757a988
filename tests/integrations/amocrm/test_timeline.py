"""Notes on deals: written once, found by their whole last line, and harmless to the account's automation."""

from typing import Any

import pytest

from sandbox.faults import Fault
from services.domain.call import ObjectRef
from services.domain.integration import ObjectKind
from services.errors import Gone, Rejected, Unclear
from services.integrations.amocrm.timeline import LIMIT, comment_parts
from tests.integrations.amocrm.conftest import Bench

MARKER = "ai:0123456789"
BODY = f"Возражения\nДорого\n\n{MARKER}"


def deal(bench: Bench) -> ObjectRef:
    return ObjectRef(ObjectKind.DEAL, str(bench.account.add_lead("Балкон")))


@pytest.mark.parametrize("status", [200, 201])
async def test_a_note_does_not_set_off_the_automation(bench: Bench, status: int) -> None:
    bench.account.wants.note_status = status  # type: ignore[assignment]
    target = deal(bench)
    number = await bench.connector.add_comment(target, BODY)
    (note,) = bench.account.comments(int(target.id))
    assert (str(note.id), note.params["text"], note.triggers) == (number, BODY, False)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_429_on_a_write_is_looked_up_before_it_is_sent_again(bench: Bench, when: str) -> None:
    """Nobody promises that a refused note was not written."""
    target = deal(bench)
    bench.account.faults.add(Fault("rate_limit", "POST leads/*/notes", when, seconds=1))  # type: ignore[arg-type]
    with pytest.raises(Unclear):
        await bench.connector.add_comment(target, BODY)
    found = await bench.connector.find_comment(target, MARKER, bench.clock.now())
    assert (found is not None) == (when == "after")
    assert len(bench.account.comments(int(target.id))) == (1 if when == "after" else 0)


@pytest.mark.parametrize("status", [408, 500, 502, 504])
async def test_a_note_that_was_written_and_answered_badly_is_found(bench: Bench, status: int) -> None:
    target = deal(bench)
    bench.account.faults.add(Fault("html", "POST leads/*/notes", "after", status=status))
    with pytest.raises(Unclear):
        await bench.connector.add_comment(target, BODY)
    assert await bench.connector.find_comment(target, MARKER, bench.clock.now()) is not None


async def test_only_the_whole_last_line_counts(bench: Bench) -> None:
    target = deal(bench)
    for text in (f"{BODY}0", f"цитата: {MARKER}", f"{MARKER}\nи ещё слово", f"x\n{MARKER}-1of2"):
        bench.account.add_note("leads", int(target.id), "common", {"text": text})
    odd: list[Any] = [None, [], {"text": 7}, {"text": None}]
    for params in odd:
        bench.account.add_note("leads", int(target.id), "common", params)
    assert await bench.connector.find_comment(target, MARKER, bench.clock.now()) is None
    written = bench.account.add_note("leads", int(target.id), "common", {"text": f"{BODY} \n"})
    assert await bench.connector.find_comment(target, MARKER, bench.clock.now()) == str(written.id)


@pytest.mark.parametrize("ahead", [-420, 420])
async def test_a_note_is_found_although_the_clocks_differ(bench: Bench, ahead: int) -> None:
    target = deal(bench)
    bench.account.clock.advance(ahead)
    attempted = bench.clock.now()
    number = await bench.connector.add_comment(target, BODY)
    bench.clock.advance(65)
    assert await bench.connector.find_comment(target, MARKER, attempted) == number


async def test_a_note_behind_many_others_is_found(bench: Bench) -> None:
    target = deal(bench)
    attempted = bench.clock.now()
    for number in range(260):
        bench.account.add_note("leads", int(target.id), "common", {"text": f"Заметка {number}"})
    written = await bench.connector.add_comment(target, BODY)
    assert await bench.connector.find_comment(target, MARKER, attempted) == written


async def test_notes_of_one_deal_are_not_made_in_the_same_second(bench: Bench) -> None:
    """Of several notes with one time the page shows only one."""
    target, other = deal(bench), deal(bench)
    for _ in range(3):
        await bench.connector.add_comment(target, BODY)
    made = [note.created for note in bench.account.comments(int(target.id))]
    assert len(set(made)) == 3
    before = bench.clock.now()
    await bench.connector.add_comment(other, BODY)
    assert (bench.clock.now() - before).total_seconds() < 1


async def test_a_deal_that_is_gone(bench: Bench) -> None:
    target = deal(bench)
    bench.account.leads[int(target.id)].deleted = True
    with pytest.raises(Gone):
        await bench.connector.add_comment(target, BODY)


async def test_a_note_cannot_be_taken_back(bench: Bench) -> None:
    target = deal(bench)
    number = await bench.connector.add_comment(target, BODY)
    asked = len(bench.account.journal)
    with pytest.raises(Rejected):
        await bench.connector.remove_comment(target, number)
    assert len(bench.account.journal) == asked


def test_a_long_text_becomes_three_notes_at_most_each_with_its_own_marker() -> None:
    parts = comment_parts("Пересказ", "слово " * 20_000, MARKER)
    assert [marker for marker, _ in parts] == [f"{MARKER}-{part}of3" for part in (1, 2, 3)]
    for part, (marker, body) in enumerate(parts, start=1):
        assert body.splitlines()[-1] == marker
        assert body.startswith(f"Пересказ ({part}/3)\n")
        assert len(body) <= LIMIT
    assert parts[-1][1].count("…") == 1


def test_text_without_a_space_is_cut_too() -> None:
    parts = comment_parts("П" * 100, "я" * 31_000, MARKER)
    assert "".join(body.split("\n")[1] for _, body in parts) == "я" * 31_000


def test_nothing_of_the_text_is_lost_but_controls() -> None:
    ((_, body),) = comment_parts("Вопрос\x00", "<b>&amp; [B] *x*\r\n\u202eстрока\ud800", MARKER)
    assert body == f"Вопрос\n<b>&amp; [B] *x*\nстрока\n\n{MARKER}"
