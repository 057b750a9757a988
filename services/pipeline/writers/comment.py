"""Comments in the timeline: found again by the marker in their last line."""

from services.db.models import DeliveryRow
from services.domain.answer import UndoState
from services.errors import Blind, Gone, Rejected
from services.integrations.base import Connector
from services.integrations.writing import BlindTimeline, Timeline
from services.pipeline.writers.base import Done, Group, Plan, object_of


class CommentWriter:
    async def look(self, connector: Connector, row: DeliveryRow) -> Done | None:
        """Where nobody can look, a person decides; an owner may have said that a rare double is better."""
        if isinstance(connector, BlindTimeline):
            if max(row.tries, 1) > connector.unseen_repeats:
                raise Blind("comments cannot be read there")
            return None
        since = row.attempted_at or row.created_at
        found = await _timeline(connector).find_comment(object_of(row.target), row.marker, since)
        return None if found is None else Done(found)

    async def plan(self, connector: Connector, group: Group) -> Plan:
        return Plan()

    async def send(self, connector: Connector, group: Group, plan: Plan) -> Done:
        (row,) = group
        return Done(await _timeline(connector).add_comment(object_of(row.target), row.body))

    async def undo(self, connector: Connector, row: DeliveryRow) -> UndoState:
        try:
            await _timeline(connector).remove_comment(object_of(row.target), row.remote_id or "")
        except Gone:
            return UndoState.DONE
        except Rejected:
            return UndoState.FAILED
        return UndoState.DONE


def _timeline(connector: Connector) -> Timeline:
    if not isinstance(connector, Timeline):
        raise Rejected("this system has no comments")
    return connector
