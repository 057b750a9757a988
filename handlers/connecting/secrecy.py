"""A message that carried a secret does not stay in the chat."""

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message

from handlers.connecting import texts


async def deleted(message: Message) -> str:
    """Removes it; what to tell about that."""
    return texts.secret_deleted() if await is_deleted(message) else texts.secret_not_deleted()


async def is_deleted(message: Message) -> bool:
    try:
        await message.delete()
    except TelegramAPIError:
        return False
    return True
