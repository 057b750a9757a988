"""People come back from a system's own page to our address: they read a line, the dialogue goes on in Telegram."""

import re
from html import escape

import structlog
from aiogram import Bot, Dispatcher
from aiogram.utils.i18n import I18n
from aiohttp import web

from handlers.belonging import present_in
from handlers.connecting import pages
from handlers.connecting.draft import Desk
from handlers.connecting.returning import go_on
from handlers.workspace.texts import broke
from services.connecting.connections import IntegrationService
from services.connecting.permits import Permit, Permits
from services.domain.workspace import Language
from services.errors import NotFound
from services.nursery import Nursery

log = structlog.get_logger(__name__)

_CODE = re.compile(r"[\x21-\x7e]{1,4096}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,255}")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PAGE = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title>'
    '<body style="font:18px/1.5 sans-serif;max-width:24em;margin:20vh auto;padding:0 1em;text-align:center">'
    "<h1>{title}</h1><p>{text}</p></body></html>"
)


class Returns:
    """Nothing that came with the request is shown on the page, and the code is in no log."""

    def __init__(
        self, dispatcher: Dispatcher, bot: Bot, i18n: I18n, integrations: IntegrationService, permits: Permits
    ) -> None:
        self._dispatcher = dispatcher
        self._bot = bot
        self._i18n = i18n
        self._integrations = integrations
        self._permits = permits

    async def answer(self, request: web.Request, nursery: Nursery) -> web.Response:
        """The page comes at once; the exchange and the check are told in the chat."""
        query = request.query
        try:
            permit = await self._permits.take(request.match_info["kind"], query.get("state", ""))
        except NotFound:
            return self._page(Language.RU, "late", status=400)
        code, refused = query.get("code", ""), query.get("error", "")
        language = permit.member.language or Language.RU
        if refused or not _CODE.fullmatch(code):
            nursery.start(self._go_on(permit, "", language))
            return self._page(language, "refused")
        host = query.get("referer", "")
        value = f"{code} {host}" if _HOST.fullmatch(host) else code
        nursery.start(self._go_on(permit, value, language))
        return self._page(language, "done")

    async def _go_on(self, permit: Permit, value: str, language: Language) -> None:
        """In the turn of this person's presses, as if it were one of them."""
        state = self._dispatcher.fsm.get_context(self._bot, permit.chat_id, permit.member.user_id)
        desk = Desk(permit.member, state, self._integrations, self._permits)
        async with self._dispatcher.fsm.events_isolation.lock(key=state.key):
            member = permit.member
            with (
                self._i18n.context(),
                self._i18n.use_locale(language),
                present_in(member.workspace_id, member.id),
            ):
                try:
                    await go_on(self._bot, desk, permit, value)
                except NotFound:
                    log.info("return_too_late")  # the right went while the account was tried
                except Exception:
                    # No update brought us here, so nobody else would say it.
                    log.exception("return_broke")
                    await self._bot.send_message(permit.chat_id, broke())

    def _page(self, language: Language, outcome: str, status: int = 200) -> web.Response:
        with self._i18n.context(), self._i18n.use_locale(language):
            title, text = pages.told(outcome)
        page = PAGE.format(language=language, title=escape(title), text=escape(text))
        return web.Response(text=page, content_type="text/html", status=status, headers=HEADERS)
