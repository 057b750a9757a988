"""A worker without the face: the real pipeline on the real engine, its portal without a request limit.

Started by the benchmarks: `python -m bench.worker DATABASE_URL MODEL_URL CONCURRENCY EXECUTOR_ID`.
"""

import asyncio
import logging
import signal
import sys

from pydantic import SecretStr

from bot.logs import set_up_logs
from services.clock import SystemClock
from services.connecting.connectors import Connectors
from services.db.engine import open_engine
from services.db.repositories.pieces import StoredPieces
from services.db.unit_of_work import Database
from services.domain.alert import AlertView
from services.domain.card import CardView
from services.domain.digest import DigestView
from services.domain.workspace import ChatAddress, Language
from services.integrations.catalogue import CATALOGUE
from services.integrations.doors import Doors
from services.jobs.engine import DurableJobs
from services.llm.client import LanguageModel
from services.llm.connection import Connection
from services.pipeline.assembly import Outside, build_pipeline
from services.ports import OwnerNotice, Rate
from services.secrets import Vault
from services.speech.client import SpeechClient
from services.speech.cutter import SeparateCutter
from services.speech.transcriber import SpeechTranscriber

KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]


class Unlimited:
    """A self-hosted portal: no limit on requests."""

    async def acquire(self, account: str, rate: Rate, *, patience: float | None = None) -> None: ...

    async def block(self, account: str, seconds: float) -> None: ...


class Nobody:
    """Nobody listens: cards are not what is measured."""

    async def show_card(
        self,
        address: ChatAddress,
        language: Language,
        view: CardView,
        message_id: int | None,
        *,
        silent: bool = False,
    ) -> int:
        return 1

    async def tell_late(self, address: ChatAddress, language: Language, left: int) -> None: ...

    async def tell_on_time(self, address: ChatAddress, language: Language) -> None: ...

    async def show_alert(self, address: ChatAddress, language: Language, view: AlertView) -> int:
        return 1

    async def show_digest(
        self, address: ChatAddress, language: Language, view: DigestView, *, silent: bool = False
    ) -> int:
        return 1

    async def tell(self, user_id: int, language: Language, notice: OwnerNotice) -> None: ...


async def run(address: str, model_url: str, concurrency: int, executor_id: str) -> None:
    clock, database = SystemClock(), Database(open_engine(address))
    doors = Doors(clock=clock, throttle=Unlimited(), guard=lambda: None, allow_private_hosts=True)
    key = SecretStr("test-key")
    model = LanguageModel(Connection(model_url, key, "sandbox-chat", concurrency))
    speech = SpeechClient(Connection(model_url, key, "gpt-transcribe", concurrency))
    connectors = Connectors(database, Vault(KEYS), doors, CATALOGUE)
    jobs = DurableJobs(address, executor_id=executor_id)
    pipeline = build_pipeline(
        Outside(
            database=database,
            connectors=connectors,
            answerer=model,
            transcriber=SpeechTranscriber(speech, StoredPieces(database, clock), SeparateCutter()),
            notifier=Nobody(),
            jobs=jobs,
            clock=clock,
            guard=lambda: None,
            lanes=concurrency,
        )
    )
    await jobs.start(pipeline.handlers)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await jobs.stop()
    await connectors.close()
    await model.close()
    await speech.close()
    await database.close()


def main() -> None:
    set_up_logs("WARNING", "text")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    address, model_url, concurrency, executor_id = sys.argv[1:]
    asyncio.run(run(address, model_url, int(concurrency), executor_id))


if __name__ == "__main__":
    main()
