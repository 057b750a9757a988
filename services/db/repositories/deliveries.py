"""Deliveries that still have something to do."""

from sqlalchemy import ColumnElement, func

from services.db.models import DeliveryRow
from services.db.repositories.accounts import SIGN
from services.domain.answer import DeliveryState, UndoState

OPEN = [state for state in DeliveryState if not state.final]


def is_lost() -> ColumnElement[bool]:
    """Written into an account that the integration has left: nothing of it is done again or taken back."""
    return func.substr(DeliveryRow.target, 1, 1) == SIGN


def lost(row: DeliveryRow) -> bool:
    return row.target.startswith(SIGN)


def is_open() -> ColumnElement[bool]:
    """Not ended, or to be taken back."""
    return DeliveryRow.state.in_(OPEN) | (DeliveryRow.undo == UndoState.WANTED)
