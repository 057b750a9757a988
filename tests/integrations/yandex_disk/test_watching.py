"""New files: each once, none lost, and nothing that is old news under another name."""

import json

import pytest

from services.domain.call import Trait
from services.errors import Gone
from services.integrations.yandex_disk.watching import SHORT_LIST
from tests.integrations.yandex_disk.conftest import FOLDER, Bench, paths


def sound(number: int) -> bytes:
    return b"ID3" + number.to_bytes(4, "big") * 40


async def test_a_new_file_comes_once_it_has_settled(bench: Bench) -> None:
    cursor = await bench.start()
    bench.disk.tree.upload(f"{FOLDER}/2026-03-10_12-00-00_in_79001112233.mp3", sound(1))
    first, cursor = await bench.tick(cursor)
    assert first == []
    bench.clock.advance(60)
    second, cursor = await bench.tick(cursor)
    assert paths(second) == [f"{FOLDER}/2026-03-10_12-00-00_in_79001112233.mp3"]
    assert (await bench.gather(cursor))[0] == []


async def test_a_growing_file_is_waited_for(bench: Bench) -> None:
    """A sync client replaces a file shortly after it has appeared; its date is as old as it likes."""
    cursor = await bench.start()
    node = None
    for size in range(1, 5):
        node = bench.disk.tree.upload(f"{FOLDER}/a.mp3", sound(1) * size, dated=1_000_000_000)
        found, cursor = await bench.tick(cursor)
        assert found == []
        bench.clock.advance(45)
    bench.clock.advance(30)
    found, _ = await bench.gather(cursor)
    assert node is not None
    assert [call.refs["md5"] for call in found] == [node.md5]


async def test_a_renamed_or_moved_file_is_no_new_call(bench: Bench) -> None:
    old = bench.disk.tree.upload(f"{FOLDER}/old.mp3", sound(1))
    bench.clock.advance(3600)
    cursor = await bench.start()
    new = bench.disk.tree.upload(f"{FOLDER}/new.mp3", sound(2))
    found, cursor = await bench.gather(cursor)
    bench.disk.tree.move(old, f"{FOLDER}/history.mp3")
    bench.disk.tree.move(new, f"{FOLDER}/2026/renamed.mp3")
    again, cursor = await bench.gather(cursor)
    bench.clock.advance(3700)
    swept, _ = await bench.gather(cursor)
    assert len(found) == 1
    assert {call.external_id for call in [*again, *swept]} <= {found[0].external_id}


async def test_a_copy_is_the_same_call(bench: Bench) -> None:
    old = bench.disk.tree.upload(f"{FOLDER}/old.mp3", sound(1))
    bench.clock.advance(10)
    cursor = await bench.start()
    new = bench.disk.tree.upload(f"{FOLDER}/new.mp3", sound(2))
    bench.disk.tree.copy(new, f"{FOLDER}/copy of new.mp3")
    bench.disk.tree.copy(old, f"{FOLDER}/copy of old.mp3")
    found, _ = await bench.gather(cursor)
    assert [call.refs["md5"] for call in found] == [new.md5]


@pytest.mark.parametrize("history", [True, False], ids=["of an old file", "of a new file"])
async def test_other_content_under_the_same_name_is_a_new_call(bench: Bench, history: bool) -> None:
    """The list of uploads does not show it: only the walk does."""
    path = f"{FOLDER}/line 1.mp3"
    if history:
        bench.disk.tree.upload(path, sound(1))
        bench.clock.advance(10)
    cursor = await bench.start()
    if not history:
        bench.disk.tree.upload(path, sound(1))
        assert len((await bench.gather(cursor))[0]) == 1
    bench.disk.tree.upload(path, sound(2))
    bench.clock.advance(3700)
    found, _ = await bench.gather(cursor)
    assert bench.disk.tree.find(path).md5 in [call.refs["md5"] for call in found]


async def test_the_first_look_takes_no_history_whatever_the_dates_say(bench: Bench) -> None:
    bench.disk.tree.upload(f"{FOLDER}/dated ahead.mp3", sound(1), dated=bench.clock.now().timestamp() + 10**6)
    bench.disk.tree.upload(f"{FOLDER}/plain.mp3", sound(2))
    bench.clock.advance(5)
    cursor = await bench.start()
    for _ in range(3):
        found, cursor = await bench.gather(cursor)
        assert found == []
        bench.clock.advance(3700)


async def test_an_upload_with_an_old_date_is_new(bench: Bench) -> None:
    """Sync clients keep the date of the computer."""
    cursor = await bench.start()
    bench.disk.tree.upload(f"{FOLDER}/a.mp3", sound(1), dated=1_000_000_000)
    (call,), _ = await bench.gather(cursor)
    assert abs((call.started_at - bench.clock.now()).total_seconds()) < 600


@pytest.mark.parametrize("bumps", [True, False], ids=["with a new revision", "with the old revision"])
async def test_a_file_moved_in_from_elsewhere_is_new(bench: Bench, bumps: bool) -> None:
    """Exporters upload beside the folder and move into it; whether that makes a revision is not written down."""
    cursor = await bench.start()
    node = bench.disk.tree.upload("disk:/Incoming/a.mp3", sound(1))
    found, cursor = await bench.gather(cursor)
    assert found == []
    bench.disk.tree.move(node, f"{FOLDER}/a.mp3", bumps=bumps)
    bench.clock.advance(3700)
    found, _ = await bench.gather(cursor)
    assert paths(found) == [f"{FOLDER}/a.mp3"]


async def test_folders_are_watched_however_deep(bench: Bench) -> None:
    bench.settings["folders"] = f"{FOLDER}\ndisk:/Архив: 50% #1"
    bench.disk.tree.folder("disk:/Архив: 50% #1")
    cursor = await bench.start()
    bench.disk.tree.upload(f"{FOLDER}/2026/03/10/Иван Петров/a.mp3", sound(1))
    bench.disk.tree.upload("disk:/Архив: 50% #1/b?&=.wav", sound(2))
    bench.disk.tree.upload("disk:/Звонки другие/c.mp3", sound(3))
    found, _ = await bench.gather(cursor)
    assert {call.refs["path"]: call.traits[Trait.FOLDER] for call in found} == {
        f"{FOLDER}/2026/03/10/Иван Петров/a.mp3": "2026/03/10/Иван Петров",
        "disk:/Архив: 50% #1/b?&=.wav": "Архив: 50% #1",
    }


@pytest.mark.parametrize(
    "name", [".a.mp3", "~a.mp3", "a.mp3.part", "a.crdownload", "a.tmp", "photo.jpg", "report.pdf", "empty.mp3"]
)
async def test_what_is_no_recording_is_left_alone(bench: Bench, name: str) -> None:
    cursor = await bench.start()
    bench.disk.tree.upload(f"{FOLDER}/{name}", b"" if name == "empty.mp3" else sound(1))
    assert (await bench.gather(cursor))[0] == []


@pytest.mark.parametrize("name", ["a.MP3", "a.amr", "a.gsm", "a.opus", "запись без расширения"])
async def test_recordings_are_known_by_name_or_by_kind(bench: Bench, name: str) -> None:
    cursor = await bench.start()
    node = bench.disk.tree.upload(f"{FOLDER}/{name}", sound(1))
    if "." not in name:
        node.mime_type = "audio/mpeg"
    assert paths((await bench.gather(cursor))[0]) == [node.path]


async def test_an_infected_file_is_left_alone(bench: Bench) -> None:
    cursor = await bench.start()
    bench.disk.tree.upload(f"{FOLDER}/a.mp3", sound(1)).antivirus = "infected"
    odd = bench.disk.tree.upload(f"{FOLDER}/b.mp3", sound(2))
    odd.antivirus = "not-scanned"
    assert paths((await bench.gather(cursor))[0]) == [odd.path]


async def test_an_idle_tick_is_one_small_request_and_changes_nothing(bench: Bench) -> None:
    for number in range(30):
        bench.disk.tree.upload(f"disk:/Photos/{number}.jpg", sound(number))
    cursor = await bench.start()
    bench.disk.journal.clear()
    page = await bench.connector.pull(cursor)
    assert [one.method for one in bench.disk.journal] == ["last-uploaded"]
    assert page.cursor == cursor
    assert not page.more


async def test_a_flood_of_other_uploads_hides_no_recording(bench: Bench) -> None:
    """The list is short and has no second page: what it cannot show is looked for in the folders."""
    cursor = await bench.start()
    bench.disk.tree.upload(f"{FOLDER}/a.mp3", sound(1))
    for number in range(600):
        bench.disk.tree.upload(f"disk:/Photos/{number}.jpg", sound(10 + number))
    assert paths((await bench.gather(cursor, minutes=4))[0]) == [f"{FOLDER}/a.mp3"]


async def test_a_fresh_file_that_others_push_off_the_list_is_not_lost(bench: Bench) -> None:
    cursor = await bench.start()
    bench.disk.tree.upload(f"{FOLDER}/a.mp3", sound(1))
    _, cursor = await bench.tick(cursor)
    for number in range(SHORT_LIST + 5):
        bench.disk.tree.upload(f"{FOLDER}/{number}.mp3", sound(10 + number))
    found, _ = await bench.gather(cursor)
    assert len(found) == SHORT_LIST + 6


async def test_files_added_between_two_pages_are_not_lost(bench: Bench) -> None:
    for number in range(900):
        bench.disk.tree.upload(f"{FOLDER}/m{number:04}.mp3", sound(number))
    bench.clock.advance(10)
    cursor = (await bench.connector.pull(None)).cursor
    bench.clock.advance(5)
    removed = bench.disk.tree.find(f"{FOLDER}/m0001.mp3")
    page = await bench.connector.pull(cursor)
    bench.disk.tree.remove(removed)
    for name in ("a", "z"):
        bench.disk.tree.upload(f"{FOLDER}/{name}.mp3", sound(5000 + ord(name)))
    found, _ = await bench.gather(page.cursor)
    assert paths(found) == [f"{FOLDER}/a.mp3", f"{FOLDER}/z.mp3"]


async def test_a_folder_that_is_gone_is_told_and_heals(bench: Bench) -> None:
    """What came while it was away is not lost, however long that was."""
    folder = bench.disk.tree.find(FOLDER)
    cursor = await bench.start()
    bench.disk.tree.move(folder, "disk:/Renamed")
    bench.clock.advance(3700)
    cursor = (await bench.connector.pull(cursor)).cursor
    for _ in range(3):
        with pytest.raises(Gone):
            await bench.connector.pull(cursor)
        bench.disk.tree.upload(f"disk:/Renamed/{bench.clock.now():%d}.mp3", sound(bench.clock.now().day))
        bench.clock.advance(86_400)
    bench.disk.tree.move(folder, FOLDER)
    found, _ = await bench.gather(cursor)
    assert paths(found) == [f"{FOLDER}/{day}.mp3" for day in (10, 11, 12)]


async def test_one_folder_of_two_that_is_gone_does_not_stop_the_other(bench: Bench) -> None:
    bench.settings["folders"] = f"{FOLDER}\ndisk:/Второй отдел"
    second = bench.disk.tree.folder("disk:/Второй отдел")
    cursor = await bench.start()
    bench.disk.tree.move(second, "disk:/Third")
    bench.disk.tree.upload("disk:/Third/b.mp3", sound(2))
    for _ in range(3):
        bench.clock.advance(86_400)
        found, cursor = await bench.gather(cursor)
        assert found == []
    bench.disk.tree.upload(f"{FOLDER}/a.mp3", sound(1))
    bench.disk.tree.move(second, "disk:/Второй отдел", bumps=False)
    bench.clock.advance(3700)
    found, _ = await bench.gather(cursor)
    assert paths(found) == ["disk:/Второй отдел/b.mp3", f"{FOLDER}/a.mp3"]


@pytest.mark.parametrize("trouble", ["locked", "odd", "refused"])
async def test_one_inner_folder_that_cannot_be_read_stops_nobody(bench: Bench, trouble: str) -> None:
    """A large folder is being copied, or answers oddly: the others are read, and it is tried again."""
    inner = bench.disk.tree.folder(f"{FOLDER}/a")
    cursor = await bench.start()
    nodes = {name: bench.disk.tree.upload(f"disk:/b/{name}.mp3", sound(ord(name))) for name in ("a", "z")}
    _, cursor = await bench.gather(cursor)
    for name, node in nodes.items():
        bench.disk.tree.move(node, f"{FOLDER}/{name}/{name}.mp3", bumps=False)
    bench.clock.advance(3700)
    if trouble == "locked":
        inner.locked = True
    else:
        bench.disk.odd[inner.path] = 200 if trouble == "odd" else 400
    found, cursor = await bench.gather(cursor)
    assert paths(found) == [f"{FOLDER}/z/z.mp3"]
    inner.locked = False
    bench.disk.odd.clear()
    bench.clock.advance(3700)
    assert f"{FOLDER}/a/a.mp3" in paths((await bench.gather(cursor))[0])


async def test_a_file_moved_in_days_after_its_upload_is_new(bench: Bench) -> None:
    """Without a new revision nothing but its place tells: once a day every file is looked at."""
    cursor = await bench.start()
    node = bench.disk.tree.upload("disk:/Incoming/a.mp3", sound(1))
    for _ in range(5):
        bench.clock.advance(86_400)
        found, cursor = await bench.gather(cursor)
        assert found == []
    bench.disk.tree.move(node, f"{FOLDER}/a.mp3", bumps=False)
    found = []
    for _ in range(25):
        bench.clock.advance(3600)
        some, cursor = await bench.gather(cursor, minutes=1)
        found += some
    assert paths(found) == [f"{FOLDER}/a.mp3"]


async def test_one_folder_of_two_that_is_gone_is_told_until_it_is_back(bench: Bench) -> None:
    """A folder that somebody renamed gives no calls, and nobody would notice."""
    bench.settings["folders"] = f"{FOLDER}\ndisk:/Второй отдел"
    second = bench.disk.tree.folder("disk:/Второй отдел")
    for number in range(900):
        bench.disk.tree.upload(f"{FOLDER}/{number}.mp3", number.to_bytes(4, "big"))
    cursor = await bench.start()
    bench.disk.tree.move(second, "disk:/Third")
    troubles: list[str] = []
    for day in range(4):
        bench.clock.advance(3700)
        if day == 3:
            bench.disk.tree.move(second, "disk:/Второй отдел")
        more = True
        while more:
            page = await bench.connector.pull(cursor)
            cursor, more = page.cursor, page.more
            troubles.append(page.trouble.remote_code if page.trouble else "")
    told = troubles.index("folders")
    assert not any(troubles[:told])
    healed = len(troubles) - troubles[::-1].index("folders")
    assert all(troubles[told:healed])
    assert not any(troubles[healed:])
    assert healed < len(troubles)


async def test_an_added_folder_brings_no_history(bench: Bench) -> None:
    cursor = await bench.start()
    bench.disk.tree.upload("disk:/Второй отдел/old.mp3", sound(1))
    bench.clock.advance(600)
    bench.settings["folders"] = f"{FOLDER}\ndisk:/Второй отдел"
    bench.open()
    found, cursor = await bench.gather(cursor)
    assert found == []
    bench.disk.tree.upload("disk:/Второй отдел/new.mp3", sound(2))
    assert paths((await bench.gather(cursor))[0]) == ["disk:/Второй отдел/new.mp3"]


async def test_ten_thousand_old_files_are_history_and_stay_so(bench: Bench) -> None:
    for number in range(10_000):
        bench.disk.tree.upload(f"{FOLDER}/{number % 40}/{number}.mp3", number.to_bytes(4, "big"))
    bench.clock.advance(10)
    cursor = await bench.start()
    assert len(json.dumps(cursor)) < 80_000
    moved = bench.disk.tree.find(f"{FOLDER}/7/7.mp3")
    bench.disk.tree.move(moved, f"{FOLDER}/7/renamed.mp3")
    bench.clock.advance(3700)
    assert (await bench.gather(cursor))[0] == []


async def test_ten_thousand_new_files_after_a_gap_come_in_bounded_portions(bench: Bench) -> None:
    cursor = await bench.start()
    for number in range(10_000):
        bench.disk.tree.upload(f"{FOLDER}/{number % 40}/{number}.mp3", number.to_bytes(4, "big"))
    bench.clock.advance(7200)
    bench.disk.journal.clear()
    found, cursor = await bench.tick(cursor)
    assert len(found) == 10_000
    assert bench.largest <= 400
    assert len(bench.disk.journal) < 120
    assert len(json.dumps(cursor)) < 2000
