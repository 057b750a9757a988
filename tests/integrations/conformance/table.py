"""The table of integrations in the README, made of what the shared proof proves and what it exempts.

`python -m tests.integrations.conformance.table` writes it there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.domain.integration import Ability, Kind
from tests.integrations.conformance.rig import Rig
from tests.integrations.conformance.rigs import RIGS, load

ROOT = Path(__file__).parents[3]
README = ROOT / "README.md"
BEGIN, END = "<!-- integrations: begin -->", "<!-- integrations: end -->"
NAMES = {
    Kind.BITRIX24: "Bitrix24",
    Kind.AMOCRM: "amoCRM",
    Kind.MACROCRM: "MacroCRM",
    Kind.NOVOFON: "Novofon",
    Kind.MTS: "MTS",
    Kind.YANDEX_DISK: "Yandex Disk",
}


@dataclass(frozen=True)
class Row:
    """`tests` are of the shared proof; `own` are a system's own, as `file::test` below `tests/integrations`."""

    title: str
    tests: Sequence[str] = ()
    ability: Ability | None = None
    own: Mapping[Kind, str] = field(default_factory=dict)


ROWS = (
    Row(
        "pulls each call once, at every edge of a page",
        (
            "test_a_call_comes_once_and_says_what_it_was",
            "test_the_edges_of_a_page",
            "test_a_call_that_comes_while_pages_are_read_is_not_lost",
            "test_looking_again_and_again_brings_nothing_new",
        ),
    ),
    Row("leaves history alone", ("test_the_first_look_takes_no_history",)),
    Row(
        "resumes after a gap of a day, in bounded portions",
        (
            "test_a_gap_of_a_day_loses_nothing",
            "test_catching_up_comes_in_bounded_portions",
            "test_the_cursor_does_not_grow",
            "test_a_second_process_goes_on_where_the_first_one_stopped",
        ),
    ),
    Row(
        "is not misled by clocks and zones",
        ("test_a_clock_that_differs_loses_no_call", "test_local_times_are_read_in_the_zone_of_the_account"),
    ),
    Row("is not stopped by odd rows", ("test_odd_rows_do_not_stop_the_others",)),
    Row("tells how long a call was", ("test_its_length_is_told",)),
    Row(
        "brings recordings whole, and no error page instead",
        (
            "test_a_recording_comes_whole",
            "test_a_broken_line_is_no_recording",
            "test_the_file_is_gone_afterwards",
        ),
    ),
    Row("waits for late recordings", ("test_a_recording_that_comes_late_is_found",)),
    Row(
        "tells expired access from a broken line, and goes on once it is renewed",
        (
            "test_an_expired_access_is_told_as_such",
            "test_a_renewed_access_goes_on_where_it_stopped",
            "test_a_broken_line_is_no_lost_access_and_loses_nothing",
            "test_one_broken_answer_among_good_ones_loses_nothing",
            "test_a_server_that_never_answers_is_given_up",
        ),
    ),
    Row(
        "keeps the system's own rate, all our processes together",
        (
            "test_the_rate_of_the_contract_is_kept",
            "test_two_workers_share_the_rate",
            "test_a_refusal_for_too_many_requests_is_respected",
            "test_a_refusal_counts_for_the_other_workers",
        ),
    ),
    Row("wakes up by webhook", ("test_any_knock_is_answered_without_asking_anybody",), Ability.WAKES_UP),
    Row("ready transcripts of the system", ("test_a_ready_transcript_is_read",), Ability.GIVES_TRANSCRIPTS),
    Row("knows the deal and stage of a call", ("test_a_call_is_bound_to_its_deal",), Ability.LISTS_FUNNELS),
    Row(
        "finds the deal of a phone number",
        ("test_the_deal_of_a_phone_number_is_found",),
        Ability.FINDS_BY_PHONE,
    ),
    Row(
        "writes each comment once, through every fault",
        (
            "test_a_comment_is_written_once",
            "test_a_write_that_is_not_answered_is_unclear",
            "test_foreign_text_stands_there_as_it_is",
        ),
        Ability.WRITES_COMMENTS,
    ),
    Row(
        "finds a comment whose answer was lost",
        ("test_a_comment_whose_answer_was_lost_is_found",),
        Ability.WRITES_COMMENTS,
    ),
    Row("takes comments back", ("test_a_comment_is_taken_back",), Ability.REMOVES_COMMENTS),
    Row(
        "fields as a destination",
        ("test_a_field_holds_the_value_in_the_end", "test_a_field_that_is_cleared_is_empty"),
        Ability.WRITES_FIELDS,
    ),
    Row(
        "lists as a destination",
        ability=Ability.WRITES_LISTS,
        own={Kind.BITRIX24: "bitrix24/test_lists.py::test_an_unclear_row_is_found_by_its_code"},
    ),
)


def reasons_of(row: Row, rig: type[Rig], kind: Kind) -> list[str]:
    """Why a row does not hold for a system; empty when it is proven."""
    if row.ability is not None and row.ability not in rig.entry.abilities:
        return [rig.without[row.ability]]
    found = [rig.exempt[name] for name in row.tests if name in rig.exempt]
    if not row.tests and kind not in row.own:
        found.append("not proven")
    return found


def render() -> str:
    """The table and its notes, in the order of the catalogue's kinds."""
    rigs = {kind: load(kind) for kind in Kind if kind in RIGS}
    notes: dict[str, int] = {}
    lines = ["| | " + " | ".join(NAMES[kind] for kind in rigs) + " |", "|---" * (len(rigs) + 1) + "|"]
    for row in ROWS:
        cells = [_cell(reasons_of(row, rig, kind), notes) for kind, rig in rigs.items()]
        lines.append(f"| {row.title} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *_notes(notes)])


def _cell(reasons: Sequence[str], notes: dict[str, int]) -> str:
    if not reasons:
        return "✅"
    numbers = [notes.setdefault(reason, len(notes) + 1) for reason in reasons]
    return "— " + ", ".join(f"({number})" for number in numbers)


def _notes(notes: Mapping[str, int]) -> Iterator[str]:
    for reason, number in notes.items():
        yield f"{number}. {reason}"


def written(text: str) -> str:
    """The README with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{render().rstrip()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(written(README.read_text()))
