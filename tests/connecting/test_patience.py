"""How many knocks an address takes."""

from services.connecting.knocks import Patience
from services.ports import Rate
from tests.fakes.clock import FakeClock


def test_patience_comes_back_with_time_and_is_kept_for_each(clock: FakeClock) -> None:
    patience = Patience(clock, Rate(per_second=2, burst=2))
    assert [patience.allows(1) for _ in range(3)] == [True, True, False]
    assert patience.allows(2)
    clock.advance(0.5)
    assert [patience.allows(1) for _ in range(2)] == [True, False]
