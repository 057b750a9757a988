"""What a chat wants decides about its cards, and when it is silent."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.db.models import AuditRow, FunnelRow
from services.domain.answer import AnswerState
from services.domain.listening import Form, Hush
from services.domain.workspace import ChatAddress, Language, Member, Role
from services.errors import NotFound
from services.listening.chats import ChatService
from services.listening.settings import Choosing
from tests.cards.conftest import Desk
from tests.fakes.rows import OWNER, add_company, add_funnel

NIGHT: dict[str, Any] = {"begin": "21:00", "end": "09:00"}


def owner(desk: Desk) -> Member:
    return Member(desk.company.member_id, desk.company.workspace_id, OWNER, "Анна", Role.OWNER, None)


def shown(desk: Desk) -> list[str]:
    """The prompts of the only card, or none at all."""
    return [line.prompt_name for line in desk.notifier.latest().lines] if desk.notifier.cards else []


async def show(desk: Desk) -> None:
    await desk.want()
    await desk.jobs.run_due()


@pytest.mark.parametrize("form", [Form.ALERTS, Form.DIGEST])
async def test_other_forms_get_no_cards(desk: Desk, form: Form) -> None:
    await desk.set_chat(form=form)
    await show(desk)
    assert desk.shown() == 0


async def test_only_chosen_prompts_are_shown_and_a_call_without_them_is_not(desk: Desk) -> None:
    await desk.add_verdict("Итог")
    await desk.add_verdict("Бюджет")
    await desk.set_chat(wants={"prompts": [desk.prompts["Бюджет"]]})
    await show(desk)
    assert shown(desk) == ["Бюджет"]
    desk.call_id = await desk.add_call(external_id="other")
    await show(desk)
    assert len(desk.notifier.cards) == 1


async def test_calls_of_other_systems_and_funnels_stay_away(desk: Desk) -> None:
    funnel, _ = await add_funnel(desk.database, desk.company.integration_id, "0", "Продажи", [])
    await desk.set_chat(wants={"integrations": [desk.company.integration_id + 5]})
    await show(desk)
    assert desk.shown() == 0
    await desk.set_chat(wants={"integrations": [desk.company.integration_id], "funnels": [funnel]})
    await desk.set_call(funnel_external_id="1")
    await show(desk)
    assert desk.shown() == 0
    await desk.set_call(funnel_external_id="0")
    await show(desk)
    assert desk.shown() == 1


async def test_a_call_without_data_gets_no_card_until_something_is_found(desk: Desk) -> None:
    await desk.set_chat(wants={"only_with_data": True})
    await desk.add_verdict("Итог")
    await desk.add_verdict("Бюджет")
    await desk.add_answer("Итог", "", AnswerState.NO_DATA)
    await show(desk)
    assert desk.shown() == 0
    await desk.add_answer("Бюджет", "сто тысяч")
    await show(desk)
    assert shown(desk) == ["Итог", "Бюджет"]


async def test_a_muted_chat_misses_calls_and_still_sees_its_cards_change(desk: Desk) -> None:
    await desk.add_verdict("Итог")
    await show(desk)
    await desk.set_chat(muted_until=desk.clock.now() + timedelta(hours=1))
    await desk.add_answer("Итог", "да")
    await show(desk)
    await desk.jobs.run_for(10)
    assert desk.shown() == 2
    desk.call_id = await desk.add_call(external_id="missed")
    await show(desk)
    await desk.jobs.run_for(2 * 3600)
    assert len(desk.notifier.cards) == 1
    desk.call_id = await desk.add_call(external_id="later")
    await show(desk)
    assert len(desk.notifier.cards) == 2


async def test_a_card_that_was_on_its_way_when_the_chat_was_muted_does_not_come(desk: Desk) -> None:
    await desk.want()
    await desk.set_chat(muted_until=desk.clock.now() + timedelta(hours=1))
    await desk.jobs.run_due()
    assert desk.shown() == 0
    assert [card.shown == card.wanted for card in await desk.cards()] == [True]


async def test_a_muted_prompt_is_left_out_of_new_cards_only(desk: Desk) -> None:
    for name in ("Итог", "Бюджет"):
        await desk.add_verdict(name)
    await show(desk)
    chats, member = ChatService(desk.database, desk.clock), owner(desk)
    until = desk.clock.now() + timedelta(hours=1)
    desk.clock.advance(60)
    await chats.settings.mute_prompt(member, desk.company.chat_id, desk.prompts["Итог"], until)
    await desk.add_answer("Итог", "да")
    await show(desk)
    assert shown(desk) == ["Итог", "Бюджет"]
    chat = await chats.settings.mute_prompt(member, desk.company.chat_id, desk.prompts["Итог"], None)
    assert chat.wants.mutes == {}


async def test_quiet_hours_take_the_sound_away(desk: Desk) -> None:
    await desk.set_chat(quiet={**NIGHT, "hush": Hush.SILENT})
    await show(desk)
    desk.clock.advance(10 * 3600)
    desk.call_id = await desk.add_call(external_id="night")
    await show(desk)
    assert desk.notifier.silent == [False, True]


async def test_a_card_of_the_night_comes_once_in_the_morning_and_edits_are_not_held(desk: Desk) -> None:
    await desk.set_chat(quiet={**NIGHT, "hush": Hush.HELD})
    await desk.add_verdict("Итог")
    await show(desk)
    desk.clock.advance(10 * 3600)
    await desk.add_answer("Итог", "да")
    await show(desk)
    assert desk.shown() == 2
    desk.call_id = await desk.add_call(external_id="night")
    for _ in range(3):
        await show(desk)
        await desk.jobs.run_for(60)
    assert len(desk.notifier.cards) == 1
    await desk.jobs.run_for(11 * 3600 + 60)
    assert len(desk.notifier.cards) == 2
    assert desk.shown() == 3


async def test_settings_are_the_company_s_own_and_leave_a_trace(desk: Desk) -> None:
    other = await add_company(desk.database, "https://other.test/rest/1/secret/", desk.clock.now())
    settings, number = ChatService(desk.database, desk.clock).settings, desk.company.chat_id
    stranger = Member(other.member_id, other.workspace_id, 5, "Пётр", Role.OWNER, None)
    with pytest.raises(NotFound):
        await settings.set_form(stranger, number, Form.ALERTS)
    funnel, _ = await add_funnel(desk.database, other.integration_id, "0", "Чужая", [])
    with pytest.raises(NotFound):
        await settings.choose(owner(desk), number, Choosing.FUNNELS, funnel)
    with pytest.raises(NotFound):
        await settings.choose(owner(desk), number, Choosing.INTEGRATIONS, other.integration_id)
    await settings.set_form(owner(desk), number, Form.ALERTS)
    await settings.set_form(owner(desk), number, Form.ALERTS)
    async with desk.database.read() as session:
        noted = await session.scalars(select(AuditRow.details).where(AuditRow.action == "chat_changed"))
        assert [one["what"] for one in noted] == ["form"]
        assert len((await session.scalars(select(FunnelRow))).all()) == 1


async def test_a_choice_with_nothing_left_is_everything_again(desk: Desk) -> None:
    settings, number, member = ChatService(desk.database, desk.clock).settings, desk.company.chat_id, owner(desk)
    one = desk.company.integration_id
    chosen = await settings.choose(member, number, Choosing.INTEGRATIONS, one)
    assert chosen.wants.integrations == frozenset({one})
    for _ in range(2):
        chat = await settings.choose(member, number, Choosing.INTEGRATIONS, one, to=False)
    assert chat.wants.integrations is None


async def test_a_supergroup_keeps_what_the_group_wanted(desk: Desk) -> None:
    chats = ChatService(desk.database, desk.clock)
    member = owner(desk)
    chat = await chats.subscribe(member, ChatAddress(-77), "group", "Отдел", Language.RU)
    await chats.settings.set_form(member, chat.id, Form.ALERTS)
    await chats.moved(-77, -100500)
    (moved,) = [one for one in await chats.of(member.workspace_id) if one.address.chat_id == -100500]
    assert (moved.form, moved.subscribed) == (Form.ALERTS, True)
