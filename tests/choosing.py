"""Which tests run, and in which order.

Each runs on both databases, or on one of the two, by its name, so that each database has half of the suite. The
whole suite on both takes twice as long: that is for the checks of a submission and for whoever asks.
"""

from collections import Counter
from zlib import crc32

import pytest

DATABASES = ("sqlite", "postgresql")
OPTION = "--databases"
LONG = (("tests/processes/", "tests/demo/"), ("tests/handlers/matrix/",))
"""Begun last, everything else would wait for them. Those that wait for processes leave the machine to the other
workers as long as they come one after another; side by side each would be slow, and nobody else at work.
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        OPTION, choices=("one", "both"), default="both", help="databases for each test that needs one"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption(OPTION) != "both":
        _leave_out(config, items)
    items[:] = spread(items, getattr(config, "workerinput", {}).get("workercount", 1))


def spread(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Each worker is given a run of neighbours, all as long: each begins with long ones of a kind of its own."""
    first: list[list[pytest.Item]] = [[] for _ in range(workers)]
    others: list[pytest.Item] = []
    for item in items:
        kind = next((number for number, folders in enumerate(LONG) if item.nodeid.startswith(folders)), None)
        (others if kind is None else first[kind % workers]).append(item)
    spread: list[pytest.Item] = []
    for number, long in enumerate(first):
        room = (len(items) - len(spread)) // (workers - number) - len(long)
        spread += [*long, *others[: max(room, 0)]]
        del others[: max(room, 0)]
    return spread + others


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    twins = Counter(_bare(item) for item in items if _database(item) is not None)
    # Some tests are for one database alone: those always run.
    left_out = {item for item in items if twins[_bare(item)] > 1 and not _is_its_turn(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def _database(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("database_address")


def _bare(item: pytest.Item) -> str:
    return item.nodeid.replace(_database(item) or "", "")


def _is_its_turn(item: pytest.Item) -> bool:
    return DATABASES[crc32(_bare(item).encode()) % len(DATABASES)] == _database(item)
