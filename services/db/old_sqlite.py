"""The durable engine's tables take their moments from `unixepoch('subsec')` where Python is 3.12 or newer.

SQLite knows that word from 3.42 on, and a Python may well come with an older one: it is told the word then.
"""

import sqlite3
import sys
import time
from typing import Any

from sqlalchemy import Engine, event

SINCE = (3, 42)


def _now(_wanted: str) -> float:
    return round(time.time(), 3)


def teach_sqlite() -> None:
    """For every connection of this process that is opened from now on; called again it does nothing."""
    needed = sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < SINCE
    if needed and not event.contains(Engine, "connect", _tell):
        event.listen(Engine, "connect", _tell)


def _tell(connection: Any, _record: Any) -> None:
    if hasattr(connection, "create_function"):
        connection.create_function("unixepoch", 1, _now)
