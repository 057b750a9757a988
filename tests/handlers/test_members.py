"""People of a workspace: invited by a link that works once and not for ever, removed, never without an owner."""

from sqlalchemy import select

from handlers.callbacks.members import MemberAct, MemberPress
from services.db.models import ChatRow, MemberRow
from services.domain.workspace import Role
from tests.handlers.prompts.making import fill, open_card
from tests.harness.world import User, World


async def invite(owner: User, role: str, term: str = "7 дней") -> str:
    """What the link carries."""
    await owner.types("/members")
    await owner.press("Пригласить")
    await owner.press(role.capitalize())
    if role == "владелец":
        await owner.press("Да, пригласить владельца")
    await owner.press(term)
    return owner.last.text.partition("?start=")[2].split()[0]


async def role_of(world: World, user: User) -> Role | None:
    known = await world.workspaces.who_is(user.person.id)
    return known[0].role if known is not None else None


async def test_an_invitation_works_once(world: World, connected: User) -> None:
    payload = await invite(connected, "редактор")
    await connected.types(f"/start {payload}")
    assert await role_of(world, connected) is Role.OWNER
    editor, late = world.stranger("Борис"), world.stranger("Вера")
    await editor.types(f"/start {payload}")
    assert "вы редактор" in editor.last.text
    await editor.types("/new")
    assert "Звонки какой воронки" in editor.last.text
    await editor.types("/help")
    assert "/members" not in editor.last.text
    assert "1. CRM подключает владелец." in editor.last.text
    await late.types(f"/start {payload}")
    assert "уже использована" in late.last.text
    assert await role_of(world, late) is None


async def test_a_viewer_only_looks_and_a_week_is_the_end(world: World, connected: User) -> None:
    first, second = await invite(connected, "наблюдатель"), await invite(connected, "наблюдатель")
    viewer, late = world.stranger("Борис"), world.stranger("Вера")
    await viewer.types(f"/start {first}")
    assert await role_of(world, viewer) is Role.VIEWER
    await viewer.types("/help")
    assert "Вы видите ответы и карточки" in viewer.last.text
    assert not [command for command in ("/new", "/enable", "/connect") if command in viewer.last.text]
    world.clock.advance(7 * 86_400)
    await late.types(f"/start {second}")
    assert await role_of(world, late) is None


async def test_an_invitation_makes_no_owner(world: World, connected: User) -> None:
    payload = await invite(connected, "редактор")
    token = payload.removeprefix("join_")
    thief = world.stranger("Вор")
    alike = [f"join_{letter}{token[1:]}" for letter in "vo" if letter != token[0]]
    for forged in (f"claim_{token}", f"claim_{token[1:]}", "join_", *alike):
        await thief.types(f"/start {forged}")
        assert await role_of(world, thief) is None, forged


async def test_who_is_removed_is_a_stranger_and_gets_no_cards(world: World, connected: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    await editor.types("/subscribe")
    await connected.types("/members")
    await connected.press("Борис")
    await connected.press("Убрать")
    await connected.press("Да, убрать")
    assert "Борис" not in connected.last.text
    await editor.types("/prompts")
    assert "закрытый бот" in editor.last.text
    async with world.database.read() as session:
        chat = (await session.scalars(select(ChatRow).where(ChatRow.chat_id == editor.person.id))).one()
        assert not chat.subscribed


async def test_the_last_owner_stays(world: World, connected: User) -> None:
    assert connected.member is not None
    await connected.types("/members")
    await connected.forges(MemberPress(act=MemberAct.REMOVE_SURE, number=connected.member.id).pack())
    assert "последний владелец" in connected.alert
    assert await role_of(world, connected) is Role.OWNER


async def test_whoever_looked_around_alone_may_be_invited(world: World, connected: User) -> None:
    world.signup = True
    world.restart()
    payload = await invite(connected, "редактор")
    alone = world.stranger("Борис")
    await alone.types("/start")
    assert await role_of(world, alone) is Role.OWNER
    await alone.types(f"/start {payload}")
    known = await world.workspaces.who_is(alone.person.id)
    assert known is not None
    assert (known[0].role, known[1].id) == (Role.EDITOR, 1)


async def test_a_link_has_a_term_or_none_and_may_be_taken_back(world: World, connected: User) -> None:
    lasting, brief = (
        await invite(connected, "наблюдатель", "Без срока"),
        await invite(connected, "редактор", "1 день"),
    )
    revoked = await invite(connected, "редактор")
    await connected.press("Отозвать")
    world.clock.advance(2 * 86_400)
    people = [world.stranger(name) for name in ("Борис", "Вера", "Глеб")]
    for person, payload in zip(people, (lasting, brief, revoked), strict=True):
        await person.types(f"/start {payload}")
    assert [await role_of(world, person) for person in people] == [Role.VIEWER, None, None]
    await connected.types("/members")
    await connected.press("Приглашения")
    for told in ("по ней вошёл Борис", "⛔ отозвана", "⌛ срок вышел", "от Анна"):
        assert told in connected.last.text


async def test_an_open_link_is_taken_back_from_the_list(world: World, connected: User) -> None:
    payload = await invite(connected, "редактор")
    await connected.types("/members")
    await connected.press("Приглашения")
    await connected.press("✏️ Редактор")
    await connected.press("Отозвать")
    assert "⛔ отозвана" in connected.last.text
    late = world.stranger("Борис")
    await late.types(f"/start {payload}")
    assert await role_of(world, late) is None


async def test_an_owner_is_invited_and_links_end_with_who_made_them(world: World, connected: User) -> None:
    second = world.stranger("Борис")
    await second.types(f"/start {await invite(connected, 'владелец')}")
    assert await role_of(world, second) is Role.OWNER
    left_open = await invite(second, "владелец", "Без срока")
    await connected.types("/members")
    await connected.press("Борис")
    await connected.press("Сделать наблюдателем")
    assert "Теперь вы наблюдатель" in second.last.text
    late = world.stranger("Вера")
    await late.types(f"/start {left_open}")
    assert await role_of(world, late) is None


async def test_an_invitation_never_lowers_a_member(world: World, connected: User) -> None:
    editor = await world.member(Role.EDITOR, "Борис")
    payload = await invite(connected, "наблюдатель")
    await editor.types(f"/start {payload}")
    assert "Вы уже в компании" in editor.last.text
    assert await role_of(world, editor) is Role.EDITOR
    fresh = world.stranger("Вера")
    await fresh.types(f"/start {payload}")
    assert await role_of(world, fresh) is Role.VIEWER


async def test_roles_on_buttons_begin_as_all_buttons_do(world: World, connected: User) -> None:
    await connected.types("/members")
    await connected.press("Пригласить")
    assert connected.last.buttons == ["✏️ Редактор", "👁 Наблюдатель", "👑 Владелец", "‹ Назад"]


async def test_roles_change_at_once(world: World, connected: User) -> None:
    viewer = await world.member(Role.VIEWER, "Борис")
    await connected.types("/members")
    await connected.press("Борис")
    await connected.press("Сделать редактором")
    assert "Теперь вы редактор" in viewer.last.text
    await viewer.types("/new")
    assert "Звонки какой воронки" in viewer.last.text
    await connected.press("Сделать наблюдателем")
    await viewer.press("Любая воронка")
    assert "нужны права" in viewer.alert


async def test_whoever_is_lowered_is_asked_no_more(world: World, connected: User) -> None:
    """What they write is no answer any more, and they hear why once."""
    editor = await world.member(Role.EDITOR, "Борис")
    (prompt,) = await fill(world, connected, "Первый")
    await open_card(editor)
    await editor.press("Текст")
    await connected.types("/members")
    await connected.press("Борис")
    await connected.press("Сделать наблюдателем")
    for told in ("нужны права", "Не понял"):
        await editor.types("Новый текст")
        assert told in editor.last.text
    assert [one.text for one in await world.prompts.all(1)] == [prompt.text]


async def test_what_comes_unasked_is_in_the_language_of_their_telegram(world: World, connected: User) -> None:
    """They never chose one here, and the company speaks Russian."""
    english = world.stranger("Bill", "en")
    await english.types(f"/start {await invite(connected, 'редактор')}")
    await connected.types("/members")
    await connected.press("Bill")
    await connected.press("Сделать наблюдателем")
    assert "You are a viewer in" in english.last.text
    await connected.press("Убрать")
    await connected.press("Да, убрать")
    assert "You no longer work in" in english.last.text


async def test_ownership_is_handed_over(world: World, connected: User) -> None:
    heir = await world.member(Role.EDITOR, "Борис")
    await connected.types("/members")
    await connected.press("Борис")
    await connected.press("Передать владение")
    await connected.press("Да, передать")
    assert "владелец теперь «Борис»" in connected.last.text
    assert [await role_of(world, user) for user in (heir, connected)] == [Role.OWNER, Role.EDITOR]
    assert "Теперь вы владелец" in heir.last.text
    await connected.types("/members")
    assert "нужны права владельца" in connected.last.text, "an editor is not told to ask an editor"
    assert heir.member is not None
    await heir.forges(MemberPress(act=MemberAct.VIEWER, number=heir.member.id).pack())
    assert "последний владелец" in heir.alert
    assert await role_of(world, heir) is Role.OWNER


async def test_a_company_of_very_many_is_leafed_through(world: World, connected: User) -> None:
    """In one piece it was more than Telegram takes, and nobody could be seen or removed any more."""
    async with world.database.write() as session:
        for number in range(1, 121):
            session.add(
                MemberRow(
                    workspace_id=1,
                    user_id=10_000 + number,
                    name=f"Сотрудник {number}",
                    role=Role.VIEWER,
                    created_at=world.clock.now(),
                )
            )
    await connected.types("/members")
    assert "Сотрудник 1" in connected.last.buttons
    assert "Сотрудник 20" in connected.last.text
    assert "Сотрудник 21" not in connected.last.text
    for page in range(2, 7):
        await connected.press(f"{page} ›")
    assert "Сотрудник 120" in connected.last.buttons
    await connected.press("‹ 5")
    assert "Сотрудник 100" in connected.last.buttons
    await connected.forges(MemberPress(act=MemberAct.LIST, number=10**9).pack())
    assert "Сотрудник 120" in connected.last.buttons
