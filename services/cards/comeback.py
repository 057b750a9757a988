"""A chat takes messages that it did not take before: what waits for it comes at once, not with its next try."""

from sqlalchemy import ColumnElement, select

from services.alerts.raising import put_alert
from services.cards.wanted import put_card
from services.db.locking import LOCK
from services.db.models import AlertMessageRow, CardRow, ChatRow
from services.db.unit_of_work import Database
from services.ports import Clock, Jobs

MOST = 500
"""What is left comes with its own next try."""


class Comeback:
    def __init__(self, database: Database, jobs: Jobs, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    async def run(self, chat_id: int) -> None:
        """A topic was opened again, or the bot was given a right, anywhere in this chat of Telegram."""
        await self._put_waiting(ChatRow.chat_id == chat_id)

    async def of_company(self, workspace_id: int) -> None:
        """Its clock was changed: what is held until the morning waits for another one."""
        await self._put_waiting(ChatRow.workspace_id == workspace_id)

    async def _put_waiting(self, which: ColumnElement[bool]) -> None:
        now = self._clock.now()
        async with self._database.write() as session:
            here = select(ChatRow.id).where(which)
            cards = await session.scalars(
                select(CardRow)
                .where(CardRow.chat_id.in_(here), CardRow.shown < CardRow.wanted)
                .order_by(CardRow.id)
                .limit(MOST)
                .with_for_update(**LOCK)
            )
            # Chats in the order of their numbers, as everybody locks them.
            for card in sorted(cards, key=lambda one: one.chat_id):
                await put_card(session, self._jobs, card, now)
            alerts = await session.scalars(
                select(AlertMessageRow)
                .where(AlertMessageRow.chat_id.in_(here), AlertMessageRow.sent.is_(False))
                .order_by(AlertMessageRow.id)
                .limit(MOST)
                .with_for_update(**LOCK)
            )
            for row in alerts.all():
                await put_alert(session, self._jobs, row, now)
