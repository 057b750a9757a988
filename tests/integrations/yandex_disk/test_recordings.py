"""Recordings: whole or not at all, by links that are good for once, wherever the file lies by now."""

from dataclasses import replace

import pytest

from sandbox.faults import Fault
from services.domain.call import FoundCall
from services.errors import Rejected, Unreachable
from tests.integrations.yandex_disk.conftest import FOLDER, Bench

SOUND = b"ID3\x04\x00\x00" + bytes(range(256)) * 40


async def found(bench: Bench) -> FoundCall:
    cursor = await bench.start()
    bench.disk.tree.upload(f"{FOLDER}/Отдел: 50% #1/звонок.mp3", SOUND)
    (call,), _ = await bench.gather(cursor)
    return call


async def heard(bench: Bench, call: FoundCall) -> bytes | None:
    async with bench.connector.recording(call) as path:
        return None if path is None else path.read_bytes()


async def test_a_recording_comes_whole_and_our_token_stays_here(bench: Bench) -> None:
    call = await found(bench)
    assert await heard(bench, call) == SOUND
    assert bench.disk.leaks == 0
    assert len(bench.disk.asked("download")) == 1


async def test_a_link_is_never_kept(bench: Bench) -> None:
    call = await found(bench)
    assert await heard(bench, call) == SOUND
    bench.clock.advance(5 * 3600)
    assert await heard(bench, call) == SOUND


async def test_an_expired_link_is_asked_for_again(bench: Bench) -> None:
    """The page that says so is HTML, with 500, 403 or 410."""
    call = await found(bench)
    for status in (500, 410):
        bench.disk.faults.add(Fault("html", "download", status=status))
    assert await heard(bench, call) == SOUND
    assert len(bench.disk.asked("link")) == 3


async def test_a_download_that_ends_early_is_thrown_away(bench: Bench) -> None:
    """Its length says nothing of it: only size and MD5 tell."""
    call = await found(bench)
    bench.disk.cut = 2
    assert await heard(bench, call) == SOUND
    bench.disk.cut = 9
    with pytest.raises(Unreachable):
        await heard(bench, call)


async def test_other_bytes_of_the_same_size_are_no_recording(bench: Bench) -> None:
    call = await found(bench)
    node = bench.disk.tree.find(call.refs["path"])
    node.content = SOUND[::-1]
    with pytest.raises(Unreachable):
        await heard(bench, call)


async def test_a_moved_file_is_found_where_it_lies_now(bench: Bench) -> None:
    call = await found(bench)
    node = bench.disk.tree.find(call.refs["path"])
    bench.disk.tree.move(node, f"{FOLDER}/2026/март/обработан.mp3")
    assert await heard(bench, call) is None
    (now,) = await bench.connector.refresh([call])
    assert now.external_id == call.external_id
    assert now.refs["path"] == f"{FOLDER}/2026/март/обработан.mp3"
    assert await heard(bench, now) == SOUND


async def test_a_replaced_or_deleted_file_is_no_recording_of_the_call(bench: Bench) -> None:
    call = await found(bench)
    bench.disk.tree.upload(call.refs["path"], b"ID3 another sound")
    assert await heard(bench, call) is None
    assert await bench.connector.refresh([call]) == []
    bench.disk.tree.remove(bench.disk.tree.find(call.refs["path"]))
    assert await heard(bench, call) is None


async def test_a_locked_file_is_tried_later(bench: Bench) -> None:
    call = await found(bench)
    node = bench.disk.tree.find(call.refs["path"])
    node.locked = True
    with pytest.raises(Unreachable):
        await heard(bench, call)
    node.locked = False
    assert await heard(bench, call) == SOUND


async def test_files_that_were_cleaned_up_are_looked_for_together(bench: Bench) -> None:
    """Hundreds of deleted recordings must not cost a walk through all folders each, again and again."""
    cursor = await bench.start()
    for number in range(60):
        bench.disk.tree.upload(f"{FOLDER}/{number % 30}/{number}.mp3", SOUND + bytes([number]))
    calls, _ = await bench.gather(cursor)
    kept, *deleted = calls
    for call in deleted:
        bench.disk.tree.remove(bench.disk.tree.find(call.refs["path"]))
    bench.disk.tree.move(bench.disk.tree.find(kept.refs["path"]), f"{FOLDER}/архив/a.mp3")
    bench.disk.journal.clear()
    for call in deleted:
        assert await bench.connector.refresh([call]) == []
    assert len(bench.disk.journal) < 59 + 40
    assert await bench.connector.refresh([kept]) == []
    bench.clock.advance(600)
    (now,) = await bench.connector.refresh([kept])
    assert now.refs["path"] == f"{FOLDER}/архив/a.mp3"


async def test_a_file_that_is_moved_twice_is_found_twice(bench: Bench) -> None:
    call = await found(bench)
    for place in ("a", "b"):
        bench.disk.tree.move(bench.disk.tree.find(call.refs["path"]), f"{FOLDER}/{place}.mp3")
        bench.clock.advance(600)
        (call,) = await bench.connector.refresh([call])
        assert call.refs["path"] == f"{FOLDER}/{place}.mp3"
        assert await heard(bench, call) == SOUND


async def test_a_film_is_not_fetched_to_find_out_that_it_is_too_large(bench: Bench) -> None:
    call = await found(bench)
    film = replace(call, refs={**call.refs, "size": str(600 * 1024 * 1024)})
    with pytest.raises(Rejected):
        await heard(bench, film)
    assert bench.disk.asked("link") == []
