"""⚙️ on the card: present values, a choice or a typed one, a trial before it is saved, and who may."""

import pytest
from sqlalchemy import select

from services.db.models import AuditRow, IntegrationRow
from services.domain.integration import Kind
from services.domain.workspace import Role
from services.errors import Unreachable
from services.integrations.entry import CatalogueEntry
from tests.fakes.systems import Cabinet, Telephony, telephony
from tests.handlers.connecting.conftest import connect_cabinet
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


async def options_of(world: World) -> dict[str, str]:
    async with world.database.read() as session:
        (row,) = await session.scalars(select(IntegrationRow))
        return dict(row.options)


async def open_settings(user: User) -> None:
    await user.types("/integrations")
    await user.press("Кабинет")
    await user.press("Настройки")


async def test_facts_stand_until_somebody_chooses(world: World, owner: User, cabinet: Cabinet) -> None:
    cabinet.facts["zone"] = "Europe/Moscow"
    await connect_cabinet(owner)
    await owner.press("Настройки")
    assert "Опция zone: Europe/Moscow" in owner.last.text
    assert "Опция pattern: как в кабинете" in owner.last.text
    assert "omsk_office" not in owner.last.text
    assert await options_of(world) == {}


async def test_a_typed_value_is_tried_shown_and_only_then_saved(
    world: World, owner: User, cabinet: Cabinet
) -> None:
    await connect_cabinet(owner)
    await open_settings(owner)
    await owner.press("Опция pattern")
    assert "что поставить в pattern" in owner.last.text
    assert "Сейчас: как в кабинете" in owner.last.text
    await owner.types("bad!")
    assert "не подходит" in owner.last.text
    await owner.types("plain")
    assert "❌ строка read" in owner.last.text
    assert "Так сохранить нельзя" in owner.last.text
    assert not any("Сохранить" in one for one in owner.last.buttons)
    await owner.forges("io:1:s:1:0")
    assert "больше нет" in owner.alert
    await owner.types("{phone}.mp3")
    assert "✅ строка read" in owner.last.text
    assert await options_of(world) == {}
    world.restart()
    await owner.press("Сохранить")
    assert "Сохранено" in owner.last.text
    assert "Опция pattern: {phone}.mp3" in owner.last.text
    assert await options_of(world) == {"pattern": "{phone}.mp3"}
    assert any(shown.text == "{phone}.mp3" for shown in world.telegram.messages(owner.chat))
    await world.connectors.get(1)
    assert cabinet.opened_with[-1]["pattern"] == "{phone}.mp3"


async def test_the_button_of_an_older_trial_saves_nothing(world: World, owner: User) -> None:
    await connect_cabinet(owner)
    await open_settings(owner)
    await owner.press("Опция pattern")
    await owner.types("{one}")
    await owner.press("Назад")
    await owner.forges("io:1:s:1:0")
    assert "больше нет" in owner.alert
    assert await options_of(world) == {}


async def test_audit_says_which_and_never_what(world: World, owner: User) -> None:
    await connect_cabinet(owner)
    await open_settings(owner)
    await owner.press("Опция pattern")
    await owner.types("{one}")
    await owner.press("Сохранить")
    async with world.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.action == "integration_option"))
        (row,) = rows
    assert row.details == {"name": "Кабинет", "option": "pattern", "to": "set"}
    assert row.user_id == owner.person.id


async def test_a_renewal_keeps_what_people_chose(world: World, owner: User) -> None:
    await connect_cabinet(owner)
    await open_settings(owner)
    await owner.press("Опция pattern")
    await owner.types("{one}")
    await owner.press("Сохранить")
    await connect_cabinet(owner, "key-two")
    assert await options_of(world) == {"pattern": "{one}"}


async def test_a_trial_that_cannot_be_made_saves_nothing(world: World, owner: User, cabinet: Cabinet) -> None:
    await connect_cabinet(owner)
    await open_settings(owner)
    await owner.press("Опция pattern")
    cabinet.failures.append(Unreachable())
    await owner.types("{one}")
    assert "не отвечает" in owner.last.text
    assert await options_of(world) == {}
    await owner.types("{two}")
    await owner.press("Сохранить")
    assert await options_of(world) == {"pattern": "{two}"}


class TestWithoutATrial:
    @pytest.fixture
    def catalogue(self, catalogue: dict[Kind, CatalogueEntry], cabinet: Cabinet) -> dict[Kind, CatalogueEntry]:
        return {**catalogue, Kind.NOVOFON: telephony(cabinet, Telephony)}

    async def test_a_choice_is_saved_at_once_and_may_be_taken_back(self, world: World, owner: User) -> None:
        await connect_cabinet(owner)
        await open_settings(owner)
        await owner.press("Опция zone")
        asked = owner.last
        assert asked.buttons == ["выбрать Europe/Moscow", "выбрать Asia/Omsk", "‹ Назад"]
        await owner.types("Asia/Omsk")
        assert "Выберите кнопкой" in owner.last.text
        await owner.press("выбрать Asia/Omsk")
        assert await options_of(world) == {"zone": "Asia/Omsk"}
        assert "Опция omsk_office" in asked.text
        await owner.press("Опция zone")
        await owner.press("Вернуть как было")
        assert await options_of(world) == {}
        await owner.types("обед")
        assert "Не понял" in owner.last.text

    async def test_leaving_means_leaving(self, world: World, owner: User) -> None:
        await connect_cabinet(owner)
        await open_settings(owner)
        await owner.press("Опция pattern")
        await owner.press("Назад")
        await owner.types("обед в час")
        assert await options_of(world) == {}
        await owner.press("Опция pattern")
        await owner.types("/status")
        await owner.types("обед в час")
        assert await options_of(world) == {}


async def test_buttons_of_another_time_do_nothing(world: World, owner: User) -> None:
    await connect_cabinet(owner)
    for data in ("io:1:a:9:0", "io:1:c:0:9", "io:1:a:2:0", "io:9:l:0:0", "io:1:d:2:0"):
        await owner.forges(data)
        assert "больше нет" in owner.alert, data
    assert await options_of(world) == {}


async def test_only_owners_and_only_in_private(world: World, owner: User) -> None:
    await connect_cabinet(owner)
    editor = await world.member(Role.EDITOR, "Борис")
    for act in "lacsd":
        await editor.forges(f"io:1:{act}:0:0")
        assert "нужны права" in editor.alert
    there = owner.within(world.telegram.group("Отдел продаж", [owner.person]))
    await there.types("/integrations")
    await there.press("Кабинет")
    await there.press("Настройки")
    assert "личной переписке" in there.alert
    assert await options_of(world) == {}
