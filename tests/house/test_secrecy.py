"""The watch over secrets sees each of the ways in which one may be given away."""

import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bench.rig import Rig
from sandbox.telegram import TelegramServer
from services.db.models import AuditRow, PieceRow
from services.db.unit_of_work import Database
from services.errors import Refused
from services.secrets import Vault
from tests.fakes.rows import TEST_KEYS
from tests.secrecy import Watch, _audited, _kept, _processes_end, watch

FREE = "an-address-that-may-be-told"
HIDDEN = "a-token-that-may-not"


@pytest.fixture(autouse=True)
def _forgiven() -> object:
    """What these tests give away on purpose is not held against them."""
    yield
    watch.start()


def test_what_passes_the_vault_or_is_revealed_is_a_secret() -> None:
    Vault(TEST_KEYS).close({"access_token": HIDDEN, "address": FREE, "key": "short"})
    assert SecretStr("revealed-by-a-setting").get_secret_value() in watch.secrets
    assert HIDDEN in watch.secrets
    assert FREE not in watch.secrets
    assert "short" not in watch.secrets


@pytest.mark.parametrize("way", ["error", "telegram", "audit", "nothing"])
def test_each_way_is_watched(way: str) -> None:
    watch.keep(HIDDEN)
    if way == "error":
        Refused(f"bad {HIDDEN}")
    if way == "telegram":
        TelegramServer()._note("sendMessage", {"text": f"it is {HIDDEN}"}, 200, None)
    if way == "audit":
        row = AuditRow(subject="1", action="x", details={"name": HIDDEN}, at=datetime.now(UTC))
        _audited(None, None, row)
    places = watch.given_away()
    watch.start()
    assert len(places) == (way != "nothing")
    assert HIDDEN not in str(places)


async def test_what_a_database_holds_at_the_end_is_watched(database: Database) -> None:
    watch.keep(HIDDEN)
    await _kept(database)
    assert watch.given_away() == []
    async with database.write() as session:
        session.add(PieceRow(key="1", text=f"it is {HIDDEN}", created_at=datetime.now(UTC)))
    await _kept(database)
    assert watch.given_away() == ["the database"]
    watch.start()


async def test_real_processes_are_watched(tmp_path: Path) -> None:
    rig = Rig(WEBHOOK_SECRET=HIDDEN)
    rig.folder = tmp_path
    (tmp_path / "data").mkdir()
    for name, told in (("bot.log", "started"), ("data/callprompt.db", "rows")):
        (tmp_path / name).write_text(told)
    await _processes_end(rig)
    assert watch.given_away() == []
    (tmp_path / "bot.log").write_text(f"with {HIDDEN}")
    (tmp_path / "data/callprompt.db-wal").write_text(f"row {rig.portal.secret}")
    await _processes_end(rig)
    assert watch.given_away() == ["the database", "the log of a process"]
    watch.start()


CONFTEST = """
from tests.secrecy import Secrecy
def pytest_configure(config):
    config.pluginmanager.register(Secrecy(), "secrecy")
"""
TESTS = """
from pydantic import SecretStr
def test_leaks():
    print("the log says", SecretStr("a-token-that-may-not").get_secret_value())
def test_keeps_it():
    assert SecretStr("a-token-that-may-not").get_secret_value()
"""


def test_a_test_that_logs_a_secret_fails_by_name(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_two.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    watch.start()
    assert "1 failed, 1 passed" in done.stdout
    assert "test_two.py::test_leaks gave a secret away in the log" in done.stdout


def test_a_watch_forgets_with_each_test() -> None:
    one = Watch()
    one.keep(HIDDEN)
    one.tell("somewhere", HIDDEN)
    assert one.given_away() == ["somewhere"]
    one.start()
    logging.getLogger(__name__).info("nothing")
    assert one.given_away() == []
