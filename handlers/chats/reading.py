"""Reads what the windows of a chat show, and says what spans of silence mean now."""

from datetime import datetime, timedelta

from handlers import words
from handlers.chats.about_texts import Names, Seen
from handlers.chats.screens import ChatScreens
from services.connecting.connections import IntegrationService
from services.domain.integration import Funnel
from services.domain.listening import tomorrow
from services.domain.workspace import Chat, Language, Workspace
from services.errors import NotFound, RemoteError
from services.funnels import FunnelBook
from services.ports import Clock
from services.prompts.reading import PromptBook

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


def until(span: int, now: datetime, zone: str) -> datetime:
    """The moment a mute ends; `span` is a place in `button_texts.spans`."""
    return (now + HOUR, tomorrow(now, zone), now + WEEK)[span % 3]


class Reading:
    """What every handler that ends on a chat's window needs."""

    def __init__(
        self,
        workspace: Workspace,
        language: Language,
        clock: Clock,
        prompts: PromptBook,
        integrations: IntegrationService,
        funnels: FunnelBook,
    ) -> None:
        self._workspace = workspace
        self._clock = clock
        self._prompts = prompts
        self._integrations = integrations
        self._funnels = funnels
        self.seen = Seen(workspace.zone, language, clock.now())

    def until(self, span: int) -> datetime:
        return until(span, self._clock.now(), self._workspace.zone)

    async def screens(self, chat: Chat, *, fresh: bool = False) -> ChatScreens:
        """`fresh` asks the CRMs for their funnels first."""
        return ChatScreens(chat, await self._names(fresh=fresh), self.seen)

    async def _names(self, *, fresh: bool) -> Names:
        """Of several systems a funnel is told with its system: they are often called the same."""
        own = await self._integrations.of(self._workspace.id)
        funnels: dict[int, str] = {}
        for one in own:
            for funnel in await self._of(one.id, fresh=fresh):
                if not funnel.missing:
                    name = words.funnel(funnel)
                    funnels[funnel.id] = f"{name} · {one.name}" if len(own) > 1 else name
        prompts = await self._prompts.all(self._workspace.id)
        return Names(
            prompts={one.id: one.name for one in prompts},
            integrations={one.id: one.name for one in own},
            funnels=funnels,
        )

    async def _of(self, number: int, *, fresh: bool) -> tuple[Funnel, ...]:
        """When the CRM is silent, what it said last time will do."""
        if fresh:
            try:
                return await self._funnels.of(number, refresh=True)
            except (RemoteError, NotFound):
                pass
        return await self._funnels.of(number)
