"""A prompt's text out of a message or a text file."""

from io import BytesIO

from aiogram import Bot
from aiogram.types import Message

from services.errors import Refused

FILE_LIMIT = 64 * 1024


async def text_of(message: Message, bot: Bot) -> str:
    """Raises Refused: `file_large`, `file_not_text`, `text_empty`."""
    if message.document is None:
        return message.text or message.caption or ""
    document = message.document
    if not (document.file_name or "").lower().endswith(".txt"):
        raise Refused("file_not_text")
    if (document.file_size or 0) > FILE_LIMIT:
        raise Refused("file_large", limit=FILE_LIMIT // 1024)
    content = BytesIO()
    await bot.download(document, destination=content)
    return _decode(content.getvalue())


def _decode(content: bytes) -> str:
    """UTF-8 as everybody writes, or the old Windows encoding of Russian."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")
