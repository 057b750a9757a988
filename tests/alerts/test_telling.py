"""Whom a raised alert reaches, how often, and what may happen to a chat meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from services.db.models import PromptRow, PromptVersionRow
from services.domain.alert import AlertState, AlertVerdict
from services.domain.listening import Form, Hush
from services.domain.workspace import Role
from services.ports import ChatBusy, ChatClosed, ChatGone, ChatMoved, Fenced, TopicGone
from services.prompts.service import PromptService
from services.workspace.workspaces import put_member
from tests.alerts.conftest import Watch
from tests.fakes.rows import OWNER


@pytest.mark.parametrize("state", [AlertState.NO, AlertState.NO_DATA, AlertState.UNPROVEN])
async def test_anything_but_a_proven_yes_is_kept_and_silent(watch: Watch, state: AlertState) -> None:
    await watch.judge(AlertVerdict(state, "этого не было"))
    assert [(row.state, row.quote_at) for row in await watch.rows()] == [(state, None)]
    assert watch.desk.notifier.alerts == []


async def test_once_whatever_is_repeated(watch: Watch) -> None:
    for _ in range(3):
        await watch.judge()
    async with watch.desk.database.write() as session:
        version = await watch.version()
        session.add(
            PromptVersionRow(
                prompt_id=watch.prompt_id,
                number=version.number + 1,
                destination=version.destination,
                options={},
                created_at=watch.desk.clock.now(),
            )
        )
    await watch.judge()
    assert len(await watch.rows()) == 2
    assert len(watch.desk.notifier.alerts) == 1
    assert [(row.sent, row.message_id is not None) for row in await watch.messages()] == [(True, True)]


@pytest.mark.parametrize(
    ("values", "comes"),
    [
        ({"form": Form.ALERTS}, True),
        ({"form": Form.DIGEST}, False),
        ({"quiet": {"begin": "00:00", "end": "23:59", "hush": Hush.HELD}}, True),
        ({"wants": {"prompts": [999]}}, False),
        ({"wants": {"integrations": [999]}}, False),
        ({"wants": {"funnels": [999]}}, False),
        ({"wants": {"only_with_data": True}}, True),
        ({"subscribed": False}, False),
    ],
)
async def test_which_chats_are_told(watch: Watch, values: dict[str, Any], comes: bool) -> None:
    await watch.desk.set_chat(**values)
    await watch.judge()
    assert bool(watch.desk.notifier.alerts) == comes


async def test_a_muted_chat_is_not_told_afterwards_either(watch: Watch) -> None:
    desk = watch.desk
    await desk.set_chat(muted_until=desk.clock.now() + timedelta(hours=1))
    await watch.judge()
    await desk.jobs.run_for(2 * 3600)
    assert desk.notifier.alerts == []


async def test_a_mute_while_the_message_waits_counts(watch: Watch) -> None:
    desk = watch.desk
    desk.notifier.failures.append(ChatBusy(60.0))
    await watch.judge()
    await desk.set_chat(muted_until=desk.clock.now() + timedelta(hours=1))
    await desk.jobs.run_for(2 * 3600)
    assert desk.notifier.alerts == []
    assert [(row.sent, row.message_id) for row in await watch.messages()] == [(True, None)]


async def test_a_muted_prompt_is_silent(watch: Watch) -> None:
    now = watch.desk.clock.now()
    mute = {"since": now.isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    await watch.desk.set_chat(wants={"mutes": {str(watch.prompt_id): mute}})
    await watch.judge()
    assert watch.desk.notifier.alerts == []


@pytest.mark.parametrize(
    ("failure", "told", "chat"),
    [
        (ChatBusy(30.0), 1, (OWNER, 0)),
        (ChatClosed("topic"), 1, (OWNER, 5)),
        (ChatGone("blocked"), 0, (OWNER, 5)),
        (ChatMoved(-100777), 1, (-100777, 5)),
        (TopicGone("deleted"), 1, (OWNER, 0)),
    ],
)
async def test_what_may_happen_to_a_chat(
    watch: Watch, failure: Exception, told: int, chat: tuple[int, int]
) -> None:
    await watch.desk.set_chat(thread_id=0 if isinstance(failure, ChatBusy) else 5)
    watch.desk.notifier.failures.append(failure)
    await watch.judge()
    await watch.desk.jobs.run_for(2 * 3600)
    assert [(one.chat_id, one.thread_id) for one, _ in watch.desk.notifier.alerts] == [chat] * told


async def test_a_topic_whose_chat_listens_too_is_told_once(watch: Watch) -> None:
    desk = watch.desk
    await desk.set_chat(thread_id=5)
    await desk.add_chat(OWNER)
    desk.notifier.failures.append(TopicGone("deleted"))
    await watch.judge()
    await desk.jobs.run_for(60)
    assert [(one.chat_id, one.thread_id) for one, _ in desk.notifier.alerts] == [(OWNER, 0)]


async def test_chosen_people_are_called_while_they_work_here(watch: Watch) -> None:
    desk, member = watch.desk, watch.owner
    prompts = PromptService(desk.database, desk.clock)
    await prompts.alerts.call(member, watch.prompt_id, member.id, to=True)
    async with desk.database.write() as session:
        row = await session.get_one(PromptRow, watch.prompt_id)
        row.tell = [*row.tell, member.id + 77]
    await watch.judge()
    ((_, view),) = desk.notifier.alerts
    assert [(one.user_id, one.name) for one in view.people] == [(OWNER, "Анна")]


async def test_a_private_chat_calls_nobody_who_is_not_there(watch: Watch) -> None:
    """The owner would believe that a colleague has been called, who never sees it."""
    desk, member = watch.desk, watch.owner
    prompts = PromptService(desk.database, desk.clock)
    await prompts.alerts.call(member, watch.prompt_id, member.id, to=True)
    async with desk.database.write() as session:
        await put_member(session, 1, OWNER + 1, "Борис", Role.EDITOR, desk.clock.now())
    await desk.set_chat(chat_id=OWNER + 1, kind="private")
    await watch.judge()
    ((_, view),) = desk.notifier.alerts
    assert view.people == ()


async def test_it_knows_the_card_in_its_own_chat(watch: Watch) -> None:
    desk = watch.desk
    await desk.want()
    await desk.jobs.run_due()
    await desk.add_chat(-500)
    await watch.judge()
    known = {address.chat_id: view.card_message_id for address, view in desk.notifier.alerts}
    assert known == {OWNER: 1, -500: None}


async def test_a_broken_alert_steps_aside_comes_again_and_is_given_up_at_last(watch: Watch) -> None:
    """Before, each look of the sweep broke it once more, for ever."""
    desk = watch.desk
    desk.notifier.failures += [ValueError("a bug")] * 2
    await watch.judge()
    assert [job.due - desk.clock.now() for job in desk.jobs.waiting] == [timedelta(minutes=2)]
    await desk.jobs.run_for(600)
    assert len(desk.notifier.alerts) == 1
    desk.call_id = await desk.add_call(external_id="another")
    desk.notifier.failures += [ValueError("a bug")] * 1000
    await watch.judge()
    await desk.jobs.run_for(3 * 86_400)
    assert desk.jobs.waiting == []
    assert len(desk.notifier.failures) > 900
    assert [(row.sent, row.message_id is None) for row in await watch.messages()] == [(True, False), (True, True)]


async def test_a_process_that_slept_leaves_the_alert_to_whoever_took_over(watch: Watch) -> None:
    desk = watch.desk
    desk.notifier.failures.append(Fenced("one"))
    await watch.judge()
    assert desk.jobs.waiting == []
    (job,) = desk.jobs.done
    await desk.jobs.handlers[job.name](job.key, job.attempt)  # the same job, in another process
    assert len(desk.notifier.alerts) == 1
