"""Links that lead in: the claim of the first owner, and invitations."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, User

from handlers import words
from handlers.belonging import present_in
from handlers.callbacks.connecting import ANY_KIND, ConnectKind
from handlers.menu import MemberMenu
from handlers.workspace import inviting_texts, texts
from services.domain.workspace import Language, Member
from services.errors import NotFound, Refused
from services.workspace.companies import CompanyService
from services.workspace.founding import Founding
from services.workspace.invitations import InvitationService

CLAIM = "claim_"
JOIN = "join_"


async def claim(
    message: Message,
    token: str,
    user: User,
    member: Member | None,
    language: Language,
    founding: Founding,
    menu: MemberMenu,
) -> None:
    """Whoever opens the link first owns the first workspace."""
    try:
        owner = await founding.claim(token, user.id, user.full_name, language)
    except NotFound:
        await message.answer(texts.wrong_claim() if member else texts.closed_door())
        return
    with present_in(owner.workspace_id, owner.id):
        connect = ConnectKind(kind=ANY_KIND).pack()
    button = InlineKeyboardButton(text=texts.connect_button(), callback_data=connect)
    await message.answer(texts.claimed(), reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    await menu.show(owner, language)


async def join(
    message: Message,
    token: str,
    user: User,
    former: Member | None,
    language: Language,
    invitations: InvitationService,
    companies: CompanyService,
    menu: MemberMenu,
) -> None:
    """`former` is who the person was when they opened the link."""
    try:
        member = await invitations.join(token, user.id, user.full_name, language)
    except NotFound:
        await message.answer(inviting_texts.wrong_invitation())
        return
    except Refused as error:
        await message.answer(words.refused(error))
        return
    several = await companies.of(user.id)
    company = next(one.workspace.name for one in several if one.member.id == member.id)
    known = former is not None and former.id == member.id and former.role is member.role
    told = inviting_texts.here_already if known else inviting_texts.joined
    more = [inviting_texts.several_companies()] if len(several) > 1 else []
    with present_in(member.workspace_id, member.id):
        await message.answer("\n\n".join([told(member.role, company), *more]))
    await menu.show(member, language)
