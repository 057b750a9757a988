"""The rig of a system whose stand-in is one server."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sandbox.faults import Faults
from sandbox.serving import Server
from tests.integrations.conformance.rig import Rig


class OneStand(Rig):
    """What follows from that."""

    stand: Any
    """Made in `__init__`; each rig says of what class."""
    usual: ClassVar[tuple[str, ...]] = ()
    """Origins of a system with fixed addresses."""

    @property
    def servers(self) -> Sequence[Server]:
        return [self.stand]

    @property
    def faults(self) -> Faults:
        return self.stand.faults  # type: ignore[no-any-return]

    @property
    def origins(self) -> Mapping[str, str]:
        return dict.fromkeys(self.usual, self.stand.url)
