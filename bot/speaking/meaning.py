"""Telegram's failures in the words of `services.ports`."""

from collections.abc import Callable

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.speaking.flood import MustWait
from services.cards.outcomes import CardRefused
from services.ports import ChatBusy, ChatClosed, ChatGone, ChatMoved, MessageLost, TopicGone

NETWORK_PAUSES = (5.0, 120.0)
"""While Telegram is not reached a card comes again after as long as that lasts already, within these bounds."""
GONE = (
    "chat not found",
    "user is deactivated",
    "bot was kicked",
    "bot is not a member",
    "peer_id_invalid",
)
TOPIC = ("message thread not found", "topic_deleted")
CLOSED_TOPIC = ("topic_closed",)
RIGHTS = (
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "send_plain_forbidden",
)
LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")
SAID = (TelegramAPIError, ClientDecodeError, MustWait)
"""Whatever may come of a request instead of an answer."""


def _shortest() -> float:
    return NETWORK_PAUSES[0]


def busy(error: Exception, unreached: Callable[[], float] = _shortest) -> ChatBusy | None:
    """What passes by itself, and after how many seconds; None: it is something else.

    `unreached` tells how long to wait for a Telegram that is not reached.
    """
    if isinstance(error, MustWait):
        return ChatBusy(error.seconds)
    if isinstance(error, TelegramRetryAfter):
        return ChatBusy(float(error.retry_after))
    if isinstance(error, TelegramEntityTooLarge):
        return None  # the library calls it a failure of the network, and it would fail for ever
    if isinstance(error, TelegramNetworkError | TelegramServerError | ClientDecodeError):
        return ChatBusy(unreached())
    return None


def understand(error: Exception, unreached: Callable[[], float] = _shortest) -> Exception:
    """What is to be raised in its place; the failure itself where it means nothing to us."""
    passing = busy(error, unreached)
    if passing is not None:
        return passing
    if isinstance(error, TelegramMigrateToChat):
        return ChatMoved(error.migrate_to_chat_id)
    closed = _closed(error)
    if closed is not None:
        return closed
    if isinstance(error, TelegramForbiddenError):
        return ChatGone(error.message)
    if isinstance(error, TelegramBadRequest | TelegramEntityTooLarge):
        message = error.message.lower()
        for signs, failure in ((TOPIC, TopicGone), (LOST, MessageLost), (GONE, ChatGone)):
            if any(sign in message for sign in signs):
                return failure(error.message)
        return CardRefused(error.message)
    return error


def _closed(error: Exception) -> ChatClosed | None:
    """The chat is there, but somebody must open the topic or give the bot a right."""
    if isinstance(error, TelegramForbiddenError | TelegramBadRequest):
        message = error.message.lower()
        for signs, why in ((CLOSED_TOPIC, "topic"), (RIGHTS, "rights")):
            if any(sign in message for sign in signs):
                return ChatClosed(why)
    return None
