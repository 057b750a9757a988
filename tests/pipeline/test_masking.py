"""Whether a client's telephone leaves for the model is the company's own choice; the CRM has it either way."""

import json

import pytest

from sandbox.recordings import Line
from services.db.models import WorkspaceRow
from tests.pipeline.scenes import prepared
from tests.pipeline.world import TALK, World

NUMBER = "8 926 123-45-67"


@pytest.mark.parametrize("masked", [True, False])
async def test_the_telephone_is_in_the_comment_and_leaves_only_if_allowed(world: World, masked: bool) -> None:
    async with world.database.write() as session:
        row = await session.get_one(WorkspaceRow, world.company.workspace_id)
        row.settings = {"mask_personal": masked}
    deal = await prepared(world, "Какой номер телефона оставил клиент?")
    line = Line("client", f"Запишите мой номер телефона {NUMBER}, жду звонка.")
    world.portal.add_call(deal=deal, recording=world.sound([*TALK, line]), filename="call.wav")
    await world.pull()
    await world.jobs.run_due()
    sent = json.dumps([asked.body for asked in world.model.asked("chat")], ensure_ascii=False)
    assert ("мой номер телефона [ТЕЛ-1]" in sent, "926" in sent) == (masked, not masked)
    (comment,) = world.portal.comments("deal", deal)
    assert NUMBER in comment.text
    assert "[ТЕЛ" not in comment.text
