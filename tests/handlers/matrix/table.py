"""Who may do what, stated once more by hand: a wrong edit of the product's table, or of a flag, is seen here.

Whoever adds a command, a button, a link, a dialogue or an address writes down here whose it is.
"""

from collections.abc import Mapping
from enum import StrEnum

from handlers.belonging import Press
from handlers.callbacks.alerts import AlertPress, CallCard, HushPress
from handlers.callbacks.cards import CallConsiderDone, CallRetry, CallUndo, CallWriteAgain
from handlers.callbacks.chats import ChatPress
from handlers.callbacks.connecting import (
    ConnectChoice,
    ConnectKind,
    ConnectPress,
    IntegrationAct,
    IntegrationList,
    IntegrationPress,
    OptionPress,
)
from handlers.callbacks.funnels import FunnelPress, RulePress, RuleWindow
from handlers.callbacks.linking import LinkPress, LinkTo
from handlers.callbacks.members import InvitePress, MemberPress
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
    WizardPress,
)
from handlers.callbacks.workspace import (
    CallStory,
    CompanyAct,
    CompanyPress,
    HistoryPress,
    PrivacyPress,
    SettingsAct,
    SettingsPress,
    StatusRefresh,
    StoryRetry,
)
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
    WizardPress: {ANY: Action.EDIT_PROMPTS},
    PromptList: {ANY: Action.VIEW},
    PromptSwitch: {ANY: Action.EDIT_PROMPTS},
    PromptFilter: {ANY: Action.VIEW},
    PromptSearch: {ANY: Action.VIEW},
    PromptCard: {ANY: Action.EDIT_PROMPTS, CardAct.SHOW: Action.VIEW},
    PromptPick: {ANY: Action.EDIT_PROMPTS},
    PromptAll: {ANY: Action.EDIT_PROMPTS},
    NewPrompt: {ANY: Action.EDIT_PROMPTS},
    ConnectKind: {ANY: Action.CONNECT},
    ConnectPress: {ANY: Action.CONNECT},
    ConnectChoice: {ANY: Action.CONNECT},
    IntegrationPress: {ANY: Action.CONNECT, IntegrationAct.SHOW: Action.VIEW},
    OptionPress: {ANY: Action.CONNECT},
    IntegrationList: {ANY: Action.VIEW},
    SettingsPress: {ANY: Action.SETTINGS, SettingsAct.SHOW: Action.VIEW, SettingsAct.LANGUAGE: Action.VIEW},
    PrivacyPress: {ANY: Action.SETTINGS},
    MemberPress: {ANY: Action.MEMBERS},
    InvitePress: {ANY: Action.MEMBERS},
    CompanyPress: {ANY: Action.VIEW, CompanyAct.RENAME: Action.SETTINGS},
    LinkPress: {ANY: Action.VIEW},
    HistoryPress: {ANY: Action.HISTORY},
    StatusRefresh: {ANY: Action.VIEW},
    CallStory: {ANY: Action.VIEW},
    StoryRetry: {ANY: Action.RETRY},
    CallRetry: {ANY: Action.RETRY},
    CallWriteAgain: {ANY: Action.RETRY},
    CallConsiderDone: {ANY: Action.RETRY},
    CallUndo: {ANY: Action.UNDO},
    FunnelPress: {ANY: Action.EDIT_PROMPTS},
    RulePress: {ANY: Action.EDIT_PROMPTS},
    RuleWindow: {ANY: Action.EDIT_PROMPTS},
    ChatPress: {ANY: Action.MANAGE_CHATS},
    AlertPress: {ANY: Action.EDIT_PROMPTS},
    CallCard: {ANY: Action.VIEW},
    HushPress: {ANY: Action.MANAGE_CHATS},
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

BEHIND_LINKS: Mapping[LinkTo, Action] = {
    LinkTo.NEW: Action.EDIT_PROMPTS,
    LinkTo.FUNNELS: Action.EDIT_PROMPTS,
    LinkTo.CHAT: Action.MANAGE_CHATS,
    LinkTo.CHATS: Action.MANAGE_CHATS,
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
    act: StrEnum | None = getattr(press, "to" if isinstance(press, LinkPress) else "act", None)
    return act
