"""The dispatcher: middlewares, routers, and the services handlers receive by name."""

from typing import Any

from aiogram import Dispatcher
from aiogram.fsm.storage.memory import SimpleEventIsolation
from aiogram.utils.i18n import I18n

from bot.hearing.following import Follows
from bot.hearing.fsm_storage import DatabaseStorage
from bot.hearing.middlewares import Acquaintance, Heard, Once, Rights, TurnsAway
from bot.hearing.patience import Patience
from handlers import build_router
from services.db.unit_of_work import Database
from services.listening.chats import ChatService
from services.ports import Clock
from services.workspace.companies import CompanyService
from services.workspace.workspaces import WorkspaceService


def build_dispatcher(
    *,
    database: Database,
    clock: Clock,
    i18n: I18n,
    workspaces: WorkspaceService,
    chats: ChatService,
    companies: CompanyService,
    patience: Patience | None = None,
    **services: Any,
) -> Dispatcher:
    """Without `patience` people may ask as fast as they like."""
    dispatcher = Dispatcher(
        storage=DatabaseStorage(database, clock),
        # Without it two presses run at once, and both pass a check of the window's number.
        events_isolation=SimpleEventIsolation(),
        clock=clock,
        i18n=i18n,
        workspaces=workspaces,
        chats=chats,
        companies=companies,
        **services,
    )
    if patience is not None:
        dispatcher.update.outer_middleware(patience)
    dispatcher.update.outer_middleware(Once())
    dispatcher.update.outer_middleware(Acquaintance(workspaces, i18n))
    dispatcher.message.outer_middleware(Heard(chats))
    dispatcher.message.outer_middleware(Follows(companies))
    router = build_router()
    for observer in (router.message, router.edited_message, router.callback_query):
        observer.middleware(Rights())
        observer.middleware(TurnsAway())
    dispatcher.include_router(router)
    return dispatcher
