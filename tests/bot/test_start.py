"""A wrong setting stops the start with one line that names it and does not show its value."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.__main__ import main
from services.secrets import Vault

GOOD = {"BOT_TOKEN": "42:test-token", "TELEGRAM_API_BASE": "http://127.0.0.1:1", "HTTP_PORT": "0"}
WRONG = [
    ("BOT_TOKEN", "wrong-Value"),
    ("BOT_TOKEN", ""),
    ("DATABASE_URL", "wrong-Value"),
    ("DATABASE_URL", "postgresql://wrong-Value@localhost/x"),
    ("DATABASE_URL", "postgresql+asyncpg://wrong-Value@127.0.0.1:1/x"),
    ("DATABASE_URL", "sqlite+aiosqlite:////proc/wrong-Value/x.db"),
    ("SENTRY_DSN", "wrong-Value"),
    ("SENTRY_DSN", "https://sentry.test/wrong-Value"),
    ("DATA_DIR", "/proc/wrong-Value"),
    ("RETRY_LADDER", "60,-1"),
    ("RETRY_LADDER", "inf"),
    ("SECRET_KEYS", "wrong-Value"),
    ("WEBHOOK_SECRET", "wrong Value"),
    ("HTTP_HOST", "192.0.2.1"),
    ("EXECUTOR_ID", ""),
    ("EXECUTOR_ID", "wrong-Value" * 12),
]


def started(monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str) -> int:
    monkeypatch.chdir(folder)
    for name, value in (GOOD | {"DATA_DIR": str(folder / "data")} | settings).items():
        monkeypatch.setenv(name, value)
    return main()


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    assert started(monkeypatch, tmp_path, **{name: value}) == 2
    told = capsys.readouterr()
    assert told.err.startswith(f"{name} ")
    assert told.err.count("\n") == 1
    for leaked in ("wrong-Value", "wrong Value", "Traceback"):
        assert leaked not in told.out + told.err


def test_keys_that_open_nothing_of_what_is_stored_are_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, migrated_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(migrated_file, folder / "callprompt.db")
    former, other = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with sqlite3.connect(folder / "callprompt.db") as connection:
        connection.execute(
            "INSERT INTO workspace (name, zone, language, settings, created_at) "
            "VALUES ('x', 'UTC', 'ru', '{}', '2026-01-01')"
        )
        connection.execute(
            "INSERT INTO integration (workspace_id, kind, name, account, secrets, settings, state, problem_told, "
            "failures, created_at) VALUES (1, 'bitrix24', 'x', 'x', ?, '{}', 'active', 0, 0, '2026-01-01')",
            (Vault([former]).close({"webhook_url": "x"}),),
        )
    connection.close()
    assert started(monkeypatch, tmp_path, SECRET_KEYS=other) == 2
    assert "add the former key" in capsys.readouterr().err
