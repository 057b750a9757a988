"""New keys: everything stored is encrypted anew, as often as asked for and from wherever it was interrupted."""

import json
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.__main__ import main
from bot.rotating import rotate_keys
from bot.settings import Settings, SettingsError
from services.db.models import ExecutorRow, InboxRow, IntegrationRow, PendingAccessRow, WizardStateRow
from services.db.unit_of_work import Database
from services.fleet import DEAD_AFTER
from services.rotation import BATCH, PLACES, Rotation
from services.secrets import SecretsUnreadable, Vault, keys_from_file, write_keys
from tests.bot.test_start import started
from tests.fakes.clock import FakeClock
from tests.fakes.rows import TEST_KEYS, add_company

NEW = Fernet.generate_key().decode()
LOST = Fernet.generate_key().decode()
WEBHOOK = "https://portal.test/rest/1/code/"


async def fill(database: Database, clock: FakeClock) -> None:
    """A secret in every place that may hold one."""
    former, now = Vault(TEST_KEYS), clock.now()
    company = await add_company(database, WEBHOOK, now)
    sealed = former.close({"key": "value"})
    async with database.write() as session:
        session.add_all(
            [
                PendingAccessRow(
                    state="s", member_id=company.member_id, kind="amocrm", sealed=sealed, chat_id=1, expires_at=now
                ),
                WizardStateRow(
                    key="k", state="x", data={"number": 3, "draft": [{"sealed": sealed}]}, updated_at=now
                ),
            ]
        )
        session.add_all(
            InboxRow(
                update_id=number, payload={"sealed": sealed}, state="waiting", holder="", starts=1, received_at=now
            )
            for number in range(BATCH + 1)
        )


async def test_everything_has_the_new_key_and_nothing_the_old_one(database: Database, clock: FakeClock) -> None:
    await fill(database, clock)
    report = await Rotation(database, Vault([NEW, *TEST_KEYS])).run()
    assert (report.renewed, report.fresh, report.unreadable) == (BATCH + 4, 0, 0)
    again = await Rotation(database, Vault([NEW, *TEST_KEYS])).run()
    assert (again.renewed, again.fresh, again.unreadable) == (0, BATCH + 4, 0)
    only_new = Vault([NEW])
    async with database.read() as session:
        assert (
            only_new.open((await session.scalars(select(IntegrationRow.secrets))).one())["webhook_url"] == WEBHOOK
        )
        wizard = await session.get_one(WizardStateRow, "k")
        assert wizard.data["number"] == 3
        assert only_new.open(wizard.data["draft"][0]["sealed"]) == {"key": "value"}
        for key, column in PLACES:
            for told in (await session.scalars(select(column).order_by(key))).all():
                with pytest.raises(SecretsUnreadable):
                    Vault(TEST_KEYS).open(next(part for part in str(told).split("'") if part.startswith("gAAAAA")))


async def test_what_no_key_opens_is_counted_and_left_alone(database: Database, clock: FakeClock) -> None:
    await fill(database, clock)
    async with database.write() as session:
        row = (await session.scalars(select(IntegrationRow))).one()
        row.secrets = former = Vault([LOST]).close({"webhook_url": WEBHOOK})
    report = await Rotation(database, Vault([NEW, *TEST_KEYS])).run()
    assert (report.renewed, report.unreadable) == (BATCH + 3, 1)
    async with database.read() as session:
        assert (await session.scalars(select(IntegrationRow.secrets))).one() == former


def command(monkeypatch: pytest.MonkeyPatch, folder: Path) -> int:
    """The settings of `started`, and the command in place of the bot."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BOT_TOKEN", "42:test-token")
    monkeypatch.setenv("DATA_DIR", str(folder / "data"))
    return main(["rotate-keys"])


def test_the_command_with_a_key_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, tmp_path) == 0
    key = (tmp_path / "data" / "secret.key").read_text()
    assert command(monkeypatch, tmp_path) == 0
    told = capsys.readouterr()
    assert told.out.count("\n") == 2
    assert "0 stored secrets encrypted" in told.out
    after = (tmp_path / "data" / "secret.key").read_text().split()
    assert len(after) == 1
    assert after[0] not in key + told.out + told.err
    (tmp_path / "data" / "secret.key").write_text(f"{NEW}\n{after[0]}")
    assert command(monkeypatch, tmp_path) == 0, "an interrupted one goes on with the new key it had"
    assert (tmp_path / "data" / "secret.key").read_text() == NEW


def test_what_no_key_opens_keeps_nobody_from_a_new_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, migrated_file: Path
) -> None:
    """A key file was lost once: the leaked key of today has to go all the same, each time."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(migrated_file, folder / "callprompt.db")
    with closing(sqlite3.connect(folder / "callprompt.db")) as connection, connection:
        connection.execute(
            "INSERT INTO inbox (update_id, payload, state, holder, starts, received_at) "
            "VALUES (1, ?, 'waiting', 'x', 1, '2026-01-01')",
            (json.dumps({"sealed": Vault([LOST]).close({"update": "x"})}),),
        )
    seen = set()
    for _ in range(3):
        assert command(monkeypatch, tmp_path) == 1
        (key,) = (folder / "secret.key").read_text().split()
        seen.add(key)
    assert len(seen) == 3


def test_nobody_else_on_the_machine_reads_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    (data / "callprompt.db").touch(mode=0o644)
    assert started(monkeypatch, tmp_path, HTTP_HOST="192.0.2.1") == 2
    assert data.stat().st_mode & 0o777 == 0o700
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"callprompt.db", "secret.key", "lock"}
    assert {path.stat().st_mode & 0o077 for path in data.rglob("*")} == {0}


def test_a_command_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rotate"]) == 2
    assert "rotate-keys" in capsys.readouterr().err


def test_a_key_file_is_whole_or_not_there_and_two_first_starts_have_one_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, kill = tmp_path / "secret.key", OSError("the power went")

    def dies(*_: object) -> None:
        raise kill

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", dies)
        with pytest.raises(OSError, match="the power went"):
            keys_from_file(path)
    assert not path.exists(), "an empty one would keep the bot from ever starting"
    link = os.link

    def slower(one: Path, other: Path) -> None:
        other.write_text(NEW)
        link(one, other)

    monkeypatch.setattr(os, "link", slower)
    assert keys_from_file(path) == [NEW]
    assert [one.name for one in tmp_path.iterdir()] == ["secret.key"], "no other file keeps a key"


def test_a_new_key_outlives_the_power_before_anything_is_encrypted_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept: list[bool] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        kept.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write_keys(tmp_path / "secret.key", [NEW])
    assert kept == [False, True]
    (tmp_path / ".keys-left").write_text(LOST)
    write_keys(tmp_path / "secret.key", [NEW])
    assert [one.name for one in tmp_path.iterdir()] == ["secret.key"], "what a kill has left goes with the next"


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
async def test_a_key_file_is_left_alone_while_a_process_of_any_machine_works(
    database: Database, database_address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "42:test-token")
    settings = Settings(data_dir=tmp_path, database_url=database_address)
    (tmp_path / "secret.key").write_text(TEST_KEYS[0])
    async with database.write() as session:
        session.add(ExecutorRow(id="elsewhere", beat_at=datetime.now(UTC)))
    with pytest.raises(SettingsError, match="stop the bot"):
        await rotate_keys(settings)
    assert (tmp_path / "secret.key").read_text() == TEST_KEYS[0]
    async with database.write() as session:
        (await session.scalars(select(ExecutorRow))).one().beat_at = datetime.now(UTC) - 2 * DEAD_AFTER
    assert (await rotate_keys(settings)).unreadable == 0
    assert (tmp_path / "secret.key").read_text() != TEST_KEYS[0]
