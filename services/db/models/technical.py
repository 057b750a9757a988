"""Rows the machinery needs: wizard states and living processes."""

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
    updated_at: Mapped[datetime] = mapped_column(Moment)


class InboxRow(Base):
    """An update of Telegram, kept from before it is confirmed there until its work is done."""

    __tablename__ = "inbox"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(16), index=True)
    received_at: Mapped[datetime] = mapped_column(Moment)


class ExecutorRow(Base):
    """A living process among workers; a stale row is a dead one."""

    __tablename__ = "executor"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(Moment)
