"""What makes the suite quick leaves it what it is."""

from types import SimpleNamespace
from typing import Any

from tests.choosing import spread


def test_every_test_runs_once_and_workers_begin_with_long_ones_of_a_kind() -> None:
    names = [f"tests/values/test_{number}.py" for number in range(20)]
    names += [f"tests/{folder}/test_{number}.py" for folder in ("demo", "handlers/matrix") for number in range(3)]
    items: Any = [SimpleNamespace(nodeid=name) for name in names]
    for workers in (1, 2, 3, 9, 40):
        ordered = [one.nodeid for one in spread(items, workers)]
        assert sorted(ordered) == sorted(names)
    ordered = [one.nodeid for one in spread(items, 2)]
    assert ordered[:3] == [f"tests/demo/test_{number}.py" for number in range(3)]
    assert ordered[13:16] == [f"tests/handlers/matrix/test_{number}.py" for number in range(3)]
