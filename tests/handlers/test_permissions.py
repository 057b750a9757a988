"""Every command, every button and forged callbacks, as stranger, viewer, editor and owner."""

from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import select

from handlers import callbacks as c
from services.access import Action, may
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
from services.domain.workspace import Role
from services.prompts.service import Draft
from tests.harness.world import User, World

COMMANDS: dict[str, Action] = {
    "/new": Action.EDIT_PROMPTS,
    "/prompts": Action.VIEW,
    "/enable all": Action.EDIT_PROMPTS,
    "/enable Первый": Action.EDIT_PROMPTS,
    "/disable Первый": Action.EDIT_PROMPTS,
    "/funnels": Action.EDIT_PROMPTS,
    "/status": Action.VIEW,
    "/integrations": Action.VIEW,
    "/connect": Action.CONNECT,
    "/subscribe": Action.MANAGE_CHATS,
    "/unsubscribe": Action.MANAGE_CHATS,
    "/chats": Action.MANAGE_CHATS,
    "/members": Action.MEMBERS,
    "/settings": Action.VIEW,
    "/cancel": Action.VIEW,
    "/help": Action.VIEW,
}


def presses(prompt: int, integration: int) -> list[tuple[CallbackData, Action]]:
    """Every kind of button there is, aimed at things that exist."""
    acts: list[tuple[CallbackData, Action]] = [
        (c.PromptCard(prompt_id=prompt, act=act, revision=1), Action.EDIT_PROMPTS)
        for act in c.CardAct
        if act is not c.CardAct.SHOW
    ]
    acts += [
        (c.IntegrationPress(integration_id=integration, act=act), Action.CONNECT)
        for act in c.IntegrationAct
        if act is not c.IntegrationAct.SHOW
    ]
    return [
        *acts,
        (c.WizardPress(number=1, act=c.WizardAct.SAVE), Action.EDIT_PROMPTS),
        (c.PromptSwitch(prompt_id=prompt, to=True), Action.EDIT_PROMPTS),
        (c.PromptPick(prompt_id=prompt, to=True), Action.EDIT_PROMPTS),
        (c.PromptAll(to=True), Action.EDIT_PROMPTS),
        (c.NewPrompt(), Action.EDIT_PROMPTS),
        (c.ConnectKind(kind="bitrix24"), Action.CONNECT),
        *((c.ConnectPress(act=act), Action.CONNECT) for act in c.ConnectAct),
        (c.ConnectChoice(step=0, choice=0), Action.CONNECT),
        *((c.FunnelPress(act=act, number=1), Action.EDIT_PROMPTS) for act in c.FunnelAct),
        *((c.RulePress(act=act, number=1), Action.EDIT_PROMPTS) for act in c.RuleAct),
        *((c.RuleWindow(number=1, act=act), Action.EDIT_PROMPTS) for act in c.RuleStep),
        (c.SettingsPress(act=c.SettingsAct.ZONES), Action.SETTINGS),
        (c.SettingsPress(act=c.SettingsAct.ZONE, value="Asia/Omsk"), Action.SETTINGS),
        (c.SettingsPress(act=c.SettingsAct.RECOMMENDED, value="3"), Action.SETTINGS),
        (c.SettingsPress(act=c.SettingsAct.TARIFF), Action.SETTINGS),
        (c.SettingsPress(act=c.SettingsAct.COMPANY_LANGUAGE, value="en"), Action.SETTINGS),
        (c.SettingsPress(act=c.SettingsAct.CURRENCY, value="KZT"), Action.SETTINGS),
        (c.SettingsPress(act=c.SettingsAct.DAILY_CAP), Action.SETTINGS),
        *((c.MemberPress(act=act, number=1), Action.MEMBERS) for act in c.MemberAct),
        (c.CallRetry(call_id=1), Action.RETRY),
        *((c.CallUndo(call_id=1, act=act), Action.UNDO) for act in c.UndoAct),
        (c.PromptList(), Action.VIEW),
        (c.PromptCard(prompt_id=prompt, act=c.CardAct.SHOW), Action.VIEW),
        (c.PromptFilter(), Action.VIEW),
        (c.PromptSearch(), Action.VIEW),
        (c.IntegrationPress(integration_id=integration, act=c.IntegrationAct.SHOW), Action.VIEW),
        (c.IntegrationList(), Action.VIEW),
        (c.StatusRefresh(), Action.VIEW),
        (c.CallStory(call_id=1), Action.VIEW),
        (c.SettingsPress(act=c.SettingsAct.SHOW), Action.VIEW),
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


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.EDITOR])
async def test_nobody_does_what_their_role_does_not_allow(
    world: World, connected: User, role: Role | None
) -> None:
    prompt, integration = await one_prompt(world, connected)
    user = world.stranger() if role is None else await world.member(role, "Борис")
    await user.types("/start")
    before = await everything(world)
    for command, needs in COMMANDS.items():
        if role is not None and may(role, needs):
            continue
        shown = len(user.messages)
        await user.types(command)
        assert len(user.messages) == shown + 1, command
        closed = "закрытый бот" if role is None else "нужны права"
        assert closed in user.last.text, command
    for press, needs in presses(prompt, integration):
        if role is not None and may(role, needs):
            continue
        await user.forges(press.pack())
        answers = ("закрыт",) if role is None else ("нужны права", "устарело")
        assert any(answer in user.alert for answer in answers), press
    assert await everything(world) == before


async def test_an_owner_is_not_turned_away(world: World, connected: User) -> None:
    prompt, integration = await one_prompt(world, connected)
    for command in COMMANDS:
        await connected.types(command)
        assert "нужны права" not in connected.last.text, command
    for press, _ in presses(prompt, integration):
        await connected.forges(press.pack())
        assert "нужны права" not in connected.alert, press


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
    await connected.forges(c.SettingsPress(act=c.SettingsAct.ZONE, value="Mars/Base").pack())
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
