"""A chat that was closed takes messages again: what waits for it comes at once, not with its next try."""

from sqlalchemy import select

from services.alerts.raising import put_alert
from services.cards.wanted import put_card
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
        now = self._clock.now()
        async with self._database.write() as session:
            here = select(ChatRow.id).where(ChatRow.chat_id == chat_id)
            cards = await session.scalars(
                select(CardRow)
                .where(CardRow.chat_id.in_(here), CardRow.shown < CardRow.wanted)
                .order_by(CardRow.id)
                .limit(MOST)
                .with_for_update()
            )
            for card in cards.all():
                await put_card(session, self._jobs, card, now)
            alerts = await session.scalars(
                select(AlertMessageRow)
                .where(AlertMessageRow.chat_id.in_(here), AlertMessageRow.sent.is_(False))
                .order_by(AlertMessageRow.id)
                .limit(MOST)
                .with_for_update()
            )
            for row in alerts.all():
                await put_alert(session, self._jobs, row, now)
