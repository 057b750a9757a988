"""A prompt's text out of a message or a text file."""

from io import BytesIO

from aiogram import Bot, F
from aiogram.enums import ContentType
from aiogram.types import Message

from services.errors import Refused

FILE_LIMIT = 64 * 1024

WORDS = ~F.text.startswith("/") & F.content_type.in_(
    {
        ContentType.TEXT,
        ContentType.DOCUMENT,
        ContentType.PHOTO,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
        ContentType.AUDIO,
        ContentType.ANIMATION,
        ContentType.STICKER,
        ContentType.CONTACT,
        ContentType.LOCATION,
    }
)
"""What people answer a question with. A sticker holds no words, and is told so."""


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
    text = _decode(content.getvalue())
    if "\0" in text:
        raise Refused("file_not_text")
    return text


def _decode(content: bytes) -> str:
    """UTF-8 as everybody writes, or the old Windows encoding of Russian."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")
