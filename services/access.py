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
    MEMBERS = "members"
    """See, invite and remove people."""


_EDITOR = frozenset({Action.VIEW, Action.EDIT_PROMPTS, Action.MANAGE_CHATS, Action.RETRY, Action.UNDO})

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset({Action.VIEW}),
    Role.EDITOR: _EDITOR,
    Role.OWNER: _EDITOR | {Action.CONNECT, Action.SETTINGS, Action.MEMBERS},
}


def may(role: Role, action: Action) -> bool:
    return action in ALLOWED[role]
