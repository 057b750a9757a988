"""The shared proof asks one rig of each kind; the old cabinet is a generation of its own and passes it here."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.domain.call import FoundCall
from services.integrations.base import Connector
from services.integrations.novofon.v1 import polling
from services.integrations.novofon.v1.polling import EVERY
from tests.fakes.clock import FakeClock
from tests.integrations.conformance.desk import Desk
from tests.integrations.conformance.rig import Rig
from tests.integrations.conformance.test_access import *  # noqa: F403
from tests.integrations.conformance.test_limits import *  # noqa: F403
from tests.integrations.conformance.test_limits import second_doors
from tests.integrations.conformance.test_pulling import *  # noqa: F403
from tests.integrations.conformance.test_recordings import *  # noqa: F403
from tests.integrations.novofon.legacy_rig import LegacyRig

__all__ = ["second_doors"]


class PatientDesk(Desk):
    """Statistics are asked for every five minutes: each look of the proof is one that is due."""

    async def connect(self) -> Connector:
        connected = await super().connect()
        self.rig.clock.advance(EVERY.total_seconds())
        return connected

    async def look(self, connector: Connector | None = None) -> list[FoundCall]:
        self.rig.clock.advance(EVERY.total_seconds())
        return await super().look(connector)


@pytest.fixture
async def rig(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    """Pages of some rows instead of a thousand."""
    monkeypatch.setattr(polling, "PAGE", LegacyRig.page)
    async with LegacyRig(clock) as started:
        yield started


@pytest.fixture
def database_address(tmp_path: Path, migrated_file: Path) -> str:
    """The throttle they share is proven on PostgreSQL with the present platform."""
    shutil.copyfile(migrated_file, tmp_path / "test.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """What it opens and hears is closed and searched by the one it stands in for."""
    patient = PatientDesk(desk.rig, desk.doors)
    patient.opened, patient.told = desk.opened, desk.told
    return patient
