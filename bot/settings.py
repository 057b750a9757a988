"""Settings from the environment or `.env`. The names are a contract: other tools set them."""

import os
import re
import socket
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from services.workspace.limits import Limits

DAY = 86_400
DRIVERS = {"sqlite+aiosqlite", "postgresql+asyncpg"}
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class SettingsError(Exception):
    """A setting is wrong or missing; the text is one line that names it."""


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _token(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("it looks like 123456:letters, as @BotFather gives it")
    return value


def _database(value: str) -> str:
    try:
        known = not value or make_url(value).drivername in DRIVERS
    except ArgumentError:
        known = False
    if not known:
        raise ValueError("it begins with postgresql+asyncpg:// or sqlite+aiosqlite://")
    return value


def _dsn(value: SecretStr) -> SecretStr:
    if not value.get_secret_value():
        return value
    from sentry_sdk.utils import BadDsn, Dsn

    try:
        Dsn(value.get_secret_value())
    except BadDsn:
        raise ValueError("it is no DSN of a Sentry project") from None
    return value


def _origins(value: object) -> object:
    """`https://api.example.com=http://127.0.0.1:8090`, with commas between several."""
    if not isinstance(value, str):
        return value
    pairs = [part.strip().partition("=")[::2] for part in value.split(",") if part.strip()]
    try:
        return {str(AnyHttpUrl(usual)).rstrip("/"): str(AnyHttpUrl(other)).rstrip("/") for usual, other in pairs}
    except ValueError:
        raise ValueError("it looks like https://usual.example=http://another.example:8090") from None


def _webhook_secret(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("up to 256 Latin letters, digits, _ and -")
    return value


Step = Annotated[float, Field(ge=0, le=30 * DAY)]
Ints = Annotated[list[int], NoDecode, BeforeValidator(_split)]
Steps = Annotated[list[Step], NoDecode, BeforeValidator(_split)]
Secrets = Annotated[list[SecretStr], NoDecode, BeforeValidator(_split)]
Origins = Annotated[dict[str, str], NoDecode, BeforeValidator(_origins)]
Url = Annotated[str, BeforeValidator(lambda value: str(AnyHttpUrl(value)).rstrip("/") if value else value)]


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    bot_token: Annotated[SecretStr, AfterValidator(_token)] = Field(min_length=1)
    telegram_api_base: Url = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    public_url: Url = ""
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] = SecretStr("")

    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)

    data_dir: Path = Path("data")
    database_url: Annotated[str, AfterValidator(_database)] = ""
    secret_keys: Secrets = []
    owner_ids: Ints = []
    signup: Literal["closed", "open"] = "closed"
    limit_integrations: int = Field(5, ge=0)
    limit_prompts: int = Field(50, ge=0)
    limit_members: int = Field(30, ge=0)
    limit_calls_per_day: int = Field(500, ge=0)

    llm_base_url: Url = "https://api.openai.com/v1"
    llm_api_key: SecretStr = SecretStr("")
    llm_model: str = "gpt-5.4-mini"
    llm_concurrency: int = Field(5, ge=1, le=256)
    stt_base_url: Url = ""
    stt_api_key: SecretStr = SecretStr("")
    stt_model: str = "gpt-transcribe"

    pull_seconds: float = Field(60, gt=0, le=DAY)
    reconcile_seconds: float = Field(65, ge=0, le=DAY)
    retry_ladder: Steps = [60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 43200]
    executor_id: str = Field(
        default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}", min_length=1, max_length=128
    )
    allow_private_hosts: bool = False
    remote_origins: Origins = {}
    role: Literal["all", "bot", "worker"] = "all"

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    sentry_dsn: Annotated[SecretStr, AfterValidator(_dsn)] = SecretStr("")

    @model_validator(mode="after")
    def _belong_together(self) -> "Settings":
        if self.telegram_mode == "webhook" and not self.public_url:
            raise ValueError("PUBLIC_URL is needed when TELEGRAM_MODE is webhook")
        if self.telegram_mode == "webhook" and not self.webhook_secret.get_secret_value():
            raise ValueError("WEBHOOK_SECRET is needed when TELEGRAM_MODE is webhook")
        if not self.retry_ladder:
            raise ValueError("RETRY_LADDER needs at least one step in seconds")
        if self.role != "all" and self.database_address.startswith("sqlite"):
            raise ValueError("ROLE other than all needs a PostgreSQL DATABASE_URL")
        return self

    @property
    def limits(self) -> Limits:
        """Of companies that came through the open door."""
        return Limits(
            integrations=self.limit_integrations,
            prompts=self.limit_prompts,
            members=self.limit_members,
            calls_a_day=self.limit_calls_per_day,
        )

    @property
    def database_address(self) -> str:
        """The SQLAlchemy address; by default an SQLite file in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'callprompt.db'}"


def load_settings() -> Settings:
    """Reads the settings; raises SettingsError with a single line, never showing a value."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_in_one_line(error)) from None


def _in_one_line(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    if not first["loc"]:
        return first["msg"].removeprefix("Value error, ")
    name = str(first["loc"][0]).upper()
    if first["type"] == "missing":
        return f"{name} is not set (environment or .env)"
    return f"{name} is wrong: {first['msg'].removeprefix('Value error, ')}"
