"""Buttons that were never drawn, failures after a press, strangers in groups. Who may do what: `matrix/`."""

from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import select

from handlers.callbacks.cards import CallRetry, CallUndo, UndoAct
from handlers.callbacks.connecting import (
    ConnectAct,
    ConnectChoice,
    ConnectKind,
    ConnectPress,
    IntegrationAct,
    IntegrationList,
    IntegrationPress,
)
from handlers.callbacks.funnels import FunnelAct, FunnelPress, RuleAct, RulePress, RuleStep, RuleWindow
from handlers.callbacks.members import MemberAct, MemberPress
from handlers.callbacks.prompts import (
    CardAct,
    NewPrompt,
    PromptAll,
    PromptCard,
    PromptFilter,
    PromptList,
    PromptPick,
    PromptSearch,
    PromptSwitch,
    WizardAct,
    WizardPress,
)
from handlers.callbacks.workspace import CallStory, SettingsAct, SettingsPress, StatusRefresh, StoryRetry
from services.db.models import (
    AuditRow,
    Base,
    ChatRow,
    FunnelRow,
    IntegrationRow,
    MemberRow,
    PromptRow,
    PromptVersionRow,
    RouteRow,
    StageRow,
    WorkspaceRow,
)
from services.domain.prompt import Ask, Scope
from services.prompts.drafts import Draft
from tests.harness.world import User, World


def presses(prompt: int, integration: int) -> list[CallbackData]:
    """Every kind of button there is, aimed at things that exist."""
    acts: list[CallbackData] = [
        PromptCard(prompt_id=prompt, act=act, revision=1) for act in CardAct if act is not CardAct.SHOW
    ]
    acts += [
        IntegrationPress(integration_id=integration, act=act)
        for act in IntegrationAct
        if act is not IntegrationAct.SHOW
    ]
    return [
        *acts,
        WizardPress(number=1, act=WizardAct.SAVE),
        PromptSwitch(prompt_id=prompt, to=True),
        PromptPick(prompt_id=prompt, to=True),
        PromptAll(to=True),
        NewPrompt(),
        ConnectKind(kind="bitrix24"),
        *(ConnectPress(act=act) for act in ConnectAct),
        ConnectChoice(step=0, choice=0),
        *(FunnelPress(act=act, number=1) for act in FunnelAct),
        *(RulePress(act=act, number=1) for act in RuleAct),
        *(RuleWindow(number=1, act=act) for act in RuleStep),
        SettingsPress(act=SettingsAct.ZONES),
        SettingsPress(act=SettingsAct.ZONE, value="Asia/Omsk"),
        SettingsPress(act=SettingsAct.RECOMMENDED, value="3"),
        SettingsPress(act=SettingsAct.TARIFF),
        SettingsPress(act=SettingsAct.COMPANY_LANGUAGE, value="en"),
        SettingsPress(act=SettingsAct.CURRENCY, value="KZT"),
        SettingsPress(act=SettingsAct.DAILY_CAP),
        *(MemberPress(act=act, number=1) for act in MemberAct),
        CallRetry(call_id=1),
        StoryRetry(call_id=1),
        *(CallUndo(call_id=1, act=act) for act in UndoAct),
        PromptList(),
        PromptCard(prompt_id=prompt, act=CardAct.SHOW),
        PromptFilter(),
        PromptSearch(),
        IntegrationPress(integration_id=integration, act=IntegrationAct.SHOW),
        IntegrationList(),
        StatusRefresh(),
        CallStory(call_id=1),
        SettingsPress(act=SettingsAct.SHOW),
    ]


async def everything(world: World) -> dict[str, Any]:
    """All rows that a person can change."""
    tables: list[type[Base]] = [
        WorkspaceRow,
        MemberRow,
        ChatRow,
        IntegrationRow,
        PromptRow,
        PromptVersionRow,
        FunnelRow,
        StageRow,
        RouteRow,
        AuditRow,
    ]
    async with world.database.read() as session:
        return {
            table.__tablename__: [
                tuple(row) for row in await session.execute(select(table.__table__).order_by("id"))
            ]
            for table in tables
        }


async def one_prompt(world: World, owner: User) -> tuple[int, int]:
    assert owner.member is not None
    (integration,) = await world.integrations.of(1)
    prompt = await world.prompts.create(owner.member, Draft("Первый", (Ask("Кратко?"),), Scope(integration.id)))
    return prompt.id, integration.id


@pytest.mark.parametrize(
    "data",
    [
        "",
        "pw",
        f"pc:{2**63}:o:0",
        "pc:-1:o:0",
        "pw:1",
        "pc:x:o:0",
        "ps:1:2:3:4:5:6",
        "zz:1",
        "pw:9999:p:0",
        "кириллица",
    ],
)
async def test_broken_button_data_does_nothing(world: World, connected: User, data: str) -> None:
    await connected.types("/new")
    before = await everything(world)
    await connected.forges(data)
    assert "устарело" in connected.alert
    assert await everything(world) == before


async def test_a_failure_after_the_press_was_answered_is_said_in_the_chat(world: World, connected: User) -> None:
    _, integration = await one_prompt(world, connected)
    await connected.types("/integrations")
    await connected.press("127.0.0.1")
    await connected.press("Переименовать")
    await connected.types("н" * 61)
    assert "длиннее 60" in connected.last.text
    await connected.forges(SettingsPress(act=SettingsAct.ZONE, value="Mars/Base").pack())
    assert "часового пояса" in connected.last.text
    assert integration


async def test_a_stranger_in_a_group_hears_nothing(world: World, connected: User) -> None:
    stranger = world.stranger()
    group = world.telegram.group("Отдел продаж", [connected.person, stranger.person])
    await world.settle()
    there = stranger.within(group)
    for command in ("/start", "/new", "/subscribe", "/status"):
        await there.types(command)
    assert there.messages == []
