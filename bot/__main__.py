"""`python -m bot`: settings, logs, and the bot until it is told to stop."""

import asyncio
import signal
import sys

from bot.app import App
from bot.logs import set_up_logs
from bot.settings import Settings, SettingsError, load_settings

WRONG_SETTING = 2


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


def main() -> int:
    try:
        settings = load_settings()
        set_up_logs(settings.log_level, settings.log_format)
        _set_up_reports(settings.sentry_dsn.get_secret_value())
        asyncio.run(run(settings))
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return WRONG_SETTING
    return 0


if __name__ == "__main__":
    sys.exit(main())
