"""What a process needs before it can start: its keys, its database.

Each raises SettingsError with a line that names the setting, and never shows its value.
"""

import asyncio
from pathlib import Path

import structlog
from sqlalchemy import select, text

from bot.settings import Settings, SettingsError
from services.db.engine import open_engine
from services.db.models import IntegrationRow
from services.db.unit_of_work import Database
from services.secrets import SecretsUnreadable, Vault, keys_from_file

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 15


def key_file(settings: Settings) -> Path:
    return settings.data_dir / "secret.key"


def build_vault(settings: Settings) -> Vault:
    keys = [key.get_secret_value() for key in settings.secret_keys]
    try:
        return Vault(keys or keys_from_file(key_file(settings)))
    except (ValueError, IndexError):
        where = "SECRET_KEYS is wrong" if keys else "secret.key in DATA_DIR is wrong"
        raise SettingsError(f"{where}: a key is 32 url-safe base64 bytes") from None
    except OSError as error:
        raise SettingsError(f"secret.key in DATA_DIR cannot be read ({_name(error)})") from None


async def open_database(settings: Settings) -> Database:
    """Opened and asked once: a wrong address, a wrong password and a silent server are told apart by name only."""
    setting = "DATABASE_URL is wrong" if settings.database_url else "the database in DATA_DIR is wrong"
    try:
        database = Database(open_engine(settings.database_address))
        async with asyncio.timeout(ANSWER_SECONDS), database.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:  # noqa: BLE001 - each driver has its own failures, and all mean the same here
        raise SettingsError(f"{setting}: the database does not answer ({_name(error)})") from None
    return database


async def check_keys(settings: Settings, database: Database, vault: Vault) -> None:
    """Keys that open nothing of what is stored were exchanged by mistake.

    A key file that was lost cannot come back: its owners are told to renew each access, and the work goes on.
    """
    async with database.read() as session:
        stored = (await session.scalars(select(IntegrationRow.secrets).where(IntegrationRow.secrets != ""))).all()
    closed = sum(not _opens(vault, one) for one in stored)
    if closed and closed == len(stored) and settings.secret_keys:
        raise SettingsError("SECRET_KEYS is wrong: none of the keys opens what is stored; add the former key")
    if closed:
        log.error("stored_access_unreadable", count=closed, of=len(stored))


def _opens(vault: Vault, secrets: str) -> bool:
    try:
        vault.open(secrets)
    except SecretsUnreadable:
        return False
    return True


def _name(error: Exception) -> str:
    return type(error).__name__
