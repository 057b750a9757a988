"""Options of a choice, and people: exactly one of those there are, or none."""

from collections.abc import Sequence

from services.domain.field import Option
from services.values import Unreadable
from services.values.words import plain, stems


def find_option(said: str, options: Sequence[Option]) -> Option:
    """By id, by name, by the name's words in any form. Raises Unreadable: `not_an_option`, `ambiguous`."""
    wanted = plain(said)
    if not wanted:
        raise Unreadable("not_an_option")
    by_name = [one for one in options if plain(one.name) == wanted]
    if by_name:
        return _only(by_name)
    by_id = [one for one in options if one.id == said.strip()]
    if by_id:
        return _only(by_id)
    forms = stems(said)
    same = [one for one in options if stems(one.name) == forms]
    if same:
        return _only(same)
    return _only([one for one in options if forms and set(stems(one.name)) == set(forms)])


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
    if not found:
        raise Unreadable("not_an_option")
    if len({one.id for one in found}) > 1:
        raise Unreadable("ambiguous")
    return found[0]
