"""`make bench`: all figures in one run, side by side. `--quick` takes smaller numbers."""

import argparse
import asyncio
import platform
import sys
import tempfile
import uuid
from pathlib import Path

import psutil
from sqlalchemy import text

from bench import face, flood, polling, tokens
from bench.pipeline import share_of_ideal, throughput
from bench.postgresql import embedded
from bot.logs import set_up_logs
from sandbox.models import ModelServer
from services.db.engine import open_engine


async def new_database(server: str) -> str:
    name = f"b{uuid.uuid4().hex}"
    engine = open_engine(server)
    async with engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    before, _, options = server.partition("?")
    return f"{before.rsplit('/', 1)[0]}/{name}?{options}"


async def cached_share(order: str) -> tuple[int, float]:
    model = ModelServer()
    await model.start()
    asked, cached = await (tokens.ours if order == "ours" else tokens.question_first)(model)
    await model.stop()
    return asked, cached / asked


async def run(folder: Path, server: str, *, quick: bool) -> None:
    calls = 60 if quick else 200

    def sqlite(name: str) -> str:
        return f"sqlite+aiosqlite:///{folder / name}.db"

    print(f"{platform.platform()}, Python {platform.python_version()}, {psutil.cpu_count()} cores\n", flush=True)
    print(f"pipeline, {calls} calls × 1 prompt, model answers at once, portal on the same machine:", flush=True)
    print(
        f"  SQLite, 1 worker        {await throughput(sqlite('a'), calls=calls, count=1):6.1f} calls/s", flush=True
    )
    for count in (1, 2):
        speed = await throughput(await new_database(server), calls=calls, count=count)
        print(f"  PostgreSQL, {count} worker(s) {speed:6.1f} calls/s", flush=True)
    share, seconds = await share_of_ideal(sqlite("b"), calls=calls, prompts=7, concurrency=32)
    print(f"{calls} calls × 7 prompts, 1 s model, 32 at once: {seconds:.1f} s, {share:.0%} of ideal", flush=True)
    for order, name in (("ours", "transcript first"), ("first", "question first")):
        asked, cached = await cached_share(order)
        print(f"7 prompts, 9,000 characters, {name}: {asked} prompt tokens, {cached:.0%} cached", flush=True)
    for presses in face.PRESSES:
        half, most = await face.press_latency(presses)
        print(f"a press at {presses} a second: p50 {half:.0f} ms, p95 {most:.0f} ms", flush=True)
    for count in (1, 2):
        flooded = await flood.flood(await new_database(server), calls=400 if quick else flood.CALLS, workers=count)
        print(flooded, flush=True)
    processor, memory = await face.idle()
    print(f"idle: {processor:.2f} % of a core, {memory:.0f} MB", flush=True)
    idle = await polling.idle_rounds(accounts=60 if quick else polling.ACCOUNTS)
    print(f"one idle look at {idle.accounts} accounts a minute: {idle}", flush=True)
    caught = await polling.catch_up(calls=1_000 if quick else 10_000)
    print(f"{caught.calls} calls after a gap: {caught}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    wanted = parser.parse_args()
    set_up_logs("WARNING", "text")
    with tempfile.TemporaryDirectory(prefix="callprompt-bench-") as folder, embedded() as address:
        asyncio.run(run(Path(folder), address, quick=wanted.quick))
    return 0


if __name__ == "__main__":
    sys.exit(main())
