"""The real bot process among the stand-ins: started, killed and started again; driven like a person would."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from sandbox.bitrix24 import Portal
from sandbox.clock import Clock
from sandbox.models import ModelServer
from sandbox.recordings import Line, Phrasebook, synthesize
from sandbox.telegram import ShownMessage, TelegramServer

OWNER = 5_000_000_001


class Rig:
    """Stand-ins in this process, the bot in its own. `settings` override the bot's environment."""

    def __init__(self, **settings: str) -> None:
        self.clock, self.phrasebook = Clock(), Phrasebook()
        self.telegram = TelegramServer(clock=self.clock)
        self.portal = Portal(clock=self.clock)
        self.model = ModelServer(clock=self.clock, phrasebook=self.phrasebook)
        self.settings = settings
        self.owner = self.telegram.person("Анна", user_id=OWNER)
        self.chat = self.telegram.private(self.owner)
        self.chat.started = True
        self.bot: asyncio.subprocess.Process | None = None
        self._others: list[asyncio.subprocess.Process] = []
        self._stack = contextlib.AsyncExitStack()
        self.folder = Path()

    async def __aenter__(self) -> "Rig":
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="callprompt-rig-")))
        for server in (self.telegram, self.portal, self.model):
            await server.start()
            self._stack.push_async_callback(server.stop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._stack.aclose()

    @property
    def data_folder(self) -> Path:
        return self.folder / "data"

    @property
    def database_address(self) -> str:
        """Where the bot keeps its rows."""
        return self.settings.get("DATABASE_URL", f"sqlite+aiosqlite:///{self.data_folder / 'callprompt.db'}")

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        return (
            kept
            | {
                "BOT_TOKEN": self.telegram.token,
                "TELEGRAM_API_BASE": self.telegram.url,
                "DATA_DIR": str(self.data_folder),
                "OWNER_IDS": str(OWNER),
                "HTTP_PORT": "0",
                "LLM_BASE_URL": self.model.base_url,
                "LLM_API_KEY": self.model.api_key,
                "LLM_MODEL": self.model.chat.model,
                "STT_MODEL": self.model.speech.model,
                "ALLOW_PRIVATE_HOSTS": "1",
                "PULL_SECONDS": "1",
                "RECONCILE_SECONDS": "1",
                "RETRY_LADDER": "1,1,1,2,2,3,3,5,5,5,5,5",
                "PYTHONUNBUFFERED": "1",
            }
            | self.settings
            | more
        )

    async def start(self, **more: str) -> asyncio.subprocess.Process:
        """Starts the bot; its log goes to a file in the rig's folder."""
        log = (self.folder / "bot.log").open("a")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", env=self.environment(**more), stdout=log, stderr=log
        )
        log.close()
        if self.bot is None or self.bot.returncode is not None:
            self.bot = process
        else:
            self._others.append(process)
        return process

    async def kill(self) -> None:
        """As when the power goes."""
        if self.bot is not None and self.bot.returncode is None:
            self.bot.kill()
            await self.bot.wait()

    async def stop(self) -> None:
        """In order, as a service manager does."""
        for process in [*self._others, *([self.bot] if self.bot else [])]:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        for process in [*self._others, *([self.bot] if self.bot else [])]:
            await process.wait()

    @property
    def log(self) -> str:
        return (self.folder / "bot.log").read_text()

    # --- a person at work ---------------------------------------------------------------------

    def messages(self) -> list[ShownMessage]:
        return [one for one in self.telegram.messages(self.chat) if one.from_bot]

    async def say(self, text: str, expect: str) -> None:
        self.telegram.send_text(self.chat, self.owner, text)
        await self.see(expect)

    async def press(self, button: str, expect: str) -> None:
        shown, data = self._find(button)
        self.telegram.press(self.chat, shown.message_id, self.owner, data=data)
        await self.see(expect)

    def _find(self, text: str) -> tuple[ShownMessage, str]:
        for shown in reversed(self.messages()):
            for row in shown.keyboard:
                for button in row:
                    if text in button["text"]:
                        return shown, button["callback_data"]
        raise AssertionError(f"no button {text!r}")

    async def see(self, text: str, timeout: float = 30) -> None:
        await self.telegram.wait_for(lambda: bool(self.messages()) and text in self.messages()[-1].text, timeout)

    async def connect(self) -> None:
        await self.say("/connect", "Что подключаем")
        await self.press("Битрикс24", "Подключение Битрикс24")
        await self.say(self.portal.webhook_url, "Подключено!")

    async def make_prompt(self, name: str, text: str, *, enable: bool = True) -> None:
        await self.say("/new", "Звонки какой воронки")
        await self.press("Любая воронка", "Куда писать")
        await self.press("Комментарий", "Как назвать")
        await self.say(name, "Что узнать")
        await self.say(text, "Записал")
        await self.press("Готово", "Проверьте")
        await self.press("Сохранить", "сохранён")
        if enable:
            await self.press("🟢 Включить", "Разбираю звонки")

    def sound(self, *lines: str) -> bytes:
        """A talk in which the client says these lines."""
        talk = [Line("manager", "Компания «Тёплый дом», здравствуйте, чем могу вам помочь?")]
        talk += [Line("client", line) for line in lines]
        return synthesize(talk, self.phrasebook, pause=0.05, voice=0.05)

    def call(self, deal: int, content: bytes, **more: Any) -> None:
        """A call that has just ended in the deal."""
        self.portal.add_call(deal=deal, duration=60, recording=content, filename="call.wav", **more)
