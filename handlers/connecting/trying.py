"""The live check of an account, and what follows from it: saved, moved, or what to mend."""

from aiogram.types import CallbackQuery, Message
from aiogram.utils.formatting import Text

from handlers.callbacks.connecting import ConnectAct, ConnectPress
from handlers.connecting import keyboards, texts
from handlers.connecting.asking import question
from handlers.connecting.draft import Desk, Draft
from handlers.editing import as_text, redraw
from handlers.states import leave
from services.errors import Refused, RemoteError
from services.integrations.base import Check


async def try_account(progress: Message, desk: Desk, draft: Draft) -> None:
    """Nothing is saved before the check says that it will work; `progress` is the message that tells it."""
    try:
        await _complete(desk, draft)
        check = await desk.integrations.try_out(draft.kind, draft.stored)
    except Refused as error:
        await _failed(progress, draft, f"❌ {texts.refused(draft.kind, error)}")
        return
    except RemoteError as error:
        await _failed(progress, draft, f"❌ {texts.failure(draft.kind, error)}")
        return
    result = texts.check_result(draft.kind, check)
    if not check.ok:
        await _failed(progress, draft, result + "\n\n" + texts.not_connected())
        return
    other = await desk.integrations.moves(desk.member, draft.renew, check)
    if other is not None:
        asked = result + "\n\n" + texts.another_account(other.name, check.account)
        await progress.edit_text(**asked.as_kwargs(), reply_markup=keyboards.another_account())
        return
    await _save(progress, desk, draft, check, into=0)


async def _complete(desk: Desk, draft: Draft) -> None:
    """Kept before anything else happens: a code works once, and the tokens made of it come once."""
    if draft.stored:
        return
    try:
        draft.stored = dict(await desk.integrations.complete(draft.kind, draft.values))
    except (Refused, RemoteError) as error:
        wrong = error.values.get("again", ()) if isinstance(error, Refused) else ()
        if draft.forget_link() | draft.forget(_fields(wrong)):
            await desk.keep(draft)
        raise
    await desk.keep(draft)


def _fields(named: object) -> tuple[str, ...]:
    """Of a refusal that says which answers were wrong."""
    return tuple(str(one) for one in named) if isinstance(named, tuple) else ()


async def _failed(progress: Message, draft: Draft, text: Text | str) -> None:
    step = draft.step
    again = texts.again_button()
    if step is not None:
        again = texts.enter_again_button() if step.link else texts.give_again_button()
    keyboard = keyboards.after_failure(draft.kind, draft.renew, again)
    await progress.edit_text(**as_text(text).as_kwargs(), reply_markup=keyboard)


async def _save(progress: Message, desk: Desk, draft: Draft, check: Check, *, into: int) -> None:
    try:
        saved = await desk.integrations.connect(desk.member, draft.kind, draft.stored, check, into=into)
    except RemoteError as error:
        await _failed(progress, draft, f"❌ {texts.failure(draft.kind, error)}")
        return
    await leave(desk.state)
    told = texts.connected(draft.entry.abilities, renewed=saved.renewed, moved=saved.moved)
    result = texts.check_result(draft.kind, check) + "\n\n" + told
    keyboard = keyboards.connected(saved.integration.id, has_options=bool(draft.entry.options))
    await progress.edit_text(**result.as_kwargs(), reply_markup=keyboard)


async def try_again(query: CallbackQuery, desk: Desk) -> None:
    draft = await desk.load()
    if draft.step is not None:
        await redraw(query, *await question(desk, draft))
        return
    progress = await redraw(query, texts.checking())
    if progress is not None:
        await try_account(progress, desk, draft)


async def decide(query: CallbackQuery, callback_data: ConnectPress, desk: Desk) -> None:
    """The renewed access belongs to another account: take its place, or stand beside it."""
    draft = await desk.load()
    progress = await redraw(query, texts.checking())
    if not draft.stored or progress is None:
        return
    try:
        check = await desk.integrations.try_out(draft.kind, draft.stored)
    except RemoteError as error:
        await _failed(progress, draft, f"❌ {texts.failure(draft.kind, error)}")
        return
    into = draft.renew if callback_data.act is ConnectAct.REPLACE else 0
    await _save(progress, desk, draft, check, into=into)
