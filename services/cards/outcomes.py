"""How showing a card may end, beside what `services.ports` tells of the chat."""

from services.ports import ChatBusy


class FileLeft(ChatBusy):
    """The card stands, the file with its full text does not yet: show it again to send the file."""

    def __init__(self, message_id: int, retry_after: float) -> None:
        super().__init__(retry_after)
        self.message_id = message_id


class CardRefused(Exception):
    """Telegram will never take this content. The next content is tried again."""
