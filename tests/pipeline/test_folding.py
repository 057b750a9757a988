"""What becomes of a field when several answers want it, without any portal."""

from typing import Any

import pytest

from services.domain.answer import FieldFate
from services.domain.field import FieldType, RemoteField
from services.domain.prompt import Policy
from services.integrations.writing import Remote
from services.pipeline.writers.folding import MOST_BYTES, Wish, fold, without
from services.prompts import columns

TEXT = RemoteField("UF", "Заметки", FieldType.TEXT, limit=16_000)
WRITTEN, KEPT, SAME, NEWER, OTHER = (
    FieldFate.WRITTEN,
    FieldFate.KEPT,
    FieldFate.SAME,
    FieldFate.NEWER,
    FieldFate.OTHER_PROMPT,
)


def wish(
    row_id: int,
    policy: Policy,
    value: Remote,
    *,
    before: Remote = None,
    tried: bool = False,
    of: RemoteField = TEXT,
) -> Wish:
    return Wish(row_id, of, policy, value, tried, before)


@pytest.mark.parametrize(
    ("present", "policy", "value", "newer", "becomes", "fate"),
    [
        (None, Policy.IF_EMPTY, "а", False, "а", WRITTEN),
        ("б", Policy.IF_EMPTY, "а", False, "б", KEPT),
        ("а", Policy.IF_EMPTY, "а", False, "а", SAME),
        ("б", Policy.OVERWRITE, "а", False, "а", WRITTEN),
        ("б", Policy.OVERWRITE, "а", True, "б", NEWER),
        ("б", Policy.IF_EMPTY, "а", True, "б", NEWER),
        (None, Policy.OVERWRITE, "а", True, "а", WRITTEN),
        ("б", Policy.APPEND, "а", False, "б\nа", WRITTEN),
        ("б", Policy.APPEND, "а", True, "б\nа", WRITTEN),
        ("а", Policy.APPEND, "а", False, "а\nа", WRITTEN),
        (None, Policy.APPEND, "а\nв", False, "а\nв", WRITTEN),
        (["1"], Policy.APPEND, ["2", "1"], False, ["1", "2"], WRITTEN),
        (["1", "2"], Policy.APPEND, ["2"], False, ["1", "2"], SAME),
    ],
)
def test_one_answer(
    present: Remote, policy: Policy, value: Remote, newer: bool, becomes: Remote, fate: FieldFate
) -> None:
    folded = fold(present, [wish(1, policy, value)], newer=newer)
    assert (folded.value, folded.fates, folded.writes) == (becomes, {1: fate}, becomes != present)


def test_two_prompts_that_append_are_both_there_in_their_order() -> None:
    folded = fold("люди", [wish(1, Policy.APPEND, "а"), wish(2, Policy.APPEND, "б")], newer=False)
    assert (folded.value, folded.fates) == ("люди\nа\nб", {1: WRITTEN, 2: WRITTEN})


def test_of_two_that_overwrite_the_first_is_told_that_it_lost() -> None:
    folded = fold("люди", [wish(1, Policy.OVERWRITE, "а"), wish(2, Policy.OVERWRITE, "б")], newer=False)
    assert (folded.value, folded.fates) == ("б", {1: OTHER, 2: WRITTEN})


def test_a_field_filled_by_one_prompt_is_not_empty_for_the_next() -> None:
    folded = fold(None, [wish(1, Policy.IF_EMPTY, "а"), wish(2, Policy.IF_EMPTY, "б")], newer=False)
    assert (folded.value, folded.fates) == ("а", {1: WRITTEN, 2: OTHER})


@pytest.mark.parametrize(
    ("policy", "before", "present", "becomes", "fate"),
    [
        (Policy.IF_EMPTY, None, "а\nв", "а\nв", WRITTEN),
        (Policy.IF_EMPTY, None, None, "а\nв", WRITTEN),
        (Policy.IF_EMPTY, None, "человек", "человек", KEPT),
        (Policy.OVERWRITE, "б", "а\nв", "а\nв", WRITTEN),
        (Policy.OVERWRITE, "б", "б", "а\nв", WRITTEN),
        (Policy.OVERWRITE, "б", "человек", "человек", KEPT),
        (Policy.APPEND, "б", "б\nа\nв", "б\nа\nв", WRITTEN),
        (Policy.APPEND, "б", "б", "б\nа\nв", WRITTEN),
        (Policy.APPEND, "б", "б\nа\nв\nчеловек", "б\nа\nв\nчеловек", WRITTEN),
        (Policy.APPEND, "б", "человек", "человек\nа\nв", WRITTEN),
    ],
)
def test_after_a_lost_answer_nothing_is_doubled_and_nobody_overwritten(
    policy: Policy, before: Remote, present: Remote, becomes: Remote, fate: FieldFate
) -> None:
    folded = fold(present, [wish(1, policy, "а\nв", before=before, tried=True)], newer=False)
    assert (folded.value, folded.fates) == (becomes, {1: fate})


def test_an_answer_that_joins_a_lost_one_is_added_once() -> None:
    wishes = [wish(1, Policy.APPEND, "а", before="б", tried=True), wish(2, Policy.APPEND, "в")]
    assert fold("б\nа", wishes, newer=False).value == "б\nа\nв"
    assert fold("б", wishes, newer=False).value == "б\nа\nв"


def test_what_people_wrote_is_never_cut_for_our_sake() -> None:
    theirs = "я" * 15_900
    folded = fold(theirs, [wish(1, Policy.APPEND, "длинный ответ " * 30)], newer=False)
    assert folded.value.startswith(theirs + "\n")
    assert len(folded.value) <= 16_000
    assert folded.pieces[1] == folded.value.removeprefix(theirs + "\n")
    full = fold("я" * 15_990, [wish(1, Policy.APPEND, "длинный ответ " * 30)], newer=False)
    assert (full.writes, full.fates) == (False, {1: FieldFate.FULL})


def test_bytes_count_as_well_as_letters() -> None:
    wide = RemoteField("UF", "Заметки", FieldType.TEXT)
    folded = fold("я" * 30_000, [wish(1, Policy.APPEND, "ответ " * 2000, of=wide)], newer=False)
    assert len(folded.value.encode()) <= MOST_BYTES


def test_taking_out_leaves_everything_else() -> None:
    assert without("люди\nа\nв\nещё", "а\nв", "люди") == "люди\nещё"
    assert without("а", "а", None) is None
    assert without(["1", "2", "3"], ["2"], ["1"]) == ["1", "3"]
    assert without(["1", "2"], ["2"], ["1", "2"]) == ["1", "2"]


def test_a_late_answer_replaces_no_newer_one_in_a_field_that_cannot_be_read() -> None:
    """It looks empty, whatever stands there."""
    unread = RemoteField("attr_15", "Бюджет", FieldType.TEXT, readable=False)
    folded = fold(None, [wish(1, Policy.OVERWRITE, "а", of=unread)], newer=True)
    assert (folded.writes, folded.fates) == (False, {1: NEWER})


def test_a_field_that_cannot_be_read_is_offered_to_be_replaced_and_nothing_else() -> None:
    unread = RemoteField("attr_15", "Бюджет", FieldType.TEXT, readable=False)
    draft: dict[str, Any] = {}
    columns.ask(draft, unread, "Какой бюджет?")
    assert columns.policies_of(unread) == (Policy.OVERWRITE,)
    assert columns.columns_of(draft)["attr_15"]["policy"] == Policy.OVERWRITE
