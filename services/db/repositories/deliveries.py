"""Deliveries that still have something to do."""

from sqlalchemy import ColumnElement

from services.db.models import DeliveryRow
from services.domain.answer import DeliveryState, UndoState

OPEN = [state for state in DeliveryState if not state.final]


def is_open() -> ColumnElement[bool]:
    """Not ended, or to be taken back."""
    return DeliveryRow.state.in_(OPEN) | (DeliveryRow.undo == UndoState.WANTED)
