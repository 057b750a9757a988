"""Which calls would go where, and which values are offered."""

import pytest

from services.domain.call import Direction, Trait
from services.domain.integration import Kind
from services.integrations.catalogue import CATALOGUE
from services.ownfunnels.conditions import Wanted, What
from services.ownfunnels.preview import compare
from services.ownfunnels.rules import Goal, Rule
from services.ownfunnels.seen import seen_in
from tests.ownfunnels.calls import call, condition

SALES, SERVICE = Goal(1), Goal(2)


def test_a_preview_counts_and_shows_what_moves() -> None:
    calls = [call(line="111111"), call(line="111111"), call(line="222222"), call()]
    before = (Rule(1, (condition(What.LINE, "111111"),), SALES),)
    after = (Rule(2, (condition(What.LINE, "111111", "222222"),), SERVICE), *before)
    shown = compare(calls, before, after, of_a_day=True)
    assert dict(shown.counts) == {SERVICE: 3, None: 1}
    assert set(shown.moves) == {(SALES, SERVICE, 2), (None, SERVICE, 1)}
    assert shown.moved == 3
    assert all(one.before != one.after for one in shown.examples)


def test_a_preview_without_changes_still_gives_examples() -> None:
    shown = compare([call(), call()], (), (), of_a_day=False)
    assert (shown.moved, len(shown.examples), shown.of_a_day) == (0, 2, False)


def test_values_are_those_that_were_seen_the_most_frequent_first() -> None:
    calls = [
        call(line="+74951110000", manager=("7", "Ирина"), extension="101"),
        call(line="+74952220000", manager=("8", "Пётр"), extension="102"),
        call(line="+74952220000", manager=("8", "Пётр"), direction=Direction.OUTGOING),
    ]
    seen = seen_in(calls, frozenset(Trait))
    assert [one.text for one in seen.values[What.LINE]] == ["+74952220000", "+74951110000"]
    assert seen.values[What.EMPLOYEE][0] == Wanted("Пётр", "8")
    assert set(seen.kinds) == {What.LINE, What.EXTENSION, What.EMPLOYEE, What.DIRECTION}


def test_a_disk_offers_folders_around_and_beginnings_of_names() -> None:
    calls = [
        call(folder="/Записи/Продажи", file_name=f"Иванов_2026-03-{day}.mp3", direction=Direction.UNKNOWN)
        for day in (10, 11)
    ]
    seen = seen_in(
        [*calls, call(folder="/Записи", file_name="1.mp3", direction=Direction.UNKNOWN)], frozenset(Trait)
    )
    assert {one.text for one in seen.values[What.FOLDER]} == {"/Записи", "/Записи/Продажи"}
    assert seen.values[What.FILE_NAME] == (Wanted("Иванов*"),)
    assert set(seen.kinds) == {What.FOLDER, What.FILE_NAME}


@pytest.mark.parametrize("kind", [Kind.NOVOFON, Kind.MTS])
def test_before_the_first_call_a_telephony_offers_what_telephonies_tell(kind: Kind) -> None:
    kinds = seen_in([], CATALOGUE[kind].traits).kinds
    assert kinds == (What.LINE, What.EXTENSION, What.EMPLOYEE, What.DIRECTION)


def test_before_the_first_call_a_disk_offers_everything_that_a_name_may_tell() -> None:
    assert seen_in([], CATALOGUE[Kind.YANDEX_DISK].traits).kinds == tuple(What)
