"""One engine for each kind of database, for a whole run: what is compiled for one test serves all others.

A statement takes longer to compile than to run, and each engine keeps its own.
"""

from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from services.db.engine import open_engine


class Engines:
    """Everything is as `open_engine` made it, but for the database that is connected to."""

    def __init__(self) -> None:
        self._engines: dict[str, AsyncEngine] = {}
        self._now: dict[str, URL] = {}

    def at(self, address: str) -> AsyncEngine:
        """The engine for this database, until it is asked for the next of its kind; to be disposed of before.

        A view of its own: events that a test listens for end with it.
        """
        url = make_url(address)
        kind = url.get_backend_name()
        self._now[kind] = url
        if kind not in self._engines:
            self._engines[kind] = open_engine(address)
            self._turn(self._engines[kind], kind)
            _keep_readers_from_writing(self._engines[kind])
            _keep_owners_open(self._engines[kind])
        view = self._engines[kind].execution_options()
        view.sync_engine.url = url
        return view

    def _turn(self, engine: AsyncEngine, kind: str) -> None:
        @event.listens_for(engine.sync_engine, "do_connect")
        def to_the_present(dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
            arguments[:], present = dialect.create_connect_args(self._now[kind])
            named.update(present)


def _keep_readers_from_writing(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def look(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        only_reads = statement.lstrip().startswith(("SELECT", "WITH", "PRAGMA"))
        assert only_reads or not connection.get_execution_options().get("read_only"), statement


def _keep_owners_open(engine: AsyncEngine) -> None:
    """As `services.db.locking` says: only an integration is locked against those that add to it."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        assert " FOR UPDATE" not in statement or "FROM integration" in statement, statement
