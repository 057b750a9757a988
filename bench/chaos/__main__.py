"""Kills the bot at random moments; `--crm amocrm` for notes and fields there, instead of a portal."""

import argparse
import asyncio
import logging
import sys

from bench.chaos import amocrm, run
from bot.logs import set_up_logs

MEASURES = {"bitrix24": run.measure, "amocrm": amocrm.measure}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--prompts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rest", type=float, default=4.0, help="seconds between a start and a kill at least")
    parser.add_argument("--crm", choices=list(MEASURES), default="bitrix24")
    wanted = parser.parse_args()
    measure = MEASURES[wanted.crm]
    set_up_logs("WARNING", "text")
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # each kill drops its connections
    bad = 0
    for faulty, name in ((False, "kill -9"), (True, "kill -9 and lost answers")):
        outcome = asyncio.run(
            measure(calls=wanted.calls, prompts=wanted.prompts, seed=wanted.seed, faulty=faulty, rest=wanted.rest)
        )
        print(f"{name}: {outcome}", flush=True)
        bad += outcome.lost + outcome.doubled + outcome.overwritten
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
