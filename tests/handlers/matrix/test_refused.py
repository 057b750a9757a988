"""What somebody may not do: nobody lets them in, nothing is told, no row changes, nothing leaves."""

from services.domain.workspace import Role
from tests.handlers.matrix import scene, table
from tests.handlers.matrix.routes import Probe, every_probe, one_for_each_route
from tests.handlers.matrix.scene import Tries
from tests.harness.world import User, World

PROBES = every_probe()
ROUTES = one_for_each_route(PROBES)


def refused_to(role: Role | None) -> tuple[Probe, ...]:
    found = tuple(probe for probe in ROUTES if not table.allows(role, probe.needs))
    assert len(found) > 30
    return found


async def test_a_role_gets_no_further_than_its_rights(first: World, owner: User) -> None:
    """Stranger, viewer and editor, each alone and in the group that listens to the company."""
    people = {
        None: first.stranger("Сергей"),
        Role.VIEWER: await first.member(Role.VIEWER, "Вера"),
        Role.EDITOR: await first.member(Role.EDITOR, "Егор"),
    }
    groups = await scene.in_group(first, owner, *people.values())
    reached = scene.watch(first)
    own = {chat for user in (*people.values(), *groups) for chat in (user.chat.id,)}
    before = await scene.state_of(first, own)
    for (role, private), group in zip(people.items(), groups, strict=True):
        probes = refused_to(role)
        for user, some in ((private, probes), (group, [one for one in probes if not one.link])):
            tries = Tries(user, reached)
            await tries.refused(some)
            assert tries.failures == [], role
    assert await scene.state_of(first, own) == before


async def test_whoever_was_removed_has_dead_windows(first: World, owner: User) -> None:
    """An editor who had everything open, alone and in the group: removed, they are a stranger everywhere."""
    user = await first.member(Role.EDITOR, "Роман")
    (group,) = await scene.in_group(first, owner, user)
    for command in ("/prompts", "/chats", "/history", "/integrations", "/status", "/subscribe", "/new"):
        await user.types(command)
        await group.types(command)
    drawn = {
        place: [
            button["callback_data"]
            for shown in place.messages
            for row in shown.keyboard
            for button in row
            if "callback_data" in button
        ]
        for place in (user, group)
    }
    assert sum(map(len, drawn.values())) > 20
    assert user.member is not None
    assert owner.member is not None
    await first.members.remove(owner.member, user.member.id)
    reached = scene.watch(first)
    own = {user.chat.id, group.chat.id}
    before = await scene.state_of(first, own)
    for place in (user, group):
        tries = Tries(place, reached)
        windows = [Probe("", None, data=data) for data in dict.fromkeys(drawn[place])]
        await tries.refused(windows)
        answers = [Probe("prompts.wizard.answering.typed", None, text="Название промпта")]
        await tries.refused([*answers, *(one for one in refused_to(None) if not one.link or place is user)])
        assert tries.failures == []
        assert reached.routes == []
    assert await scene.state_of(first, own) == before


async def test_whoever_was_lowered_keeps_only_what_is_left(first: World, owner: User) -> None:
    """An editor with a wizard, a name and a wording half typed becomes a viewer."""
    user = await first.member(Role.EDITOR, "Лев")
    await user.types("/new")
    await user.press("Любая воронка")
    assert user.member is not None
    assert owner.member is not None
    await first.members.set_role(owner.member, user.member.id, Role.VIEWER)
    reached = scene.watch(first)
    before = await scene.state_of(first, {user.chat.id})
    tries = Tries(user, reached)
    windows = [
        Probe("prompts.wizard.answering.pressed", None, data=button["callback_data"])
        for row in user.last.keyboard
        for button in row
    ]
    await tries.refused([*windows, Probe("prompts.wizard.answering.typed", None, text="Название")])
    assert tries.failures == []
    assert await scene.state_of(first, {user.chat.id}) == before


async def test_the_owner_of_another_company_neither_sees_nor_changes_anything(first: World, owner: User) -> None:
    first.signup = True
    first.restart()
    user = first.stranger("Ева")
    await user.types("/start")
    (group,) = await scene.in_group(first, owner, user)
    reached = scene.watch(first)
    before = {k: row for k, row in (await scene.rows(first)).items() if scene.belongs_to_the_first(k, row)}
    assert {"workspace", "prompt", "prompt_version", "call", "integration", "member"} <= {n for n, _ in before}
    portal = len(first.portal.calls)
    foreign = [probe for probe in ROUTES if probe.data]
    for place, mark, probes in ((user, "", PROBES), (user, "@1", foreign), (group, "", ROUTES)):
        tries = Tries(place, reached)
        await tries.blind([one for one in probes if not one.link or place is user], mark)
        assert tries.failures == []
    after = {k: row for k, row in (await scene.rows(first)).items() if scene.belongs_to_the_first(k, row)}
    assert after == before
    assert len(first.portal.calls) == portal
