"""The shared proof of pulls, access, rates and recordings for a folder that was given by a link."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.clock import FakeClock
from tests.integrations.conformance import test_access, test_limits, test_pulling, test_recordings
from tests.integrations.conformance.conftest import desk, doors, lines
from tests.integrations.conformance.rig import Rig
from tests.integrations.yandex_disk.shared_rig import SharedRig

__all__ = ["desk", "doors", "lines"]

test_expired = test_access.test_an_expired_access_is_told_as_such
test_renewed = test_access.test_a_renewed_access_goes_on_where_it_stopped
test_broken = test_access.test_a_broken_line_is_no_lost_access_and_loses_nothing
test_one_broken = test_access.test_one_broken_answer_among_good_ones_loses_nothing
test_rate = test_limits.test_the_rate_of_the_contract_is_kept
test_once = test_pulling.test_a_call_comes_once_and_says_what_it_was
test_edges = test_pulling.test_the_edges_of_a_page
test_meanwhile = test_pulling.test_a_call_that_comes_while_pages_are_read_is_not_lost
test_nothing_new = test_pulling.test_looking_again_and_again_brings_nothing_new
test_history = test_pulling.test_the_first_look_takes_no_history
test_gap = test_pulling.test_a_gap_of_a_day_loses_nothing
test_portions = test_pulling.test_catching_up_comes_in_bounded_portions
test_clock = test_pulling.test_a_clock_that_differs_loses_no_call
test_zone = test_pulling.test_local_times_are_read_in_the_zone_of_the_account
test_odd_rows = test_pulling.test_odd_rows_do_not_stop_the_others
test_second_process = test_pulling.test_a_second_process_goes_on_where_the_first_one_stopped
test_whole = test_recordings.test_a_recording_comes_whole
test_gone_afterwards = test_recordings.test_the_file_is_gone_afterwards
test_no_recording = test_recordings.test_a_broken_line_is_no_recording


@pytest.fixture
async def rig(clock: FakeClock) -> AsyncIterator[Rig]:
    async with SharedRig(clock) as started:
        yield started
