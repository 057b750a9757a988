"""Conditions and rules: what they take, in which order, and that odd ones take nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.call import Direction, FoundCall
from services.ownfunnels.changes import moved, put, without, without_default
from services.ownfunnels.conditions import NEVER, Condition, Wanted, What, of_json, to_json
from services.ownfunnels.rules import NEW, Goal, Rule, decide, stamp_of
from tests.ownfunnels.calls import call, condition

SALES, SERVICE = Goal(1), Goal(2, 20)

LINES = st.sampled_from(["", "+74951110000", "+74952220000"])
CALLS = st.builds(
    call,
    line=LINES,
    extension=st.sampled_from(["", "101", "102"]),
    folder=st.sampled_from(["", "/Записи", "/Записи/Сервис"]),
    file_name=st.sampled_from(["", "продажи.mp3"]),
    manager=st.sampled_from([("", ""), ("7", "Ирина"), ("", "Ирина")]),
    direction=st.sampled_from(list(Direction)),
)
CONDITIONS = st.builds(
    Condition,
    st.sampled_from(list(What)),
    st.lists(
        st.builds(
            Wanted,
            st.sampled_from(["+74951110000", "101", "Ирина", "incoming", "Записи", "прод*", ""]),
            st.sampled_from(["", "7"]),
        ),
        max_size=2,
    ).map(tuple),
)


@st.composite
def rule_lists(draw: st.DrawFn) -> tuple[Rule, ...]:
    many = draw(st.lists(st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple), max_size=5))
    rules = [Rule(number, one, Goal(number)) for number, one in enumerate(many, start=1)]
    if draw(st.booleans()):
        rules.append(Rule(99, (), Goal(99)))
    return tuple(rules)


def test_each_condition_looks_at_its_own() -> None:
    found = call(
        line="84951110000",
        extension="101",
        folder="/Записи/Сервис",
        file_name="Сервис_1.mp3",
        manager=("7", "Ирина Петрова"),
    )
    for one in (
        condition(What.LINE, "+7 495 111-00-00"),
        condition(What.EXTENSION, "102", "101"),
        condition(What.EMPLOYEE, "ирина  петрова"),
        condition(What.DIRECTION, "incoming"),
        condition(What.FOLDER, "Записи"),
        condition(What.FILE_NAME, "сервис*"),
    ):
        assert one.holds(found), one.what
        assert not one.holds(call(direction=Direction.UNKNOWN)), one.what


def test_an_employee_chosen_by_a_button_stays_after_a_marriage() -> None:
    chosen = Condition(What.EMPLOYEE, (Wanted("Ирина Петрова", "7"),))
    assert chosen.holds(call(manager=("7", "Ирина Сидорова")))
    assert not chosen.holds(call(manager=("8", "Ирина Петрова")))
    assert chosen.holds(call(manager=("", "Ирина Петрова")))


def test_all_conditions_must_hold_and_the_first_rule_decides() -> None:
    both = Rule(1, (condition(What.LINE, "74951110000"), condition(What.EXTENSION, "101")), SERVICE)
    one = Rule(2, (condition(What.LINE, "74951110000"),), SALES)
    rest = Rule(3, (), Goal(3))
    rules = (both, one, rest)
    assert decide(rules, call(line="74951110000", extension="101")) == both
    assert decide(rules, call(line="74951110000", extension="102")) == one
    assert decide(rules, call()) == rest
    assert decide(rules[:2], call()) is None


@given(rule_lists(), CALLS)
def test_the_default_takes_what_nothing_else_takes(rules: tuple[Rule, ...], found: FoundCall) -> None:
    taken = decide(rules, found)
    others = [one for one in rules if not one.is_default and one.takes(found)]
    if others:
        assert taken == others[0]
    else:
        assert taken == (rules[-1] if rules and rules[-1].is_default else None)


@given(rule_lists(), CALLS, st.data())
def test_rules_that_do_not_take_a_call_do_not_matter_to_it(
    rules: tuple[Rule, ...], found: FoundCall, data: st.DataObject
) -> None:
    fitting = tuple(one for one in rules if one.takes(found))
    assert decide(fitting, found) == decide(rules, found)
    if rules:
        gone = data.draw(st.sampled_from(rules))
        if gone != decide(rules, found):
            assert decide(without(gone.id)(rules), found) == decide(rules, found)


@given(rule_lists(), st.data())
def test_changes_keep_the_default_last_and_every_other_rule(rules: tuple[Rule, ...], data: st.DataObject) -> None:
    added = put(Rule(NEW, (condition(What.LINE, "1"),), SALES))(rules)
    assert [one for one in added if one.id != NEW] == list(rules)
    assert [one.is_default for one in added] == sorted(one.is_default for one in added)
    if rules:
        shifted = moved(data.draw(st.sampled_from(rules)).id, data.draw(st.integers(0, 9)))(rules)
        assert sorted(shifted, key=lambda one: one.id) == sorted(rules, key=lambda one: one.id)
        assert [one.is_default for one in shifted] == sorted(one.is_default for one in shifted)


def test_there_is_one_default() -> None:
    first = put(Rule(NEW, (), SALES))(())
    again = put(Rule(NEW, (), SERVICE))(tuple(replace(one, id=5) for one in first))
    assert again == (Rule(5, (), SERVICE),)
    assert without_default(again) == ()


@given(st.lists(CONDITIONS, max_size=4).map(tuple))
def test_conditions_come_back_from_the_database_as_they_were(conditions: tuple[Condition, ...]) -> None:
    assert of_json(to_json(conditions)) == conditions


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["what", "any", "text", "id"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(ODD)
def test_what_cannot_be_read_never_widens_a_rule(stored: Any) -> None:
    conditions = of_json(stored)
    if not isinstance(stored, list):
        assert conditions == (NEVER,)
    else:
        assert len(conditions) == len(stored)


@pytest.mark.parametrize(
    "stored", [[{"what": "moon", "any": [{"text": "full"}]}], [{"what": "line"}], {"what": "line"}, "x", None]
)
def test_an_unknown_condition_takes_no_call(stored: Any) -> None:
    assert not Rule(1, of_json(stored), SALES).takes(call(line="+74951110000"))


def test_the_stamp_tells_every_change() -> None:
    rules = (Rule(1, (condition(What.LINE, "1"),), SALES), Rule(2, (condition(What.LINE, "2"),), SALES))
    others = [
        rules[::-1],
        rules[:1],
        (replace(rules[0], goal=SERVICE), rules[1]),
        (replace(rules[0], conditions=(condition(What.EXTENSION, "1"),)), rules[1]),
    ]
    assert stamp_of(rules) == stamp_of(tuple(rules))
    assert stamp_of(rules) not in {stamp_of(one) for one in others}
