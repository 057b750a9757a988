"""Buttons of the people of a company and of invitations."""

from enum import StrEnum

from handlers.belonging import Number, Press


class MemberAct(StrEnum):
    LIST = "l"
    SHOW = "o"
    OWNER = "w"
    OWNER_SURE = "s"
    EDITOR = "e"
    VIEWER = "v"
    HAND_OVER = "h"
    HAND_OVER_SURE = "g"
    REMOVE = "d"
    REMOVE_SURE = "y"


class MemberPress(Press, prefix="mm"):
    """`number` is our number of a member; of a list, its page."""

    act: MemberAct
    number: Number = 0


class InviteAct(StrEnum):
    ROLE = "r"
    SURE = "s"
    TERM = "t"
    MAKE = "m"
    LIST = "l"
    SHOW = "o"
    REVOKE = "x"


class InvitePress(Press, prefix="mi"):
    """`role` and `days` are of the link to be made (days 0: for ever), `number` is of one that is there."""

    act: InviteAct
    role: str = ""
    days: Number = 0
    number: Number = 0
