"""Nothing that a test's run puts into logs, errors, the audit, Telegram or a database may hold a secret of it.

A plugin for the whole suite: secrets are noticed where each of them passes (the vault, a revealed setting, the
environment of a real process), and what is told where everything is told: databases as they are at the end, and
the logs of real processes. The test that gave one away fails by name.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import event, text

from bench.rig import Rig
from sandbox.telegram.server import TelegramServer
from services.db.engine import open_engine
from services.db.models import AuditRow
from services.db.unit_of_work import Database
from services.errors import CallpromptError
from services.secrets import Vault

SHORTEST = 10
"""Characters; what is shorter in a test is a word, and stands anywhere."""
NAMES = re.compile(r"token|secret|password|webhook|key|code|signature", re.IGNORECASE)
"""Of those values in the vault that nobody may see again; addresses and names are told freely."""
TABLES = """
SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
"""
TO_TELEGRAM_ALONE = frozenset({"setWebhook"})
"""Requests that carry a secret to nobody but Telegram."""


class Watch:
    """What the present test has used and told."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()
        self.told: list[tuple[str, str]] = []

    def start(self) -> None:
        self.secrets.clear()
        self.told.clear()

    def keep(self, value: str) -> None:
        if len(value) >= SHORTEST:
            self.secrets.add(value)

    def tell(self, where: str, what: object) -> None:
        self.told.append((where, str(what)))

    def given_away(self) -> list[str]:
        """Where it happened, without the secret itself."""
        return sorted({where for where, text in self.told if any(secret in text for secret in self.secrets)})


watch = Watch()


def _around(owner: type, name: str, look: Callable[..., None]) -> Callable[[], None]:
    """Looks at every call; returns what takes that back."""
    former = getattr(owner, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = former(self, *args, **kwargs)
        look(self, result, *args)
        return result

    setattr(owner, name, method)
    return lambda: setattr(owner, name, former)


def _sealed(_vault: Any, _result: Any, secrets: dict[str, str]) -> None:
    for name, value in secrets.items():
        if NAMES.search(name):
            watch.keep(str(value))


def _asked(_server: Any, _result: Any, method: str, params: dict[str, Any], *_rest: Any) -> None:
    if method not in TO_TELEGRAM_ALONE:
        watch.tell(f"Telegram's {method}", params)


def _audited(_mapper: Any, _connection: Any, row: AuditRow) -> None:
    watch.tell("the audit", f"{row.subject} {row.details}")


def _before(owner: type, name: str, look: Callable[[Any], Awaitable[None]]) -> Callable[[], None]:
    """As `_around`, for what is awaited: looks first, for afterwards there is nothing left to see."""
    former = getattr(owner, name)

    async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        await look(self)
        return await former(self, *args, **kwargs)

    setattr(owner, name, method)
    return lambda: setattr(owner, name, former)


async def _kept(database: Database) -> None:
    """All that a database holds: of SQLite the bytes of its files, where deleted rows might be as well."""
    if not watch.secrets:
        return
    async with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            tables = (await connection.execute(text(TABLES))).scalars().all()
            if tables:
                everything = " UNION ALL ".join(f"SELECT t::text FROM {table} t" for table in tables)  # noqa: S608
                watch.tell("the database", (await connection.execute(text(everything))).scalars().all())
            return
        path = (await connection.execute(text("PRAGMA database_list"))).all()[0][2]
        if path:
            _files(Path(path).parent.glob(f"{Path(path).name}*"))


def _files(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_file():
            watch.tell("the database", path.read_bytes().decode("ascii", errors="ignore"))


async def _processes_end(rig: Rig) -> None:
    """Real processes: what they were given, what they have logged, what they leave behind."""
    await rig.stop()
    given = rig.environment()
    for name in ("BOT_TOKEN", "LLM_API_KEY", "WEBHOOK_SECRET", "SECRET_KEYS"):
        watch.keep(given.get(name, ""))
    watch.keep(rig.portal.secret)
    if not rig.folder.joinpath("bot.log").exists():
        return
    watch.tell("the log of a process", rig.log)
    if "DATABASE_URL" in given:
        database = Database(open_engine(given["DATABASE_URL"]))
        await database.close()  # which looks
    else:
        _files(rig.data_folder.glob("callprompt.db*"))


class Secrecy:
    """The hooks."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:
        undo = [
            _around(Vault, "close", _sealed),
            _around(SecretStr, "get_secret_value", lambda _secret, value: watch.keep(value)),
            _around(TelegramServer, "_note", _asked),
            _around(CallpromptError, "__init__", lambda error, _result, *_args: watch.tell("an error", error)),
            _before(Database, "close", _kept),
            _before(Rig, "__aexit__", _processes_end),
        ]
        event.listen(AuditRow, "before_insert", _audited)
        yield
        event.remove(AuditRow, "before_insert", _audited)
        for one in undo:
            one()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        watch.start()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        result = yield
        report: pytest.TestReport = result.get_result()  # type: ignore[attr-defined]
        for name, told in report.sections:
            watch.tell(f"the log ({name})", told)
        places = watch.given_away()
        if places and report.passed:
            watch.start()  # said once
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} gave a secret away in {', '.join(places)}"
