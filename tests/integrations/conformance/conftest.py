"""Each test runs for each system, with everything that is logged or raised searched for secrets afterwards."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from services.domain.integration import Kind
from services.integrations.doors import Doors
from tests.fakes.clock import FakeClock
from tests.integrations.bench import doors_for
from tests.integrations.conformance.desk import Desk
from tests.integrations.conformance.rig import Rig
from tests.integrations.conformance.rigs import RIGS, load

PHONES = ("79000000011", "9000000011")
THEIRS = ("aiohttp.server", "aiohttp.access", "aiohttp.web")
"""Lines of the stand-ins' own servers."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ability(one): only for systems that have it")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that needs an ability is for the systems that have it; an exempt one has to fail."""
    if "kind" not in metafunc.fixturenames:
        return
    needed = [mark.args[0] for mark in metafunc.definition.iter_markers("ability")]
    parameters = []
    for kind in RIGS:
        rig = load(kind)
        if not set(needed) <= rig.entry.abilities:
            continue
        reason = rig.exempt.get(metafunc.function.__name__)
        marks = [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True)]
        parameters.append(pytest.param(kind, id=kind.value, marks=marks))
    metafunc.parametrize("kind", parameters)


@pytest.fixture
async def rig(kind: Kind, clock: FakeClock) -> AsyncIterator[Rig]:
    async with load(kind)(clock) as started:
        yield started


@pytest.fixture
def doors(clock: FakeClock) -> Doors:
    return doors_for(
        clock,
        read_timeout=10.0,
        write_timeout=10.0,
    )


@pytest.fixture
def lines() -> Iterator[list[logging.LogRecord]]:
    """Everything that is logged, from DEBUG up."""
    kept: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name not in THEIRS:
                kept.append(record)

    root, keeper = logging.getLogger(), Keeper()
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(keeper)
    root.setLevel(logging.INFO)


@pytest.fixture
async def desk(rig: Rig, doors: Doors, lines: list[logging.LogRecord]) -> AsyncIterator[Desk]:
    opened = Desk(rig, doors)
    before = list(rig.private)
    yield opened
    await opened.close()
    said = "\n".join([*map(_text, lines), *opened.told, *map(repr, opened.opened)])
    for word in {*before, *rig.private, *PHONES}:
        assert word not in said, "a secret or a phone number was told"


def _text(record: logging.LogRecord) -> str:
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
    return f"{record.getMessage()} {trace}"
