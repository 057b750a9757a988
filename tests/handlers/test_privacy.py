"""/privacy: what leaves for the model, how long words are kept, and how they are deleted for good."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update

from bot.speaking.notifier import TelegramNotifier
from sandbox.faults import Fault
from sandbox.telegram import ShownMessage
from services.db.base import Base
from services.db.models import (
    AlertMessageRow,
    AlertRow,
    AnswerRow,
    AuditRow,
    CallRow,
    CallTargetRow,
    CardRow,
    ChatRow,
    DeliveryRow,
    ForgetOrderRow,
    IntegrationRow,
    MemberRow,
    PostedRow,
    PromptRow,
    PromptVersionRow,
    QuestionRow,
    TranscriptRow,
    VerdictRow,
    WorkspaceRow,
)
from services.domain.call import CallState
from services.domain.card import CardLine, LineState, Written
from services.domain.workspace import ChatAddress, Language, Role, Workspace
from services.forgetting.company import CompanyForgetting
from services.forgetting.posted import Posted, note_posted
from services.jobs.queues import Job
from tests.cards.test_view import view
from tests.fakes.rows import Company, add_prompt
from tests.harness.world import User, World

NUMBER = "+79261234567"
PERSONAL = ("9261234567", "Пётр Клиентов", "тайные слова", "Квартира Петра")


async def workspace(world: World, owner: User) -> Workspace:
    known = await world.workspaces.who_is(owner.person.id)
    assert known is not None
    return known[1]


async def test_the_owner_chooses_what_the_model_sees_and_how_long_words_are_kept(
    world: World, owner: User
) -> None:
    await owner.types("/settings")
    await owner.press("Данные клиентов")
    assert "Модель не видит телефонов" in owner.last.text
    await owner.press("Не скрывать")
    assert "уходят в модель как есть" in owner.last.text
    assert not (await workspace(world, owner)).mask_personal
    await owner.press("Скрывать от модели")
    assert (await workspace(world, owner)).mask_personal
    await owner.press("хранить расшифровки")
    await owner.press("30 дней")
    kept = await workspace(world, owner)
    assert (kept.keep_days, kept.keep_answers_days) == (30, 30)
    await owner.press("хранить ответы")
    await owner.press("всегда")
    kept = await workspace(world, owner)
    assert (kept.keep_days, kept.keep_answers_days) == (30, None)


async def test_at_the_last_step_the_company_is_kept_by_a_button(world: World, owner: User) -> None:
    await owner.types("/privacy")
    await owner.press("Удалить компанию")
    await owner.press("Да, удалить")
    assert "Последний шаг" in owner.last.text
    await owner.press("Назад")
    assert "Данные клиентов" in owner.last.text
    await owner.types("Моя компания")
    assert "Не понял" in owner.last.text
    assert await count(world, WorkspaceRow) == 1


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
async def test_it_is_the_owners_alone(world: World, owner: User, role: Role) -> None:
    other = await world.member(role, "Борис")
    await other.types("/privacy")
    assert not other.sees("Данные клиентов")
    for act in "omtafyds":
        await other.forges(f"pv:{act}:0")
    assert (await workspace(world, owner)).mask_personal
    await other.types("Моя компания")
    assert await count(world, WorkspaceRow) == 1


async def count(world: World, row: type[Base]) -> int:
    async with world.database.read() as session:
        return await session.scalar(select(func.count()).select_from(row)) or 0


async def called(world: World, owner: User, *, phone: str = NUMBER, state: str = CallState.DONE) -> ShownMessage:
    """A call with everything that may be known of it, and its card in the owner's chat."""
    now = world.clock.now()
    async with world.database.write() as session:
        integration = await session.scalar(select(IntegrationRow))
        if integration is None:
            integration = IntegrationRow(
                workspace_id=1, kind="bitrix24", name="П", account="a", secrets="x", state="active", created_at=now
            )
            session.add(integration)
        chat = await session.scalar(select(ChatRow).where(ChatRow.chat_id == owner.person.id))
        if chat is None:
            chat = ChatRow(
                workspace_id=1,
                chat_id=owner.person.id,
                kind="private",
                title="А",
                language="ru",
                subscribed=True,
                created_at=now,
            )
            session.add(chat)
        await session.flush()
        integration_id, chat_id = integration.id, chat.id
    assert owner.member is not None
    company = Company(1, owner.member.id, integration_id, chat_id)
    prompt = await add_prompt(world.database, company, f"П{now}", "Кто?", enabled_at=now, now=now)
    sent = await world.bot.send_message(owner.person.id, "Карточка: Пётр Клиентов")
    alarm = await world.bot.send_message(owner.person.id, "Тревога: тайные слова")
    async with world.database.write() as session:
        version = (
            await session.scalars(select(PromptVersionRow).where(PromptVersionRow.prompt_id == prompt))
        ).one()
        question = (await session.scalars(select(QuestionRow).where(QuestionRow.version_id == version.id))).one()
        call = CallRow(
            workspace_id=1,
            integration_id=integration_id,
            external_id=f"x{sent.message_id}",
            started_at=now,
            duration=60,
            direction="incoming",
            phone=phone,
            client_name="Пётр Клиентов",
            object_title="Квартира Петра",
            object_kind="deal",
            object_id="7",
            traits={"file_name": "9261234567.mp3"},
            refs={"url": "9261234567"},
            state=state,
            due_at=now,
            seen_at=now,
        )
        session.add(call)
        await session.flush()
        of_call: dict[str, Any] = {"call_id": call.id, "version_id": version.id}
        alert = AlertRow(**of_call, prompt_id=prompt, state="raised", quote="тайные слова", created_at=now)
        session.add_all(
            [
                TranscriptRow(
                    call_id=call.id, source="speech", segments=[["тайные слова"]], seconds=1, created_at=now
                ),
                AnswerRow(
                    **of_call,
                    question_id=question.id,
                    state="answered",
                    text="тайные слова",
                    quote="q",
                    created_at=now,
                ),
                VerdictRow(**of_call, prompt_id=prompt, position=1, state="matched"),
                CallTargetRow(
                    call_id=call.id,
                    integration_id=integration_id,
                    object_title="Квартира Петра",
                    object_id="7",
                    state="found",
                    since=now,
                ),
                CardRow(
                    call_id=call.id,
                    chat_id=chat_id,
                    message_id=sent.message_id,
                    shown=1,
                    due_at=now,
                    created_at=now,
                ),
                DeliveryRow(
                    **of_call,
                    prompt_id=prompt,
                    integration_id=integration_id,
                    destination="comment",
                    target="deal:7",
                    part=1,
                    parts=1,
                    marker="m",
                    state="confirmed",
                    body="тайные слова",
                    due_at=now,
                    created_at=now,
                ),
                alert,
            ]
        )
        await session.flush()
        session.add(
            AlertMessageRow(
                alert_id=alert.id,
                chat_id=chat_id,
                message_id=alarm.message_id,
                sent=True,
                due_at=now,
                created_at=now,
            )
        )
    return world.telegram.shown[owner.person.id][sent.message_id]


async def everything(world: World) -> str:
    """All that the database holds about calls, and all that jobs know, as text."""
    told = []
    async with world.database.read() as session:
        for table in ("call", "transcript", "answer", "call_target", "delivery", "alert", "card", "audit"):
            told += [str(row) for row in (await session.execute(text(f'SELECT * FROM "{table}"'))).all()]  # noqa: S608
    return "\n".join(told) + str(world.jobs.__dict__.get("waiting", ""))


async def ask_to_forget(owner: User, number: str = "8 926 123-45-67") -> None:
    await owner.types("/privacy")
    await owner.press("Удалить всё о номере")
    await owner.types(number)


async def test_everything_about_a_number_goes_and_the_owner_is_told(world: World, owner: User) -> None:
    card = await called(world, owner)
    await called(world, owner, state=CallState.TRANSCRIBED)
    await called(world, owner, phone="+79990001122")
    await ask_to_forget(owner)
    assert "2 звонка" in owner.last.text
    assert "4 сообщения в чатах" in owner.last.text
    assert "В CRM останется записей: 2" in owner.last.text
    await owner.press("🧹 Удалить")
    assert owner.sees("Удаляю. Напишу, когда закончу.")
    await world.jobs.run_due()
    assert "Готово: удалены данные звонков: 2." in owner.last.text
    assert card.message_id not in world.telegram.shown[owner.person.id]
    async with world.database.write() as session:
        rows = (await session.scalars(select(CallRow).order_by(CallRow.id))).all()
        assert [(row.state, row.phone) for row in rows] == [
            ("done", ""), ("skipped", ""), ("done", "+79990001122"),
        ]  # fmt: skip
        for row in (await session.scalars(select(AnswerRow).where(AnswerRow.call_id == rows[2].id))).all():
            assert row.text == "тайные слова"
        await session.delete(rows[2])
    kept = await everything(world)
    assert not [told for told in PERSONAL if told in kept]
    assert await count(world, CallRow) == 2
    await ask_to_forget(owner)
    assert "С этим номером звонков нет" in owner.last.text


async def test_whoever_is_no_owner_any_more_hears_nothing_of_it(world: World, owner: User) -> None:
    await called(world, owner)
    await ask_to_forget(owner)
    await owner.press("🧹 Удалить")
    async with world.database.write() as session:
        await session.execute(update(MemberRow).values(role=Role.VIEWER))
    await world.jobs.run_for(300)
    assert not owner.sees("Готово: удалены данные 1 звонка.")
    assert not [told for told in PERSONAL if told in await everything(world)]


async def test_what_telegram_does_not_delete_is_edited_and_words_do_not_wait_for_it(
    world: World, owner: User
) -> None:
    card = await called(world, owner)
    world.clock.advance(timedelta(hours=49).total_seconds())
    await ask_to_forget(owner)
    await owner.press("🧹 Удалить")
    world.telegram.faults.add(Fault("rate_limit", "editMessageText", seconds=90))
    await world.jobs.run_due()
    assert "тайные слова" not in await everything(world)
    assert "Пётр" in card.text
    await world.jobs.run_for(300)
    assert card.text == "🧹 Удалено по просьбе владельца."
    assert owner.sees("Готово: удалены данные 1 звонка.")


async def with_more_messages(world: World, owner: User) -> list[ShownMessage]:
    """A call whose answers came as a file too, and which its chat's digest tells of."""
    await called(world, owner)
    notifier = TelegramNotifier(world.bot, world.i18n, posted=Posted(world.database))
    here = ChatAddress(owner.person.id)
    async with world.database.read() as session:
        call_id = (await session.scalars(select(CallRow.id))).one()
    long = CardLine("Итог", LineState.ANSWERED, "слова клиента " * 1000, written=Written.WRITTEN)
    number = await notifier.show_card(here, Language.RU, view(long, call_id=call_id), None)
    file = world.telegram.shown[owner.person.id][number + 1]
    digest = await world.bot.send_message(owner.person.id, "Сводка: Пётр Клиентов")
    async with world.database.write() as session:
        note_posted(session, {call_id}, owner.person.id, digest.message_id)
    return [file, world.telegram.shown[owner.person.id][digest.message_id]]


@pytest.mark.parametrize("hours", [1, 49])
async def test_files_of_answers_and_digests_go_as_well(world: World, owner: User, hours: int) -> None:
    file, digest = await with_more_messages(world, owner)
    assert file.document is not None
    world.clock.advance(timedelta(hours=hours).total_seconds())
    await ask_to_forget(owner)
    assert "4 сообщения в чатах" in owner.last.text
    await owner.press("🧹 Удалить")
    await world.jobs.run_for(300)
    assert owner.last.text == "Готово: удалены данные 1 звонка."
    there = world.telegram.shown[owner.person.id]
    if hours == 1:
        assert file.message_id not in there
        assert digest.message_id not in there
    else:
        assert digest.text == file.text == "🧹 Удалено по просьбе владельца."
        assert file.document == ("удалено.txt", "🧹 Удалено по просьбе владельца.".encode())
    for table in (PostedRow, CardRow, AlertMessageRow, ForgetOrderRow):
        assert await count(world, table) == 0


async def test_what_is_stuck_is_told_once_and_goes_on_until_it_is_done(world: World, owner: User) -> None:
    card = await called(world, owner)
    await ask_to_forget(owner)
    await owner.press("🧹 Удалить")
    stop = world.telegram.faults.add(Fault("status", "deleteMessage", times=None))
    await world.jobs.run_for(timedelta(hours=48).total_seconds())
    told = [shown.text for shown in owner.messages if "Продолжаю пробовать" in shown.text]
    assert len(told) == 1
    assert told[0].endswith("• А: 2")
    assert 20 > sum(job.name == Job.FORGET for job in world.jobs.done) > 8
    world.telegram.faults.planned.remove(stop)
    world.jobs.lose_all()
    world.clock.advance(timedelta(hours=7).total_seconds())
    await world.pipeline.handlers[Job.SWEEP]("1", 0)
    await world.jobs.run_for(300)
    assert owner.sees("Готово: удалены данные 1 звонка.")
    assert card.text == "🧹 Удалено по просьбе владельца."


async def test_a_chat_that_must_wait_holds_up_no_other(world: World, owner: User) -> None:
    card, group = await called(world, owner), world.telegram.group("Отдел", members=[owner.person])
    shown = await in_group(world, group.id)
    await ask_to_forget(owner)
    await owner.press("🧹 Удалить")
    world.telegram.faults.add(Fault("rate_limit", "deleteMessage", seconds=600))
    await world.jobs.run_due()
    assert (card.message_id in world.telegram.shown[owner.person.id]) != (
        shown.message_id in world.telegram.shown[group.id]
    )


async def in_group(world: World, chat_id: int) -> ShownMessage:
    """The card of the same call, in a group."""
    sent, now = await world.bot.send_message(chat_id, "Карточка: Пётр Клиентов"), world.clock.now()
    async with world.database.write() as session:
        chat = ChatRow(
            workspace_id=1,
            chat_id=chat_id,
            kind="group",
            title="Отдел",
            language="ru",
            subscribed=True,
            created_at=now,
        )
        session.add(chat)
        await session.flush()
        call_id = (await session.scalars(select(CallRow.id))).one()
        session.add(
            CardRow(
                call_id=call_id, chat_id=chat.id, message_id=sent.message_id, shown=1, due_at=now, created_at=now
            )
        )
    return world.telegram.shown[chat_id][sent.message_id]


@pytest.mark.parametrize("lost", ["removed", "moved"])
async def test_the_report_says_where_messages_stay(world: World, owner: User, lost: str) -> None:
    await called(world, owner)
    group = world.telegram.group("Отдел", members=[owner.person])
    await in_group(world, group.id)
    if lost == "removed":
        world.telegram.remove_bot(group, owner.person)
    else:
        world.telegram.migrate(group)
    await world.settle()
    await ask_to_forget(owner)
    assert "3 сообщения в чатах" in owner.last.text
    await owner.press("🧹 Удалить")
    await world.jobs.run_for(300)
    where = "Отдел" if lost == "removed" else "чат, которого больше нет"
    assert owner.last.text.splitlines() == [
        "Готово: удалены данные 1 звонка.",
        "Эти сообщения Telegram убрать не дал, удалите их в чате сами:",
        f"• {where}: 1",
    ]


async def test_a_card_that_was_on_its_way_goes_too(world: World, owner: User) -> None:
    await called(world, owner)
    await ask_to_forget(owner)
    await owner.press("🧹 Удалить")
    await world.jobs.run_due()
    late = await world.bot.send_message(owner.person.id, "Карточка: Пётр Клиентов")
    async with world.database.write() as session:
        (await session.scalars(select(CardRow))).one().message_id = late.message_id
    await world.jobs.run_for(300)
    assert late.message_id not in world.telegram.shown[owner.person.id]
    assert len([one for one in owner.messages if "Готово" in one.text]) == 1


@pytest.mark.parametrize(
    ("phone", "name", "found"),
    [
        ("79261234567", "", True),
        ("8 (926) 123-45-67", "", True),
        ("9261234567", "", True),
        ("+449261234567", "", False),
        ("+79261234568", "", False),
        ("", "2026-03-10 8(926)123-45-67 Анна.mp3", True),
        ("", "in_+79261234567_1.mp3", True),
        ("", "19261234567890.mp3", False),
        ("+79990001122", "9261234567.mp3", False),
        ("", "", False),
    ],
)
async def test_a_number_is_found_however_it_was_written(
    world: World, owner: User, phone: str, name: str, found: bool
) -> None:
    await called(world, owner, phone=phone)
    async with world.database.write() as session:
        (await session.scalars(select(CallRow))).one().traits = {"file_name": name} if name else {}
    await ask_to_forget(owner)
    assert ("1 звонок" in owner.last.text) == found


async def test_a_number_that_is_none_and_a_press_too_late(world: World, owner: User) -> None:
    await called(world, owner)
    await ask_to_forget(owner, "много")
    assert "Не похоже на номер" in owner.last.text
    await owner.types("+7 926 123 45 67")
    sure = owner.last
    await owner.types("/status")
    await owner.press("🧹 Удалить", message=sure)
    await world.jobs.run_due()
    assert "тайные слова" in await everything(world)


async def test_a_button_deletes_the_number_of_its_own_question(world: World, owner: User) -> None:
    """Another number was typed after it: that one has a question, and a button, of its own."""
    await called(world, owner)
    await called(world, owner, phone="+79160000000")
    await ask_to_forget(owner, "+7 916 000-00-00")
    former = owner.last
    await owner.types("8 926 123-45-67")
    await owner.press("🧹 Удалить", message=former)
    await world.jobs.run_due()
    assert await count(world, ForgetOrderRow) == 0
    assert "Этого больше нет" in former.text
    assert await phones(world) == ["+79160000000", NUMBER]


async def phones(world: World) -> list[str]:
    async with world.database.read() as session:
        return sorted(await session.scalars(select(CallRow.phone)))


async def test_another_company_keeps_its_calls_of_the_number(world: World, owner: User) -> None:
    await called(world, owner)
    async with world.database.write() as session:
        session.add(WorkspaceRow(id=77, name="Другая", zone="UTC", language="ru", created_at=world.clock.now()))
        await session.flush()
        (await session.scalars(select(CallRow))).one().workspace_id = 77
    await ask_to_forget(owner)
    assert "С этим номером звонков нет" in owner.last.text


@pytest.mark.parametrize("method", ["deleteMessage", "sendMessage"])
async def test_a_company_that_goes_meanwhile_takes_the_order_along(world: World, owner: User, method: str) -> None:
    """While its messages are taken back, and while its owner is told how it went."""
    await called(world, owner)
    await ask_to_forget(owner)
    await owner.press("🧹 Удалить")
    (order,) = [job for job in world.jobs.waiting if job.name == Job.FORGET]
    gone = asyncio.Event()
    world.telegram.faults.add(Fault("delay", method, seconds=60, until=gone))

    async def company_goes() -> None:
        while not world.telegram.faults.shown:
            await asyncio.sleep(0)
        async with world.database.write() as session:
            for table in (CallRow, PromptRow, WorkspaceRow):
                await session.execute(delete(table))
        gone.set()

    await asyncio.gather(world.jobs.handlers[Job.FORGET](order.key, order.attempt), company_goes())
    assert await count(world, ForgetOrderRow) == 0
    assert [job for job in world.jobs.waiting if job.name == Job.FORGET] == [order]


async def delete_company(owner: User, name: str) -> None:
    await owner.types("/privacy")
    await owner.press("Удалить компанию")
    assert "Вернуть компанию будет нельзя" in owner.last.text
    await owner.press("Да, удалить")
    await owner.types(name)


async def test_a_company_is_deleted_once_its_name_is_typed(world: World, owner: User) -> None:
    await called(world, owner)
    editor = await world.member(Role.EDITOR, "Борис")
    await delete_company(owner, "Чужая компания")
    assert "Название другое" in owner.last.text
    assert await count(world, CallRow) == 1
    await owner.types("  моя Компания ")
    assert "Компания удалена" in owner.last.text
    async with world.database.read() as session:
        row = (await session.scalars(select(IntegrationRow))).one()
        assert (row.secrets, row.state) == ("", "disconnected")
    await editor.types("/status")
    assert not editor.sees("Как идёт работа")
    await world.jobs.run_due()
    assert owner.last.text.startswith("Готово: от компании «Моя компания» ничего не осталось. Удалено звонков: 1,")
    for table in (WorkspaceRow, CallRow, ChatRow, IntegrationRow, AuditRow, AnswerRow, PromptVersionRow):
        assert await count(world, table) == 0


async def test_the_night_finishes_what_a_crash_has_left(world: World, owner: User) -> None:
    await called(world, owner)
    await delete_company(owner, "Моя компания")
    world.jobs.waiting.clear()
    await world.jobs.run_due()
    assert await count(world, WorkspaceRow) == 1
    forgetting: CompanyForgetting = world.company_forgetting
    await forgetting.left_over()
    await world.jobs.run_due()
    assert await count(world, WorkspaceRow) == 0
