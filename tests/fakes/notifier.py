"""A notifier that remembers what it was asked to show."""

from collections.abc import Awaitable, Callable

from services.domain.alert import AlertView
from services.domain.card import CardView
from services.domain.digest import DigestView
from services.domain.workspace import ChatAddress, Language
from services.ports import OwnerNotice


class MemoryNotifier:
    """Implements `services.ports.Notifier`. One per call: `meanwhile` happens, then `failures` are raised."""

    def __init__(self) -> None:
        self.cards: dict[tuple[ChatAddress, int], list[CardView]] = {}
        self.silent: list[bool] = []
        """Of each card that was sent."""
        self.late: list[tuple[ChatAddress, int]] = []
        self.on_time: list[ChatAddress] = []
        self.alerts: list[tuple[ChatAddress, AlertView]] = []
        self.digests: list[tuple[ChatAddress, DigestView, bool]] = []
        """With whether it came without a sound."""
        self.told: list[tuple[int, OwnerNotice]] = []
        self.latest_call = 0
        self.failures: list[Exception] = []
        self.meanwhile: list[Callable[[], Awaitable[None]]] = []
        self._next = 1

    async def show_card(
        self,
        address: ChatAddress,
        language: Language,
        view: CardView,
        message_id: int | None,
        *,
        silent: bool = False,
    ) -> int:
        await self._reach()
        if message_id is None:
            message_id, self._next = self._next, self._next + 1
            self.silent.append(silent)
        self.cards.setdefault((address, message_id), []).append(view)
        self.latest_call = view.call_id
        return message_id

    async def tell_late(self, address: ChatAddress, language: Language, left: int) -> None:
        await self._reach()
        self.late.append((address, left))

    async def tell_on_time(self, address: ChatAddress, language: Language) -> None:
        await self._reach()
        self.on_time.append(address)

    async def show_alert(self, address: ChatAddress, language: Language, view: AlertView) -> int:
        await self._reach()
        self.alerts.append((address, view))
        self._next += 1
        return self._next - 1

    async def show_digest(
        self, address: ChatAddress, language: Language, view: DigestView, *, silent: bool = False
    ) -> int:
        await self._reach()
        self.digests.append((address, view, silent))
        self._next += 1
        return self._next - 1

    async def tell(self, user_id: int, language: Language, notice: OwnerNotice) -> None:
        await self._reach()
        self.told.append((user_id, notice))

    async def _reach(self) -> None:
        if self.meanwhile:
            await self.meanwhile.pop(0)()
        if self.failures:
            raise self.failures.pop(0)

    def latest(self) -> CardView:
        """The newest content of the only card."""
        (views,) = self.cards.values()
        return views[-1]
