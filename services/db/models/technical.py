"""Rows the machinery needs: wizard states, living processes, and how often they speak."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from services.db.base import Base, Json, Moment


class WizardStateRow(Base):
    """State of a conversation, kept by aiogram's storage key."""

    __tablename__ = "wizard_state"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    state: Mapped[str | None] = mapped_column(String(255))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    member_id: Mapped[int | None] = mapped_column(BigInteger)
    """Whose conversation it is: the same person as a member of another company does not go on with it."""
    updated_at: Mapped[datetime] = mapped_column(Moment)


class InboxRow(Base):
    """An update of Telegram, kept from before it is confirmed there until its work is done."""

    __tablename__ = "inbox"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Encrypted: people paste accesses. Empty once its work is done."""
    state: Mapped[str] = mapped_column(String(16), index=True)
    """`waiting`, `begun` (something of its work is stored), `done` or `given_up`."""
    holder: Mapped[str] = mapped_column(String(128), default="")
    """The process that works on it."""
    starts: Mapped[int] = mapped_column(default=1)
    """How many processes have begun with it."""
    received_at: Mapped[datetime] = mapped_column(Moment)


class ExecutorRow(Base):
    """A living process among workers; a stale row is a dead one."""

    __tablename__ = "executor"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(Moment)


class PaceRow(Base):
    """What all processes together have said lately in a chat of Telegram, and everywhere."""

    __tablename__ = "pace"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    said: Mapped[list[Any]] = mapped_column(Json, default=list)
    """[mark, when it left, when it was answered or null], epoch seconds."""
    free_at: Mapped[float] = mapped_column(default=0.0)
    """Until then the even pace of cards is used up."""
    stopped_until: Mapped[float] = mapped_column(default=0.0)
    """Telegram said "retry after"."""
