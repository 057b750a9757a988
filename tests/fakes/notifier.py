"""A notifier that remembers what it was asked to show."""

from services.domain.card import CardView
from services.domain.workspace import ChatAddress, Language
from services.ports import OwnerNotice


class MemoryNotifier:
    """Implements `services.ports.Notifier`. `failures` are raised first, one per call."""

    def __init__(self) -> None:
        self.cards: dict[tuple[ChatAddress, int], list[CardView]] = {}
        self.told: list[tuple[int, OwnerNotice]] = []
        self.failures: list[Exception] = []
        self._next = 1

    async def show_card(
        self, address: ChatAddress, language: Language, view: CardView, message_id: int | None
    ) -> int:
        if self.failures:
            raise self.failures.pop(0)
        if message_id is None:
            message_id, self._next = self._next, self._next + 1
        self.cards.setdefault((address, message_id), []).append(view)
        return message_id

    async def tell(self, user_id: int, language: Language, notice: OwnerNotice) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.told.append((user_id, notice))

    def latest(self) -> CardView:
        """The newest content of the only card."""
        (views,) = self.cards.values()
        return views[-1]
