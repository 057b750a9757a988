"""`python -m bot rotate-keys`: everything stored is encrypted anew with the first key, with one line of report.

With `SECRET_KEYS` the first key of the setting is the new one, and the bot may go on working if it has the same
setting. With a key file the bot must be stopped: the file is given a new key first and loses the old one last.
"""

import contextlib

from cryptography.fernet import Fernet

from bot.app import only_process
from bot.opening import build_vault, key_file, open_database, prepare_folder
from bot.settings import Settings
from services.db.migrate import migrate
from services.rotation import Rotated, Rotation
from services.secrets import keys_from_file, write_keys


async def rotate_keys(settings: Settings) -> Rotated:
    """Raises SettingsError. A key is kept as long as something cannot be read without it."""
    prepare_folder(settings)
    with contextlib.ExitStack() as stack:
        if not settings.secret_keys:
            stack.enter_context(only_process(settings.data_dir))
            _add_key(settings)
        database = await open_database(settings)
        try:
            await migrate(database.engine)
            report = await Rotation(database, build_vault(settings)).run()
        finally:
            await database.close()
        if not settings.secret_keys and not report.unreadable:
            write_keys(key_file(settings), keys_from_file(key_file(settings))[:1])
        return report


def _add_key(settings: Settings) -> None:
    """A second key means that a rotation was interrupted: it goes on with the new one it had."""
    keys = keys_from_file(key_file(settings))
    if len(keys) == 1:
        write_keys(key_file(settings), [Fernet.generate_key().decode(), *keys])
