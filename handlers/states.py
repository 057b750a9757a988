"""Conversations that wait for something typed. Lists and cards keep no state at all."""

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup


class Dialogue(StatesGroup):
    wizard = State()
    """The prompt wizard is open; which step it is at stands in the data."""
    search = State()
    prompt_name = State()
    prompt_text = State()
    connecting = State()
    """Values of an account are collected; which ones are there stands in the data, encrypted."""
    integration_name = State()
    integration_option = State()
    """A setting of an integration is typed, or has been tried and waits to be saved."""
    zone = State()
    tariff = State()
    daily_cap = State()
    company_name = State()
    """A new name for the present company, or for one to be opened; which stands in the data."""
    alert_condition = State()
    forget_phone = State()
    """A client's number is typed, or stands in the data until its deletion is confirmed."""
    delete_company = State()
    funnel_name = State()
    """The name of a funnel or stage of our own; whose stands in the data."""
    rule = State()
    """A routing rule is being made; its draft stands in the data beside that of a prompt put aside."""


QUESTIONS = {
    one.state
    for one in (
        Dialogue.search,
        Dialogue.prompt_name,
        Dialogue.prompt_text,
        Dialogue.connecting,
        Dialogue.integration_name,
        Dialogue.integration_option,
        Dialogue.zone,
        Dialogue.tariff,
        Dialogue.daily_cap,
        Dialogue.company_name,
        Dialogue.alert_condition,
        Dialogue.forget_phone,
        Dialogue.delete_company,
        Dialogue.funnel_name,
    )
}
"""Each waits for one thing typed; a wizard is not among them, for its window still stands in the chat."""


async def leave(state: FSMContext) -> None:
    """Ends a conversation. The window counter stays, or an old wizard's window would open a new one's."""
    number = (await state.get_data()).get("number", 0)
    await state.set_state(None)
    await state.set_data({"number": number})


async def stop_waiting(state: FSMContext) -> None:
    """For whoever turned to something else: the next remark is not an answer. A wizard put aside goes on."""
    if await state.get_state() not in QUESTIONS:
        return
    await resume(state)


async def resume(state: FSMContext) -> None:
    """Back to the wizard that was put aside, if there is one."""
    data = await state.get_data()
    if data.get("forget"):
        await state.update_data(forget=None)  # a client's number is kept for nothing else
    if "rule" in data:
        await state.set_state(Dialogue.rule)
    elif "draft" in data:
        await state.set_state(Dialogue.wizard)
    else:
        await leave(state)
