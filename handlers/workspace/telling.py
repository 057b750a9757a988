"""Says something to another person: in their language, and without a word when they cannot be reached."""

import contextlib
from collections.abc import Callable

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.utils.i18n import I18n

from handlers.belonging import present_in
from handlers.menu import MemberMenu
from services.domain.workspace import Language, Member, Workspace
from services.workspace.workspaces import WorkspaceService


class Teller:
    def __init__(self, bot: Bot, i18n: I18n, menu: MemberMenu, workspace: Workspace) -> None:
        self._bot = bot
        self._i18n = i18n
        self._menu = menu
        self._workspace = workspace

    async def tell(self, member: Member, say: Callable[[], str]) -> None:
        language = self._language(member)
        with self._i18n.use_locale(language), present_in(member.workspace_id, member.id):
            text = say()
        with contextlib.suppress(TelegramAPIError):
            await self._bot.send_message(member.user_id, text)

    async def role_changed(self, member: Member, workspaces: WorkspaceService, say: Callable[[], str]) -> None:
        """Their menu changes with it, unless they are at work in another company at present."""
        await show_present_menu(member, workspaces, self._menu)
        await self.tell(member, say)

    async def gone(self, member: Member, workspaces: WorkspaceService, say: Callable[[], str]) -> None:
        """Somebody who belongs to another company as well goes on there."""
        await show_present_menu(member, workspaces, self._menu)
        await self.tell(member, say)

    def _language(self, member: Member) -> Language:
        return member.language or self._workspace.language


async def show_present_menu(member: Member, workspaces: WorkspaceService, menu: MemberMenu) -> None:
    """What the person may do where they work now, whatever became of this membership."""
    known = await workspaces.who_is(member.user_id)
    if known is None:
        await menu.forget(member)
    else:
        await menu.show(known[0], known[0].language or known[1].language)
