"""Rows the machinery needs: wizard states and living processes."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.db.base import Base, Json, Moment


class WizardStateRow(Base):
    """State of a conversation, kept by aiogram's storage key."""

    __tablename__ = "wizard_state"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    state: Mapped[str | None] = mapped_column(String(255))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class ExecutorRow(Base):
    """A living process among workers; a stale row is a dead one."""

    __tablename__ = "executor"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(Moment)
