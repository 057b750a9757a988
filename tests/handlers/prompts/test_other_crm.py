"""Prompts of a telephony whose answers go into the deal of a CRM."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.db.unit_of_work import Database
from services.domain.integration import Kind, ObjectKind
from services.domain.prompt import Destination, Prompt
from services.domain.workspace import Role
from services.integrations.catalogue import CATALOGUE
from tests.fakes.clock import FakeClock
from tests.fakes.telephony import Exchange
from tests.handlers.funnels.conftest import add_telephony
from tests.harness.world import User, World

pytestmark = pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)


@pytest.fixture
async def world(database: Database, clock: FakeClock, tmp_path: Path) -> AsyncIterator[World]:
    catalogue = {**CATALOGUE, Kind.NOVOFON: Exchange(tmp_path).entry()}
    async with World(database, clock, catalogue) as opened:
        await add_telephony(opened, "Телефония", "phones.test")
        yield opened


async def begin(owner: User) -> None:
    await owner.types("/new")
    await owner.press("Телефония")
    await owner.press("Любая воронка")


async def finish_text(owner: User) -> None:
    await owner.types("Возражения")
    await owner.types("Какие были возражения?")
    await owner.press("Готово")


async def the_prompt(world: World) -> Prompt:
    (prompt,) = await world.prompts.all(1)
    return prompt


async def test_a_comment_in_the_deal_of_the_caller(world: World, connected: User) -> None:
    await begin(connected)
    assert not any("·" in button for button in connected.last.buttons)
    await connected.press("Комментарий к сделке")
    await finish_text(connected)
    assert "нахожу по номеру клиента" in connected.last.text
    await connected.press("Сохранить")
    place = (await the_prompt(world)).version.place
    assert place.destination is Destination.COMMENT
    assert place.into is not None
    await connected.types("/prompts")
    await connected.press("⚙️ 1")
    assert "нахожу по номеру клиента" in connected.last.text


async def test_fields_are_those_of_the_crm(world: World, connected: User) -> None:
    world.portal.add_field("deal", "Бюджет клиента", "money")
    await begin(connected)
    await connected.press("Поля сделки")
    await connected.types("Бюджет")
    await connected.press("Бюджет клиента")
    await connected.types("Какой бюджет?")
    await connected.press("Готово")
    await connected.press("Сохранить")
    place = (await the_prompt(world)).version.place
    assert (place.destination, place.object_kind) == (Destination.FIELDS, ObjectKind.DEAL)
    assert place.into is not None


async def test_the_destination_may_become_the_card_alone(world: World, connected: User) -> None:
    await begin(connected)
    await connected.press("Комментарий к сделке")
    await finish_text(connected)
    await connected.press("Сохранить")
    await connected.types("/prompts")
    await connected.press("⚙️ 1")
    await connected.press("Куда писать")
    await connected.press("Только в карточку")
    await connected.press("Прежний текст")
    place = (await the_prompt(world)).version.place
    assert (place.destination, place.into) == (Destination.CHAT, None)


async def test_of_two_crms_each_is_named(world: World, connected: User) -> None:
    world.portal.secret = "another"
    await connected.types("/connect")
    await connected.press("Битрикс24")
    await connected.types(world.portal.webhook_url.replace("127.0.0.1", "localhost"))
    await begin(connected)
    comments = [button for button in connected.last.buttons if "Комментарий" in button]
    assert comments == ["💬 Комментарий · 127.0.0.1", "💬 Комментарий · localhost"]


async def test_without_a_crm_it_is_said_how_to_get_one(world: World) -> None:
    owner = await world.member(Role.OWNER)
    await owner.types("/new")
    await owner.press("Любая воронка")
    assert "подключите CRM: /connect" in owner.last.text
    assert [button for button in owner.last.buttons if "карточку" in button]
