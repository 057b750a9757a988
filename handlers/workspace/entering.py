"""Links that lead in: the claim of the first owner, and invitations."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, User

from handlers import words
from handlers.callbacks import ConnectKind
from handlers.menu import MemberMenu
from handlers.workspace import members_texts, texts
from services.domain.integration import Kind
from services.domain.workspace import Language, Member
from services.errors import NotFound, Refused
from services.members import MemberService
from services.workspaces import WorkspaceService

CLAIM = "claim_"
JOIN = "join_"


async def claim(
    message: Message,
    token: str,
    user: User,
    member: Member | None,
    language: Language,
    workspaces: WorkspaceService,
    menu: MemberMenu,
) -> None:
    """Whoever opens the link first owns the first workspace."""
    try:
        owner = await workspaces.claim(token, user.id, user.full_name)
    except NotFound:
        await message.answer(texts.wrong_claim() if member else texts.closed_door())
        return
    connect = ConnectKind(kind=Kind.BITRIX24).pack()
    button = InlineKeyboardButton(text=texts.connect_button(), callback_data=connect)
    await message.answer(texts.claimed(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    await menu.show(owner, language)


async def join(
    message: Message, token: str, user: User, language: Language, members: MemberService, menu: MemberMenu
) -> None:
    try:
        member = await members.join(token, user.id, user.full_name)
    except NotFound:
        await message.answer(members_texts.wrong_invitation())
        return
    except Refused as error:
        await message.answer(words.refused(error))
        return
    await message.answer(members_texts.joined(member.role))
    await menu.show(member, language)
