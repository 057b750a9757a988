"""/history: who changed what, narrowed, in pages, and a wording word by word."""

import ast
from collections.abc import Iterator
from pathlib import Path

from handlers import callbacks as c
from handlers.workspace.actions_texts import actions
from services.domain.workspace import Role
from tests.handlers.prompts.making import fill
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
        await other.forges(c.HistoryPress(act=c.HistoryAct.SHOW, number=number).pack())
        assert "Секретный" not in other.last.text
    await other.forges(c.HistoryPress(act=c.HistoryAct.LIST, person=connected.person.id).pack())
    assert "Анна" not in other.last.text


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
