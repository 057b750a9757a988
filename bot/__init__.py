"""The assembly: the one place that knows everybody."""

from bot.lean import load_aiogram, load_engine, load_structlog

load_structlog()
load_aiogram()
load_engine()
