"""`python -m sandbox.demo`: the stand-ins, the real bot process, and one address to open."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sandbox.clock import Clock
from sandbox.demo.rooms import Cast
from sandbox.demo.server import DemoServer
from sandbox.demo.systems import settle
from sandbox.demo.systems.base import System
from sandbox.models import ModelServer
from sandbox.recordings import Phrasebook
from sandbox.recordings.library import teach
from sandbox.telegram import TelegramServer

PORT = 8100


def bot_environment(
    telegram: TelegramServer, model: ModelServer, systems: Sequence[System], folder: Path, owner: int
) -> dict[str, str]:
    """Settings of a bot that talks to the stand-ins; nothing of the caller's own settings gets in."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL")}
    origins = [f"{usual}={here}" for system in systems for usual, here in system.origins.items()]
    return kept | {
        "BOT_TOKEN": telegram.token,
        "TELEGRAM_API_BASE": telegram.url,
        "DATA_DIR": str(folder),
        "OWNER_IDS": str(owner),
        "HTTP_PORT": "0",
        "LLM_BASE_URL": model.base_url,
        "LLM_API_KEY": model.api_key,
        "LLM_MODEL": model.chat.model,
        "STT_MODEL": model.speech.model,
        "ALLOW_PRIVATE_HOSTS": "1",
        "REMOTE_ORIGINS": ",".join(origins),
        "PULL_SECONDS": "3",
        "RECONCILE_SECONDS": "5",
        "RETRY_LADDER": "5,5,10,20,30,60",
        "PYTHONUNBUFFERED": "1",
    }


async def run(port: int, folder: Path) -> int:
    clock, phrasebook = Clock(), Phrasebook()
    teach(phrasebook)
    telegram, systems = TelegramServer(clock=clock), settle(clock)
    model = ModelServer(clock=clock, phrasebook=phrasebook, delay=0.6)
    cast = Cast(telegram)
    demo = DemoServer(telegram, systems, cast)
    async with contextlib.AsyncExitStack() as stack:
        for server in (telegram, model, *(server for system in systems for server in system.servers)):
            await server.start()
            stack.push_async_callback(server.stop)
        await demo.start(port=port)
        stack.push_async_callback(demo.stop)
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", env=bot_environment(telegram, model, systems, folder, cast.owner.id)
        )
        print(f"\n  Open the demo: {demo.url}\n  (stop it with Ctrl+C)\n", flush=True)
        stop = asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        waits = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(bot.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        waits[0].cancel()
        if bot.returncode is None:
            bot.terminate()
            await bot.wait()
        return 0 if stop.is_set() else (bot.returncode or 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="callprompt-demo-") as folder:
        return asyncio.run(run(arguments.port, Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
