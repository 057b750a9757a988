"""Buttons that go on to where a link leads."""

from enum import StrEnum

from handlers.belonging import Number, Press


class LinkTo(StrEnum):
    """What a link leads to, as it stands in the link itself."""

    NEW = "new"
    CHAT = "chat"
    CHATS = "chats"
    FUNNELS = "funnels"


class LinkPress(Press, prefix="ln"):
    """Goes on to where a link leads, in its own company. `number` is as in the link: of a chat or a company."""

    to: LinkTo
    number: Number
