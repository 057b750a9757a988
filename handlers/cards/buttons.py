"""The button under a card: do again what failed."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.callbacks import CallRetry
from handlers.cards import texts
from services.access import Action
from services.calls import CallService
from services.domain.workspace import Member


async def retry(query: CallbackQuery, callback_data: CallRetry, member: Member, calls: CallService) -> None:
    await calls.retry(member, callback_data.call_id)
    await query.answer(texts.retrying())


def build_router() -> Router:
    router = Router(name="cards")
    router.callback_query.register(retry, CallRetry.filter(), flags={"needs": Action.RETRY})
    return router
