"""The product's table and its routes against the table that is written by hand."""

from typing import Any

from aiogram import Router

from handlers import build_router
from handlers.states import Dialogue
from services.access import ALLOWED, Action, is_above, may, roles_that_may
from services.domain.workspace import Role
from tests.handlers.matrix import table
from tests.handlers.matrix.routes import asked_by, every_probe, name_of, routes_of
from tests.harness.presses import every_press


def _routes() -> dict[str, set[Action | None]]:
    """What each asks for; None: nothing."""
    found: dict[str, set[Action | None]] = {}
    for event in table.EVENTS - {"error"}:
        for handler in routes_of(build_router(), event):
            found.setdefault(name_of(handler), set()).add(asked_by(handler))
    return found


def test_each_role_has_the_rights_that_are_written_down() -> None:
    assert set(ALLOWED) == set(table.RIGHTS) == set(Role)
    for role, rights in table.RIGHTS.items():
        assert {str(one) for one in Action if may(role, one)} == set(rights.split()), role
    assert roles_that_may(Action.VIEW) == (Role.VIEWER, Role.EDITOR, Role.OWNER)
    assert roles_that_may(Action.BE_WARNED) == (Role.OWNER,)
    assert [is_above(one, other) for one in Role for other in Role].count(True) == 3
    assert is_above(Role.OWNER, Role.EDITOR)
    assert is_above(Role.EDITOR, Role.VIEWER)


def test_every_way_in_is_written_down_and_nothing_else() -> None:
    assert set(every_press()) == set(table.PRESSES)
    states = [one for names in table.DIALOGUES.values() for one in names.split()]
    assert sorted(f"{Dialogue.__name__}:{one}" for one in states) == sorted(Dialogue.__state_names__)
    probes = every_probe()
    commands = {one.text[1:].partition(" ")[0] for one in probes if one.text.startswith("/") and not one.link}
    assert commands == {one for names in table.COMMANDS.values() for one in names.split()}
    assert {one.state for one in probes if one.state} == set(Dialogue.__state_names__)


def test_every_route_asks_for_what_is_written_down() -> None:
    assert {name for name, asks in _routes().items() if None in asks} == table.OPEN
    for probe in every_probe():
        assert probe.asks == (None if probe.route in table.OPEN else probe.needs), probe


def test_every_route_is_tried() -> None:
    """Without a probe: what answers whoever found nothing, and what only Telegram itself can say."""
    untried = set(_routes()) - {probe.route for probe in every_probe()}
    fallbacks = {"fallback.old_button", "fallback.unknown"}
    assert untried == fallbacks | (table.OPEN - {"workspace.start.start", "connecting.guarding.pasted"})


def test_the_bot_listens_to_nothing_else() -> None:
    heard: set[str] = set()

    def walk(router: Router) -> None:
        heard.update(event for event, observer in router.observers.items() if observer.handlers)
        for inner in router.sub_routers:
            walk(inner)

    walk(build_router())
    assert heard == table.EVENTS


def test_acts_of_the_table_exist() -> None:
    for kind, acts in table.PRESSES.items():
        known: Any = kind.model_fields["act"].annotation if "act" in kind.model_fields else ()
        assert {act for act in acts if act is not None} <= set(known), kind
