"""Somebody is back from a system's own page: the dialogue goes on in the chat, as if a code had been typed."""

from aiogram import Bot

from handlers.connecting import texts
from handlers.connecting.asking import question
from handlers.connecting.draft import Desk, Draft
from handlers.connecting.trying import try_account
from services.connecting.permits import Permit


async def go_on(bot: Bot, desk: Desk, permit: Permit, value: str) -> None:
    """`value` is the code and where it came from; empty: they did not let us in there."""
    draft = await desk.begin(permit.kind, permit.renew)
    draft.values = dict(permit.values)
    link = next((step for step in draft.entry.steps if step.link), None)
    if link is None:
        return
    draft.pass_over(link)
    if value:
        draft.answer(link, value)
    await desk.keep(draft)
    if not value or draft.step is not None:
        await _ask(bot, desk, draft, refused=not value)
        return
    progress = await bot.send_message(desk.chat_id, texts.checking())
    await try_account(progress, desk, draft)


async def _ask(bot: Bot, desk: Desk, draft: Draft, *, refused: bool) -> None:
    text, keyboard = await question(desk, draft)
    if refused:
        text = texts.not_let_in() + "\n\n" + text
    await bot.send_message(desk.chat_id, **text.as_kwargs(), reply_markup=keyboard)
