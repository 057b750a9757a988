"""What changed in a wording, as it is shown: nothing is invented, nothing is lost, long stretches are cut."""

from hypothesis import given
from hypothesis import strategies as st

from services.workspace.differences import Kind, differences

SOME = st.sampled_from(["какие", "были", "возражения", "цена", "срок", "\n", "клиента?"])
WORDINGS = st.lists(SOME, max_size=30).map(" ".join)


def shown(before: str, after: str) -> list[tuple[Kind, str]]:
    pieces = differences(before, after)
    assert pieces is not None
    return [(piece.kind, piece.text) for piece in pieces]


def test_a_word_is_replaced() -> None:
    assert shown("Какие были возражения?", "Какие были главные возражения?") == [
        (Kind.KEPT, "Какие были "),
        (Kind.NEW, "главные "),
        (Kind.KEPT, "возражения?"),
    ]
    assert shown("Назови все даты", "Назови три даты") == [
        (Kind.KEPT, "Назови "),
        (Kind.GONE, "все"),
        (Kind.NEW, " три"),
        (Kind.KEPT, " даты"),
    ]


def test_a_long_stretch_without_a_change_is_left_out() -> None:
    same = " ".join(f"слово{number}" for number in range(40))
    (kept, new) = shown(same, f"{same} конец")
    assert kept[1].startswith("…")
    assert kept[1].endswith("слово39")
    assert "слово5" not in kept[1].split()
    assert new[1].strip() == "конец"


def test_another_wording_altogether_is_not_compared_word_by_word() -> None:
    assert differences("Какие были возражения?", "Обещал ли менеджер перезвонить и когда?") is None


@given(WORDINGS, WORDINGS)
def test_what_is_marked_was_really_there(before: str, after: str) -> None:
    for piece in differences(before, after) or ():
        words = piece.text.replace("…", " ").split()
        if piece.kind is not Kind.NEW:
            assert all(word in before for word in words)
        if piece.kind is not Kind.GONE:
            assert all(word in after for word in words)
