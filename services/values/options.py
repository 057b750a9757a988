"""Options of a choice, and people: exactly one of those there are, or none."""

from collections.abc import Callable, Sequence

from services.domain.field import Option
from services.values import Unreadable
from services.values.words import plain, signs, stems

MOST_OPTIONS = 100
"""A model is shown no more of them: a field that has more is not asked for."""
Sameness = Callable[[str], object]
"""What of a text is compared; nothing (`""`, `()`, None) is like nothing else."""


def find_option(said: str, options: Sequence[Option]) -> Option:
    """By name as it is written, by its words, by its words in any form: the first way that finds any.

    Never by id: the model was not shown it. Raises Unreadable: `not_an_option`, `ambiguous`.
    """
    for sameness in WAYS:
        wanted = sameness(said)
        found = [one for one in options if wanted and sameness(one.name) == wanted]
        if found:
            return _only(found)
    raise Unreadable("not_an_option")


def _as_written(text: str) -> str:
    return " ".join(text.casefold().split())


def _words(text: str) -> object:
    """`C` and `C++`, `+` and `-` differ by more than their words."""
    return (plain(text), signs(text)) if plain(text) else None


def _stems(text: str) -> object:
    return (stems(text), signs(text)) if stems(text) else None


def _stems_in_any_order(text: str) -> object:
    """Numbers keep theirs: `1 из 2` is not `2 из 1`."""
    forms = stems(text)
    numbers = tuple(one for one in forms if one.isdecimal())
    return (tuple(sorted(forms)), numbers, signs(text)) if forms else None


WAYS: tuple[Sameness, ...] = (_as_written, _words, _stems, _stems_in_any_order)


def find_person(said: str, people: Sequence[Option]) -> Option:
    """By full name in any order, or by a part that only one person has. Raises Unreadable."""
    forms = set(stems(said))
    if not forms:
        raise Unreadable("not_a_person")
    found = [one for one in people if forms <= set(stems(one.name))]
    if len(found) > 1:
        exact = [one for one in found if set(stems(one.name)) == forms]
        found = exact or found
    if not found:
        raise Unreadable("not_a_person")
    return _only(found)


def _only(found: Sequence[Option]) -> Option:
    if len({one.id for one in found}) > 1:
        raise Unreadable("ambiguous")
    return found[0]
