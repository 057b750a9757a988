"""`python -m bot rotate-keys`: everything stored is encrypted anew with the first key, with one line of report.

With `SECRET_KEYS` the first key of the setting is the new one, and the bot may go on working if it has the same
setting. With a key file the bot must be stopped: the file is given a new key first and loses the old one last.
"""

import contextlib
from datetime import UTC, datetime

from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.folder import only_process, prepare_folder
from bot.opening import build_vault, key_file, open_database
from bot.settings import Settings, SettingsError
from services.db.migrate import migrate
from services.db.models import ExecutorRow
from services.db.unit_of_work import Database
from services.fleet import DEAD_AFTER
from services.rotation import Rotated, Rotation
from services.secrets import keys_from_file, write_keys


async def rotate_keys(settings: Settings) -> Rotated:
    """Raises SettingsError. At the end nothing needs a former key of the file, and they go.

    What none of them opens is as lost with them: kept for its sake, they would keep the next new key out.
    """
    prepare_folder(settings)
    with contextlib.ExitStack() as stack:
        if not settings.secret_keys:
            stack.enter_context(only_process(settings.data_dir))
        database = await open_database(settings)
        try:
            await migrate(database.engine)
            if not settings.secret_keys:
                await _only_one_at_work(database)
                _add_key(settings)
            report = await Rotation(database, build_vault(settings)).run()
        finally:
            await database.close()
        if not settings.secret_keys:
            write_keys(key_file(settings), keys_from_file(key_file(settings))[:1])
        return report


async def _only_one_at_work(database: Database) -> None:
    """Whoever works with the former key would go on encrypting with it, and that key is about to go.

    The lock file tells of this folder alone; on PostgreSQL a process may work from another one.
    """
    async with database.read() as session:
        alive = await session.scalar(
            select(ExecutorRow.id).where(ExecutorRow.beat_at >= datetime.now(UTC) - DEAD_AFTER).limit(1)
        )
    if alive is not None:
        raise SettingsError("SECRET_KEYS is not set: stop the bot first, and try again a minute later")


def _add_key(settings: Settings) -> None:
    """A second key means that a rotation was interrupted: it goes on with the new one it had."""
    keys = keys_from_file(key_file(settings))
    if len(keys) == 1:
        write_keys(key_file(settings), [Fernet.generate_key().decode(), *keys])
