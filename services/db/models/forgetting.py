"""What must be remembered to be able to forget: messages beside the cards, and deletions under way."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.db.base import Base, Id, Json, Moment


class PostedRow(Base):
    """A message that tells of a call and is neither its card nor its alert: a file of answers, a digest."""

    __tablename__ = "posted"
    __table_args__ = (Index(None, "chat_id", "message_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    """Telegram's: it stays true of the message when the chat becomes another one."""
    message_id: Mapped[int]
    content: Mapped[str | None] = mapped_column(String(64))
    """Of a card's file: a mark of the answers in it. The same ones are not sent twice."""


class ForgetOrderRow(Base):
    """Somebody wants everything about a number deleted. Gone when that is done.

    The number is told by the numbers of our calls, which say nothing to anybody.
    """

    __tablename__ = "forget_order"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    """Who hears how it went; Telegram's id."""
    calls: Mapped[list[Any]] = mapped_column(Json, default=list)
    left: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Messages that Telegram does not let us take back, by the title of the chat."""
    attempt: Mapped[int] = mapped_column(default=0)
    """Counts jobs put for it: part of their identity, the latest one is in force."""
    due_at: Mapped[datetime] = mapped_column(Moment, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    told_stuck_at: Mapped[datetime | None] = mapped_column(Moment)
    reported_at: Mapped[datetime | None] = mapped_column(Moment)
