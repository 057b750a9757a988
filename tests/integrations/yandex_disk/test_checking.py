"""The check before connecting, and options tried on the customer's own file names before they are kept."""

import subprocess
import sys

import pytest

from services.errors import Refused
from services.integrations.base import CheckLine
from services.integrations.yandex_disk import INTEGRATION, parse_option
from tests.integrations.yandex_disk.conftest import FOLDER, Bench

NAMES = [f"2026-03-10_12-05-{second:02}_in_79001112233_Ким.mp3" for second in range(8)]


def fill(bench: Bench, *names: str) -> None:
    for number, name in enumerate(names):
        bench.disk.tree.upload(f"{FOLDER}/{name}", b"ID3" + bytes([number]))


def by_code(lines: list[CheckLine] | tuple[CheckLine, ...], code: str) -> list[CheckLine]:
    return [line for line in lines if line.code == code]


async def test_a_check_tells_whose_disk_it_is_and_what_was_read_of_the_names(bench: Bench) -> None:
    fill(bench, *NAMES, "просто запись.mp3", "photo.jpg")
    check = await bench.connector.check()
    assert check.ok
    assert check.account == "sales"
    assert check.settings["folders"] == FOLDER
    (names,) = by_code(check.lines, "names")
    assert names.values == {"understood": "8", "all": "9", "format": "МТС"}
    examples = by_code(check.lines, "name")
    assert len(examples) == 5
    assert [line.values["name"] for line in examples if not line.ok] == ["просто запись.mp3"]
    assert examples[0].values["manager"] == "Ким"


async def test_a_folder_that_is_not_there_stops_the_connection(bench: Bench) -> None:
    bench.settings["folders"] = f"{FOLDER}\ndisk:/Нет такой"
    check = await bench.connector.check()
    assert not check.ok
    assert [(line.values["folder"], line.ok) for line in by_code(check.lines, "folder")] == [
        ("Звонки", True),
        ("Нет такой", False),
    ]


async def test_a_file_is_no_folder(bench: Bench) -> None:
    fill(bench, "a.mp3")
    bench.settings["folders"] = f"{FOLDER}/a.mp3"
    assert not (await bench.connector.check()).ok


async def test_without_a_folder_nothing_is_connected(bench: Bench) -> None:
    bench.settings.clear()
    assert not (await bench.connector.check()).ok


async def test_an_empty_folder_is_no_obstacle(bench: Bench) -> None:
    check = await bench.connector.check()
    assert check.ok
    assert by_code(check.lines, "no_files")


async def test_a_pattern_is_tried_on_the_customers_own_names(bench: Bench) -> None:
    fill(bench, *NAMES)
    good = list(await bench.connector.try_option("pattern", "{date}_{time}_*_{phone}_{manager}"))
    assert good[0].ok
    assert good[0].values["understood"] == "8"
    bad = list(await bench.connector.try_option("pattern", "{phone}-{date}"))
    assert not bad[0].ok
    assert bad[0].required
    auto = list(await bench.connector.try_option("pattern", "auto"))
    assert auto[0].values["format"] == "МТС"


async def test_names_deep_in_folders_are_tried_with_their_folders(bench: Bench) -> None:
    fill(bench, "2026-03-10/Анна Ким/12-05_79001112233.mp3")
    lines = list(await bench.connector.try_option("pattern", "{date}/{manager}/{time:HH-mm}_{phone}"))
    assert lines[1].values == {
        "name": "2026-03-10/Анна Ким/12-05_79001112233.mp3",
        "day": "10.03.2026",
        "time": "12:05",
        "phone": "+79001112233",
        "direction": "unknown",
        "manager": "Анна Ким",
    }


async def test_folders_are_looked_for_before_they_are_kept(bench: Bench) -> None:
    lines = await bench.connector.try_option("folders", f"{FOLDER}\ndisk:/Нет такой")
    assert [line.ok for line in lines] == [True, False]


def test_options_are_cleaned() -> None:
    assert parse_option("pattern", " Авто ") == "auto"
    assert parse_option("pattern", " {phone}_* ") == "{phone}_*"
    assert parse_option("zone", "МСК+2") == "Etc/GMT-5"
    assert parse_option("folders", "/Звонки/") == "disk:/Звонки"
    with pytest.raises(Refused):
        parse_option("pattern", "{кто}")


def test_the_library_is_loaded_with_the_first_disk_only() -> None:
    """Idle memory: most companies have no Disk."""
    code = (
        "import sys, services.integrations.yandex_disk; "
        "print(sorted({'yadisk', 'httpx', 'aiofiles', 'phonenumbers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert INTEGRATION.options
