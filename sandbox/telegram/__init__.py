"""A strict Telegram Bot API server over real HTTP, with people who type and press buttons."""

from sandbox.telegram.server import TelegramServer
from sandbox.telegram.world import Chat, Person, ShownMessage

__all__ = ["Chat", "Person", "ShownMessage", "TelegramServer"]
