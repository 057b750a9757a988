"""Buttons of systems: the connect dialogue, an integration, its settings."""

from enum import StrEnum

from handlers.belonging import Number, Press

ANY_KIND = "any"
"""Not a system: the list of them."""


class ConnectKind(Press, prefix="ik"):
    """`renew` is the integration whose access is renewed; 0: a new account. ANY_KIND shows what there is."""

    kind: str
    renew: Number = 0


class ConnectAct(StrEnum):
    CANCEL = "x"
    BACK = "b"
    SKIP = "s"
    CHECK = "c"
    REPLACE = "r"
    SEPARATE = "n"


class ConnectPress(Press, prefix="ix"):
    """A button of the connect dialogue; `step` is the number of the step it stands under."""

    act: ConnectAct
    step: Number = 0


class ConnectChoice(Press, prefix="ic"):
    """A choice of a step; both point into the catalogue's entry."""

    step: Number
    choice: Number


class IntegrationAct(StrEnum):
    SHOW = "o"
    CHECK = "c"
    RENAME = "n"
    DISCONNECT = "d"
    DISCONNECT_SURE = "y"
    KNOCKS = "k"


class IntegrationPress(Press, prefix="ip"):
    integration_id: Number
    act: IntegrationAct


class OptionAct(StrEnum):
    LIST = "l"
    ASK = "a"
    CHOOSE = "c"
    SAVE = "s"
    DEFAULT = "d"


class OptionPress(Press, prefix="io"):
    """A button of an integration's settings; `option` and `choice` point into the catalogue's entry."""

    integration_id: Number
    act: OptionAct
    option: Number = 0
    choice: Number = 0


class IntegrationList(Press, prefix="il"):
    """Back to all integrations."""
