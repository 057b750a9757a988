"""Kills the bot at random moments: one process and a Bitrix24 portal; `amocrm`: the same with notes and fields
there; `fleet`: a portal again, but several processes on PostgreSQL.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Mapping

from bench.chaos import amocrm, fleet, run
from bot.logs import set_up_logs

MEASURES: Mapping[str, Callable[..., Coroutine[None, None, run.Outcome]]] = {
    "bitrix24": run.measure,
    "amocrm": amocrm.measure,
    "fleet": fleet.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("of", choices=list(MEASURES), nargs="?", default="bitrix24")
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--prompts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rest", type=float, default=4.0, help="seconds between a start and a kill at least")
    wanted = parser.parse_args()
    set_up_logs("WARNING", "text")
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # each kill drops its connections
    measure = MEASURES[wanted.of]
    how = {"calls": wanted.calls, "prompts": wanted.prompts, "seed": wanted.seed, "rest": wanted.rest}
    bad = 0
    for faulty, name in ((False, "kill -9"), (True, "kill -9 and lost answers")):
        outcome = asyncio.run(measure(faulty=faulty, **how))
        print(f"{name}: {outcome}", flush=True)
        bad += outcome.lost + outcome.doubled + outcome.overwritten
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
