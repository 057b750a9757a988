"""A button of another company of the same person's: it does nothing here, and leads there."""

from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.utils.formatting import Text

from handlers.callbacks.workspace import CompanyAct, CompanyPress
from handlers.workspace import company_texts, texts
from services.workspace.companies import CompanyService, Place


async def turn_to_its_company(query: CallbackQuery, company: int | None, companies: CompanyService) -> None:
    """Whoever does not belong to that company hears what is heard of any window that is out of date."""
    own = await companies.of(query.from_user.id)
    place = next((one for one in own if one.workspace.id == company), None)
    if place is None:
        await query.answer(texts.old_window(), show_alert=True)
    elif isinstance(query.message, Message) and query.message.chat.type == "private":
        await query.answer()
        text, keyboard = _offer(place)
        await query.message.answer(**text.as_kwargs(), reply_markup=keyboard)
    else:
        await query.answer(company_texts.elsewhere_in_group(place.workspace.name)[:200], show_alert=True)


def _offer(place: Place) -> tuple[Text, InlineKeyboardMarkup]:
    data = CompanyPress(act=CompanyAct.SWITCH, number=place.workspace.id).pack()
    button = InlineKeyboardButton(text=company_texts.switch_button(place.workspace.name), callback_data=data)
    return company_texts.elsewhere(place.workspace.name), InlineKeyboardMarkup(inline_keyboard=[[button]])
