"""Who may do what, stated once more by hand: a wrong edit of the product's table, or of a flag, is seen here.

Whoever adds a command, a button, a link, a dialogue or an address writes down here whose it is.
"""

from collections.abc import Mapping
from enum import StrEnum

from handlers import callbacks as c
from handlers.belonging import Press
from handlers.states import Dialogue
from services.access import Action
from services.domain.workspace import Role

RIGHTS: Mapping[Role, str] = {
    Role.VIEWER: "view",
    Role.EDITOR: "view edit_prompts manage_chats retry undo history",
    Role.OWNER: "view edit_prompts manage_chats retry undo history connect settings members be_warned",
}

COMMANDS: Mapping[Action, str] = {
    Action.VIEW: "help cancel workspace leave settings status integrations prompts",
    Action.EDIT_PROMPTS: "new enable disable funnels",
    Action.MANAGE_CHATS: "subscribe unsubscribe chats",
    Action.HISTORY: "history",
    Action.CONNECT: "connect",
    Action.SETTINGS: "privacy",
    Action.MEMBERS: "members",
}

Acts = Mapping[StrEnum | None, Action]
ANY: None = None
"""Every act that is not named beside it."""

PRESSES: Mapping[type[Press], Acts] = {
    c.WizardPress: {ANY: Action.EDIT_PROMPTS},
    c.PromptList: {ANY: Action.VIEW},
    c.PromptSwitch: {ANY: Action.EDIT_PROMPTS},
    c.PromptFilter: {ANY: Action.VIEW},
    c.PromptSearch: {ANY: Action.VIEW},
    c.PromptCard: {ANY: Action.EDIT_PROMPTS, c.CardAct.SHOW: Action.VIEW},
    c.PromptPick: {ANY: Action.EDIT_PROMPTS},
    c.PromptAll: {ANY: Action.EDIT_PROMPTS},
    c.NewPrompt: {ANY: Action.EDIT_PROMPTS},
    c.ConnectKind: {ANY: Action.CONNECT},
    c.ConnectPress: {ANY: Action.CONNECT},
    c.ConnectChoice: {ANY: Action.CONNECT},
    c.IntegrationPress: {ANY: Action.CONNECT, c.IntegrationAct.SHOW: Action.VIEW},
    c.OptionPress: {ANY: Action.CONNECT},
    c.IntegrationList: {ANY: Action.VIEW},
    c.SettingsPress: {ANY: Action.SETTINGS, c.SettingsAct.SHOW: Action.VIEW, c.SettingsAct.LANGUAGE: Action.VIEW},
    c.PrivacyPress: {ANY: Action.SETTINGS},
    c.MemberPress: {ANY: Action.MEMBERS},
    c.InvitePress: {ANY: Action.MEMBERS},
    c.CompanyPress: {ANY: Action.VIEW, c.CompanyAct.RENAME: Action.SETTINGS},
    c.LinkPress: {ANY: Action.VIEW},
    c.HistoryPress: {ANY: Action.HISTORY},
    c.StatusRefresh: {ANY: Action.VIEW},
    c.CallStory: {ANY: Action.VIEW},
    c.CallRetry: {ANY: Action.RETRY},
    c.CallWriteAgain: {ANY: Action.RETRY},
    c.CallConsiderDone: {ANY: Action.RETRY},
    c.CallUndo: {ANY: Action.UNDO},
    c.FunnelPress: {ANY: Action.EDIT_PROMPTS},
    c.RulePress: {ANY: Action.EDIT_PROMPTS},
    c.RuleWindow: {ANY: Action.EDIT_PROMPTS},
    c.ChatPress: {ANY: Action.MANAGE_CHATS},
    c.AlertPress: {ANY: Action.EDIT_PROMPTS},
    c.CallCard: {ANY: Action.VIEW},
    c.HushPress: {ANY: Action.MANAGE_CHATS},
}

DIALOGUES: Mapping[Action, str] = {
    Action.VIEW: "search company_name",
    Action.EDIT_PROMPTS: "wizard prompt_name prompt_text alert_condition funnel_name rule",
    Action.CONNECT: "connecting integration_name integration_option",
    Action.SETTINGS: "zone tariff daily_cap forget_phone delete_company",
}
"""What is typed while a question waits. A name for a company of one's own is everybody's; renaming the present one
asks for the right once more when the name comes."""

LINKS: Mapping[str, Action | None] = {
    "claim_": None,
    "join_": None,
    "new_": Action.EDIT_PROMPTS,
    "funnels_": Action.EDIT_PROMPTS,
    "chat_": Action.MANAGE_CHATS,
    "chats_": Action.MANAGE_CHATS,
}
"""Ways in by `/start`; None: for whoever holds the token."""

BEHIND_LINKS: Mapping[c.LinkTo, Action] = {
    c.LinkTo.NEW: Action.EDIT_PROMPTS,
    c.LinkTo.FUNNELS: Action.EDIT_PROMPTS,
    c.LinkTo.CHAT: Action.MANAGE_CHATS,
    c.LinkTo.CHATS: Action.MANAGE_CHATS,
}
"""`LinkPress` leads into a company of one's own; what is opened there is asked for again."""

OPEN = {
    "workspace.start.start",
    "chats.standing.migrated",
    "chats.standing.reopened",
    "chats.standing.anonymous",
    "chats.standing.faceless",
    "chats.standing.standing_changed",
    "connecting.guarding.pasted",
}
"""Handlers that strangers reach."""

EVENTS = {"message", "edited_message", "callback_query", "my_chat_member", "error"}
"""What the bot listens to. Posts of channels, inline queries and everything else reach nobody."""

ADDRESSES = {
    ("GET", "/healthz"),
    ("HEAD", "/healthz"),
    ("GET", "/metrics"),
    ("HEAD", "/metrics"),
    ("POST", "/telegram"),
    ("GET", "/hook/{token}"),
    ("HEAD", "/hook/{token}"),
    ("POST", "/hook/{token}"),
    ("GET", "/oauth/{kind}"),
}


def allows(role: Role | None, needed: Action | None) -> bool:
    """By this table, without asking the product's."""
    return needed is None or (role is not None and needed in RIGHTS[role].split())


def of_command(command: str) -> Action:
    (right,) = [right for right, names in COMMANDS.items() if command in names.split()]
    return right


def of_dialogue(state: str) -> Action:
    name = state.removeprefix(f"{Dialogue.__name__}:")
    (right,) = [right for right, names in DIALOGUES.items() if name in names.split()]
    return right


def of_press(press: Press) -> Action:
    acts = PRESSES[type(press)]
    return acts.get(act_of(press), acts[ANY])


def act_of(press: Press) -> StrEnum | None:
    act: StrEnum | None = getattr(press, "to" if isinstance(press, c.LinkPress) else "act", None)
    return act
