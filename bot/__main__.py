"""`python -m bot`: settings, logs, and the bot until it is told to stop. `python -m bot rotate-keys`: new keys."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from bot.app import App
from bot.logs import set_up_logs
from bot.settings import Settings, SettingsError, load_settings

WRONG_SETTING = 2
ROTATE = "rotate-keys"
ONLY_OURS = 0o077
"""Whatever is written is for nobody else: the database with its journal, keys, recordings under way."""


async def run(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    await App(settings).run(stop)


def _set_up_reports(dsn: str) -> None:
    """Whoever does not report does without the library."""
    if dsn:
        from bot.reports import set_up_reports

        set_up_reports(dsn)


def _rotate(settings: Settings) -> int:
    from bot.rotating import rotate_keys

    report = asyncio.run(rotate_keys(settings))
    print(report)  # noqa: T201
    return 1 if report.unreadable else 0


def main(arguments: Sequence[str] = ()) -> int:
    os.umask(ONLY_OURS)
    if arguments not in ([], (), [ROTATE]):
        print(f"usage: python -m bot [{ROTATE}]", file=sys.stderr)  # noqa: T201
        return WRONG_SETTING
    try:
        settings = load_settings()
        set_up_logs("WARNING" if arguments else settings.log_level, settings.log_format)
        _set_up_reports(settings.sentry_dsn.get_secret_value())
        if arguments:
            return _rotate(settings)
        asyncio.run(run(settings))
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return WRONG_SETTING
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
