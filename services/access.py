"""Who may do what: the one table that decides."""

from enum import StrEnum

from services.domain.workspace import Role


class Action(StrEnum):
    VIEW = "view"
    """See prompts, integrations' health, cards, status."""
    EDIT_PROMPTS = "edit_prompts"
    """Create, change, order, delete, switch on and off."""
    MANAGE_CHATS = "manage_chats"
    """Subscribe and unsubscribe chats."""
    RETRY = "retry"
    """Repeat what failed."""
    UNDO = "undo"
    """Take back what was written into the CRM."""
    CONNECT = "connect"
    """Connect, reconnect, rename, disconnect integrations."""
    SETTINGS = "settings"
    """Change settings of the workspace."""
    HISTORY = "history"
    """See who changed what."""
    MEMBERS = "members"
    """See, invite and remove people, give roles."""
    BE_WARNED = "be_warned"
    """Be told by the bot itself that something needs a hand."""


_EDITOR = frozenset(
    {Action.VIEW, Action.EDIT_PROMPTS, Action.MANAGE_CHATS, Action.RETRY, Action.UNDO, Action.HISTORY}
)

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset({Action.VIEW}),
    Role.EDITOR: _EDITOR,
    Role.OWNER: _EDITOR | {Action.CONNECT, Action.SETTINGS, Action.MEMBERS, Action.BE_WARNED},
}
_LADDER = (Role.VIEWER, Role.EDITOR, Role.OWNER)
"""Each may all that the ones before it may."""


def may(role: Role, action: Action) -> bool:
    return action in ALLOWED[role]


def roles_that_may(action: Action) -> tuple[Role, ...]:
    return tuple(role for role in _LADDER if may(role, action))


def is_above(one: Role, other: Role) -> bool:
    """May it more? An invitation raises a member, and never lowers one."""
    return _LADDER.index(one) > _LADDER.index(other)
