"""How showing a card or an alert may end, beside what `services.ports` tells of the chat."""

from datetime import timedelta

from services.ports import ChatBusy

KEPT = timedelta(days=2)
"""What could not be shown so long tells nobody anything new."""
BROKEN_PAUSES = (timedelta(minutes=2), timedelta(hours=1))
"""What breaks our own code steps aside for so long, twice as long with each try."""


class FileLeft(ChatBusy):
    """The card stands, the file with its full text does not yet: show it again to send the file."""

    def __init__(self, message_id: int, retry_after: float) -> None:
        super().__init__(retry_after)
        self.message_id = message_id


class CardRefused(Exception):
    """Telegram will never take this content. The next content is tried again."""


def pause_of_broken(tries: int) -> timedelta:
    least, most = BROKEN_PAUSES
    return min(least * (1 << min(tries, 10)), most)
