"""Who looks after the cards of a chat."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.db.base import Base, Id, Moment


class OutboxRow(Base):
    """One job at a time shows the cards of a chat, so that they come in order."""

    __tablename__ = "outbox"

    chat_id: Mapped[int] = mapped_column(
        Id, ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    attempt: Mapped[int] = mapped_column(default=0)
    """Counts jobs put for this chat: part of their identity, the latest one is in force."""
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    """When that job is due, in the past while it runs; None: nothing waits."""
    rests_until: Mapped[datetime | None] = mapped_column(Moment)
    """Telegram asked to wait, or is not reached."""
    late_told_at: Mapped[datetime | None] = mapped_column(Moment)
    """Since when the chat knows that its cards are late."""
