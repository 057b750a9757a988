"""The database as it was before a try: some of what is allowed leaves little for the next one."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def rewound(path: Path) -> Iterator[Callable[[], None]]:
    """Takes the file as it is now; the function given brings it back to that."""
    with closing(sqlite3.connect(":memory:")) as before:
        with closing(sqlite3.connect(path)) as now:
            now.backup(before)

        def rewind() -> None:
            with closing(sqlite3.connect(path)) as now:
                before.backup(now)

        yield rewind
