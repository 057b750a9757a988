"""The README says of every integration exactly what is proven."""

from services.domain.integration import Ability, Kind
from tests.integrations.conformance.rigs import RIGS, load
from tests.integrations.conformance.table import BEGIN, END, README, ROOT, ROWS, reasons_of, written
from tests.integrations.conformance.test_exemptions import NAMES


def test_the_readme_has_the_table_as_it_is() -> None:
    """If not: `python -m tests.integrations.conformance.table` writes it."""
    text = README.read_text()
    assert text.count(BEGIN) == text.count(END) == 1
    assert written(text) == text


def test_every_row_is_proven_by_tests_that_exist() -> None:
    for row in ROWS:
        assert set(row.tests) <= NAMES
        assert row.tests or row.own
        for place in row.own.values():
            file, _, name = place.partition("::")
            assert f"def {name}(" in (ROOT / "tests/integrations" / file).read_text()


def test_every_exemption_and_every_ability_has_a_row() -> None:
    named = {name for row in ROWS for name in row.tests}
    assert {name for kind in RIGS for name in load(kind).exempt} <= named
    assert {row.ability for row in ROWS if row.ability} == set(Ability) - {Ability.GIVES_CALLS}


def test_all_systems_are_in_the_table() -> None:
    assert set(RIGS) == set(Kind)
    assert not reasons_of(ROWS[0], load(Kind.BITRIX24), Kind.BITRIX24)
