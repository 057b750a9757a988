"""Leaving a question that waits for typed words, so that the next remark is not taken for its answer."""

from aiogram.fsm.context import FSMContext

from handlers.states import Dialogue, leave

QUESTIONS = {Dialogue.search.state, Dialogue.prompt_name.state, Dialogue.prompt_text.state}


async def stop_waiting(state: FSMContext) -> None:
    """For whoever turned to the list or a card instead. A wizard that a search put aside goes on."""
    if await state.get_state() not in QUESTIONS:
        return
    if "draft" in await state.get_data():
        await state.set_state(Dialogue.wizard)
    else:
        await leave(state)
