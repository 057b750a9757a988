"""Folders given by a link: read without a token, watched and heard as those of a Disk of one's own."""

from dataclasses import dataclass

import pytest

from sandbox.yandex_disk.sharing import Share
from services.domain.call import FoundCall
from services.errors import Exhausted, Gone, Refused, Rejected, RemoteError, Unauthorized
from services.integrations.base import Cursor
from services.integrations.yandex_disk import INTEGRATION
from services.integrations.yandex_disk.connector import YandexDisk
from services.integrations.yandex_disk.failures import PASSWORD, QUOTA
from services.integrations.yandex_disk.links import parse_shared, taken_apart
from tests.integrations.mts.conftest import codes
from tests.integrations.yandex_disk.conftest import FOLDER, Bench, paths

SOUND = b"ID3" + bytes(range(256)) * 8


@dataclass
class Given:
    """`FOLDER` of the bench's Disk, given to us by a link."""

    bench: Bench
    share: Share

    def open(self, place: str = "") -> YandexDisk:
        return self.bench.open({"way": "link", "shared_link": self.share.link + place})

    async def gather(self, cursor: Cursor) -> tuple[list[FoundCall], Cursor]:
        return await self.bench.gather(cursor)

    async def heard(self, call: FoundCall) -> bytes | None:
        async with self.bench.connector.recording(call) as path:
            return None if path is None else path.read_bytes()


@pytest.fixture
def given(bench: Bench) -> Given:
    bench.settings.clear()
    made = Given(bench, bench.disk.shares.publish(bench.disk.tree.find(FOLDER)))
    made.open()
    return made


LINK = "https://disk.yandex.ru/d/aB3-x_Y"


@pytest.mark.parametrize(
    ("text", "link", "folder"),
    [
        (LINK, LINK, "disk:/"),
        (f" «{LINK}» ", LINK, "disk:/"),
        ("disk.yandex.ru/d/aB3-x_Y?w=1", LINK, "disk:/"),
        ("https://yadi.sk/d/aB3-x_Y", "https://yadi.sk/d/aB3-x_Y", "disk:/"),
        ("https://disk.yandex.com/d/aB3-x_Y/", LINK, "disk:/"),
        ("https://disk.360.yandex.ru/d/aB3-x_Y", LINK, "disk:/"),
        (f"{LINK}/2026/%D0%97%D0%B2%D0%BE%D0%BD%D0%BA%D0%B8%20%23", LINK, "disk:/2026/Звонки #"),
    ],
)
def test_what_people_paste_becomes_a_link_and_a_folder(text: str, link: str, folder: str) -> None:
    assert taken_apart(INTEGRATION.parse_secret("shared_link", text)) == (link, folder)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Записи звонков", "not_a_shared_link"),
        ("https://example.com/d/aB3-x_Y", "not_a_shared_link"),
        ("https://disk.yandex.ru.example.com/d/aB3", "not_a_shared_link"),
        ("https://disk.yandex.ru/d/", "not_a_shared_link"),
        ("https://disk.yandex.ru/a/aB3", "not_a_shared_link"),
        (f"{LINK}/../x", "not_a_shared_link"),
        ("https://[", "not_a_shared_link"),
        ("https://disk.yandex.ru/client/disk/Calls", "own_folder"),
        ("https://disk.yandex.ru/i/aB3", "shared_file"),
    ],
)
def test_what_is_no_link_to_a_folder_is_said(text: str, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_shared(text)
    assert refusal.value.why == why


async def test_the_check_names_the_folder_and_tells_it_from_others(given: Given) -> None:
    given.bench.disk.tree.upload(f"{FOLDER}/2026-03-10_12-00-00_in_79000000011.mp3", SOUND)
    check = await given.bench.connector.check()
    assert check.ok
    assert {"shared", "folder", "names"} <= codes(check.lines).keys()
    assert check.lines[0].values == {"login": "Звонки"}
    assert "Звонки" in check.title
    assert given.share.link not in check.account
    other = given.bench.disk.shares.publish(given.bench.disk.tree.folder("disk:/Звонки второго отдела/Звонки"))
    again = given.bench.disk.shares.publish(given.share.node)
    accounts = [
        (await given.bench.open({"way": "link", "shared_link": share.link}).check()).account
        for share in (other, again)
    ]
    assert [account == check.account for account in accounts] == [False, True]


async def test_new_recordings_are_found_and_heard_and_old_ones_are_left_alone(given: Given) -> None:
    disk = given.bench.disk
    disk.tree.upload(f"{FOLDER}/before.mp3", SOUND)
    given.bench.clock.advance(60)
    cursor = await given.bench.start()
    disk.tree.upload(f"{FOLDER}/2026-03-10_12-00-00_in_79000000011.mp3", SOUND[:-1])
    disk.tree.upload(f"{FOLDER}/2026-03-10/Имя #1 50%: да.mp3", SOUND[:-2])
    found, cursor = await given.gather(cursor)
    assert paths(found) == ["disk:/2026-03-10/Имя #1 50%: да.mp3", "disk:/2026-03-10_12-00-00_in_79000000011.mp3"]
    by_name = {call.traits["file_name"]: call for call in found}
    assert by_name["2026-03-10_12-00-00_in_79000000011.mp3"].phone == "+79000000011"
    assert "folder" not in by_name["2026-03-10_12-00-00_in_79000000011.mp3"].traits
    assert by_name["Имя #1 50%: да.mp3"].traits["folder"] == "2026-03-10"
    assert sorted([await given.heard(call) for call in found], key=lambda one: len(one or b"")) == [
        SOUND[:-2],
        SOUND[:-1],
    ]
    assert (await given.gather(cursor))[0] == []
    assert given.bench.disk.leaks == 0


async def test_no_token_goes_along(given: Given) -> None:
    given.bench.disk.tokens.revoke_all()
    cursor = await given.bench.start()
    given.bench.disk.tree.upload(f"{FOLDER}/a.mp3", SOUND)
    (call,), _ = await given.gather(cursor)
    assert await given.heard(call) == SOUND
    assert {one.method for one in given.bench.disk.journal} == {"public", "public-link", "download"}


async def test_only_the_folder_that_was_linked_is_watched(given: Given) -> None:
    given.bench.disk.tree.folder(f"{FOLDER}/Продажи")
    given.open("/Продажи")
    cursor = await given.bench.start()
    given.bench.disk.tree.upload(f"{FOLDER}/Продажи/a.mp3", SOUND)
    given.bench.disk.tree.upload(f"{FOLDER}/Склад/b.mp3", SOUND[:-1])
    found, _ = await given.gather(cursor)
    assert paths(found) == ["disk:/Продажи/a.mp3"]
    assert found[0].traits["folder"] == "Продажи"


async def test_a_folder_for_each_day_is_looked_into_at_once_and_old_ones_hourly(given: Given) -> None:
    tree = given.bench.disk.tree
    for day in range(1, 10):
        tree.folder(f"{FOLDER}/2026-03-0{day}")
        given.bench.clock.advance(1)
    cursor = await given.bench.start()
    tree.upload(f"{FOLDER}/2026-03-09/new.mp3", SOUND)
    tree.upload(f"{FOLDER}/2026-03-01/late.mp3", SOUND[:-1])
    found, cursor = await given.gather(cursor)
    assert paths(found) == ["disk:/2026-03-09/new.mp3"]
    given.bench.clock.advance(3600)
    found, cursor = await given.gather(cursor)
    assert "disk:/2026-03-01/late.mp3" in paths(found)


async def test_a_look_at_nothing_new_asks_for_little(given: Given) -> None:
    for day in range(30):
        given.bench.disk.tree.upload(f"{FOLDER}/{day}/a.mp3", SOUND + bytes([day]))
    cursor = await given.bench.start()
    _, cursor = await given.gather(cursor)
    given.bench.disk.journal.clear()
    await given.bench.tick(cursor)
    assert len(given.bench.disk.journal) <= 5


async def test_a_renamed_recording_is_found_where_it_lies_now(given: Given) -> None:
    cursor = await given.bench.start()
    node = given.bench.disk.tree.upload(f"{FOLDER}/a.mp3", SOUND)
    (call,), cursor = await given.gather(cursor)
    given.bench.disk.tree.move(node, f"{FOLDER}/Архив/b.mp3")
    assert await given.heard(call) is None
    (fresh,) = await given.bench.connector.refresh([call])
    assert await given.heard(fresh) == SOUND
    assert (await given.gather(cursor))[0] == []


# --- what may be wrong with a link --------------------------------------------------------------------


async def failure_of(given: Given, cursor: Cursor) -> tuple[RemoteError, RemoteError]:
    """What the check says, and what the polling does."""
    with pytest.raises(RemoteError) as at_check:
        await given.bench.connector.check()
    with pytest.raises(RemoteError) as at_pull:
        await given.bench.tick(cursor)
    return at_check.value, at_pull.value


async def test_a_link_that_was_closed(given: Given) -> None:
    cursor = await given.bench.start()
    given.bench.disk.shares.withdraw(given.share)
    for failure in await failure_of(given, cursor):
        assert isinstance(failure, Gone)
        assert failure.remote_code == "shared"


@pytest.mark.parametrize("password", [True, False])
async def test_a_password_and_downloads_that_are_forbidden_stop_the_polling(given: Given, password: bool) -> None:
    cursor = await given.bench.start()
    given.share.password, given.share.forbidden = password, not password
    for failure in await failure_of(given, cursor):
        assert isinstance(failure, Unauthorized)
        assert failure.remote_code == (PASSWORD if password else "ForbiddenError")
    given.share.password = given.share.forbidden = False
    assert (await given.bench.connector.check()).ok


async def test_a_link_to_a_file_is_no_folder(given: Given) -> None:
    node = given.bench.disk.tree.upload("disk:/a.mp3", SOUND)
    share = given.bench.disk.shares.publish(node)
    with pytest.raises(Gone) as failure:
        await given.bench.open({"way": "link", "shared_link": share.link}).check()
    assert failure.value.remote_code == "shared_file"


@pytest.mark.parametrize("status", [429, 403])
async def test_the_days_limit_of_downloads_keeps_no_list_away(given: Given, status: int) -> None:
    cursor = await given.bench.start()
    given.bench.disk.tree.upload(f"{FOLDER}/a.mp3", SOUND)
    (call,), cursor = await given.gather(cursor)
    given.share.quota_status = status
    with pytest.raises(Exhausted) as failure:
        await given.heard(call)
    assert failure.value.remote_code == QUOTA
    assert len(given.bench.disk.asked("public-link")) == 1
    given.bench.disk.tree.upload(f"{FOLDER}/b.mp3", SOUND[:-1])
    found, cursor = await given.gather(cursor)
    assert paths(found) == ["disk:/b.mp3"]
    given.share.quota_status = 0
    assert await given.heard(call) == SOUND


async def test_a_limit_that_hits_the_lists_too_is_told_as_such(given: Given) -> None:
    cursor = await given.bench.start()
    given.share.quota_status, given.share.quota_hits_lists = 429, True
    for failure in await failure_of(given, cursor):
        assert isinstance(failure, Exhausted)
    given.share.quota_status = 0
    given.bench.disk.tree.upload(f"{FOLDER}/a.mp3", SOUND)
    assert len((await given.gather(cursor))[0]) == 1


async def test_one_file_that_is_closed_is_no_matter_of_the_folder(given: Given) -> None:
    cursor = await given.bench.start()
    given.bench.disk.tree.upload(f"{FOLDER}/a.mp3", SOUND)
    (call,), cursor = await given.gather(cursor)
    given.share.closed.add("a.mp3")
    with pytest.raises(Rejected):
        await given.heard(call)
    given.share.forbidden = True
    with pytest.raises(Unauthorized):
        await given.heard(call)
