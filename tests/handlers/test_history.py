"""/history: who changed what, narrowed, in pages, and a wording word by word."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert

from handlers.callbacks.workspace import HistoryAct, HistoryPress
from handlers.workspace.actions_texts import actions
from services.db.models import AuditRow
from services.domain.call import CallState, Reason
from services.domain.listening import Form
from services.domain.workspace import Language, Role
from services.listening.chats import ChatService
from services.workspace.history import Topic
from tests.handlers.prompts.making import fill
from tests.handlers.test_status import add_call
from tests.handlers.test_workspaces import opened
from tests.harness.telegram import languages
from tests.harness.world import User, World

BEFORE = "Назови все возражения клиента коротко и по делу, с цитатами, без выводов и советов менеджеру."
AFTER = "Назови три главных возражения клиента коротко и по делу, с цитатами, без выводов и советов менеджеру."


async def test_a_reworded_prompt_shows_what_went_and_what_came(world: World, connected: User) -> None:
    (prompt,) = await fill(world, connected, "Возражения", text=BEFORE)
    assert connected.member is not None
    await world.prompts.reword(connected.member, prompt.id, AFTER, prompt.revision)
    await connected.types("/history")
    assert "Анна — изменён текст промпта «Возражения»" in connected.last.text
    assert "подключена система" in connected.last.text
    assert world.portal.secret not in connected.last.text
    await connected.press("1")
    shown = connected.last
    marked = {
        kind: [
            shown.text[one["offset"] : one["offset"] + one["length"]].strip()
            for one in shown.entities
            if one["type"] == kind
        ]
        for kind in ("strikethrough", "underline")
    }
    assert marked["strikethrough"][:-1] == ["все"]
    assert marked["underline"][:-1] == ["три главных"]
    await connected.press("Назад")
    assert "Кто что менял" in connected.last.text


async def test_it_is_narrowed_to_a_topic_and_a_person(world: World, connected: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    await fill(world, connected, "Первый")
    await fill(world, editor, "Второй")
    await editor.types("/history")
    assert "«Первый»" in editor.last.text
    await editor.press("Кто")
    await editor.press("Борис")
    assert "«Второй»" in editor.last.text
    assert "«Первый»" not in editor.last.text
    await editor.press("Что")
    await editor.press("Системы")
    assert "Пока ничего" in editor.last.text
    await editor.press("Борис" if "Борис" in editor.last.buttons else "Кто")
    await editor.press("Кто угодно")
    assert "подключена система" in editor.last.text
    assert "«Первый»" not in editor.last.text


async def test_it_has_pages_and_remembers_who_is_gone(world: World, connected: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    await fill(world, editor, *(f"Промпт {number}" for number in range(10)))
    assert connected.member is not None
    assert editor.member is not None
    await world.members.remove(connected.member, editor.member.id)
    await connected.types("/history")
    assert "убран из компании «Борис»" in connected.last.text
    await connected.press("Раньше")
    assert "9. " in connected.last.text
    assert "Борис — создан промпт" in connected.last.text
    await connected.press("Новее")
    assert "1. " in connected.last.text


async def test_nobody_reads_another_companys(world: World, connected: User) -> None:
    await fill(world, connected, "Секретный")
    other = await opened(world)
    await other.types("/history")
    assert "Секретный" not in other.last.text
    for number in range(1, 12):
        await other.forges(HistoryPress(act=HistoryAct.SHOW, number=number).pack())
        assert "Секретный" not in other.last.text
    await other.forges(HistoryPress(act=HistoryAct.LIST, person=connected.person.id).pack())
    assert "Анна" not in other.last.text


async def test_a_year_is_told_where_one_might_think_of_another(world: World, owner: User) -> None:
    """It keeps a year; the year is that of the company's zone, and each reader's own language tells it."""
    world.clock.moment = datetime(2025, 12, 31, 20, 30, tzinfo=UTC)
    assert owner.member is not None
    await world.workspaces.set_zone(owner.member, "Europe/Moscow")
    world.clock.moment = datetime(2025, 12, 31, 21, 30, tzinfo=UTC)
    await world.workspaces.set_recommended(owner.member, 5)
    await owner.types("/history")
    assert "31 дек. 2025 г., 23:30" in plain(owner)
    assert "1. 1 янв., 00:30" in plain(owner)
    world.clock.moment = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
    await owner.types("/history")
    assert "1. 1 янв. 2026 г., 00:30" in plain(owner)
    await owner.types("/settings")
    await owner.press("English")
    await owner.types("/history")
    assert "Jan 1, 2026, 00:30" in plain(owner)


async def test_a_line_tells_what_was_and_what_is(world: World, owner: User) -> None:
    """A number leads only to what the line has no room for."""
    member = owner.member
    assert member is not None
    await world.workspaces.set_keep_days(member, 30)
    await world.workspaces.set_keep_days(member, None)
    await world.workspaces.set_daily_cap(member, "500")
    await world.workspaces.set_company_language(member, Language.EN)
    await world.workspaces.set_hard_limit(member, 7)
    await world.workspaces.set_hard_limit(member, None)
    await owner.types("/history")
    for told in (
        "сколько дней хранить разговоры: 30 дней → всегда",
        "лимит на модель в день: без лимита → 500 ₽",
        "язык ответов и карточек: Русский → English",
        "предел промптов в воронке: 7 → без предела",
    ):
        assert told in owner.last.text
    assert not any(text.isdigit() for text in owner.last.buttons)


async def test_calls_chats_and_systems_are_told_by_name(world: World, connected: User) -> None:
    call = await add_call(world, state=CallState.FAILED, reason=Reason.NO_RECORD)
    assert connected.member is not None
    await world.pipeline.calls.retry(connected.member, call)
    group = world.telegram.group("Отдел", [connected.person])
    await connected.within(group).types("/subscribe")
    (chat,) = await ChatService(world.database, world.clock).of(1)
    settings = ChatService(world.database, world.clock).settings
    await settings.set_form(connected.member, chat.id, Form.DIGEST)
    await connected.within(group).types("/unsubscribe")
    await connected.types("/history")
    for told in (
        "повторён звонок: 10 мар., 12:00",
        "чат «Отдел» подписан на карточки",
        "изменён чат «Отдел»: что приходит",
        "чат «Отдел» отписан от карточек",
    ):
        assert told in connected.last.text


async def test_what_the_settings_of_the_installation_did_is_told_as_the_bots(world: World, owner: User) -> None:
    await world.founding.ensure_first([owner.person.id])
    await world.founding.ensure_first([owner.person.id, 909])
    await owner.types("/history")
    assert "бот — новый владелец из настроек бота" in owner.last.text
    await owner.press("Кто")
    assert owner.last.buttons == ["Кто угодно"]


async def test_five_thousand_changes_are_turned_at_once(world: World, owner: User) -> None:
    now = world.clock.now()
    rows = [
        {
            "workspace_id": 1,
            "user_id": owner.person.id + number % 7,
            "action": "prompt_reworded",
            "subject": str(number),
            "details": {"name": f"Промпт {number}", "before": BEFORE, "after": AFTER},
            "at": now - timedelta(minutes=number),
        }
        for number in range(5000)
    ]
    async with world.database.write() as session:
        await session.execute(insert(AuditRow), rows)
    began = perf_counter()
    await owner.types("/history")
    await owner.forges(HistoryPress(act=HistoryAct.LIST, page=600, person=owner.person.id).pack())
    await owner.forges(HistoryPress(act=HistoryAct.LIST, page=624, topic=Topic.PROMPTS).pack())
    assert perf_counter() - began < 1.5
    assert "5000. " in owner.last.text
    await owner.forges(HistoryPress(act=HistoryAct.LIST, page=9999).pack())
    assert "больше ничего нет" in owner.last.text


def plain(user: User) -> str:
    return user.last.text.replace("\u00a0", " ").replace("\u202f", " ")


def noted() -> Iterator[str]:
    """Names of actions that people's changes are noted under."""
    for path in (Path(__file__).parents[2] / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("note", "_note", "_noted"):
                yield from (
                    one.value
                    for one in node.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and "_" in one.value
                )


def test_every_change_has_words() -> None:
    i18n = languages()
    with i18n.context(), i18n.use_locale("ru"):
        assert set(noted()) - set(actions()) == set()
