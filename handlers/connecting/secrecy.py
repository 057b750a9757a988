"""A message that carried a secret does not stay in the chat."""

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message

from handlers.connecting import texts

SHORTEST = 16
"""Characters of an access of any system."""


async def deleted(message: Message) -> str:
    """Removes it; what to tell about that."""
    return texts.secret_deleted() if await is_deleted(message) else texts.secret_not_deleted()


async def is_deleted(message: Message) -> bool:
    try:
        await message.delete()
    except TelegramAPIError:
        return False
    return True


def may_be_secret(text: str) -> bool:
    """One long word, while an account is being connected: an access that was sent before it was asked for."""
    return len(text.split()) == 1 and len(text.strip()) >= SHORTEST
