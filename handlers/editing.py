"""Redraws the message a button belongs to, whatever became of it meanwhile."""

from functools import partial

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.overtaking import Overtaken, giving_way


def as_text(text: Text | str) -> Text:
    return text if isinstance(text, Text) else Text(text)


async def redraw(
    query: CallbackQuery, text: Text | str, keyboard: InlineKeyboardMarkup | None = None
) -> Message | None:
    """Edits in place, perhaps after the presses that wait behind this one.

    A message that cannot be edited any more is followed by a new one.
    """
    message = query.message
    content = as_text(text).as_kwargs()
    if isinstance(message, Message):
        try:
            with giving_way():
                edited = await message.edit_text(**content, reply_markup=keyboard)
        except Overtaken as overtaken:
            overtaken.line.owe((message.chat.id, message.message_id), partial(redraw, query, text, keyboard))
            return message
        except TelegramBadRequest as error:
            if "not modified" in error.message:
                return message
            return await message.answer(**content, reply_markup=keyboard)
        return edited if isinstance(edited, Message) else message
    if message is not None and query.bot is not None:
        return await query.bot.send_message(message.chat.id, **content, reply_markup=keyboard)
    return None
