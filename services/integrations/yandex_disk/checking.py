"""Tries a connection before it is saved, and an option before it is kept: reads only."""

from collections.abc import Sequence
from difflib import get_close_matches

from services.errors import BadAnswer, Gone, ScopeMissing
from services.integrations.base import Check, CheckLine
from services.integrations.yandex_disk.client import Client, Listing
from services.integrations.yandex_disk.files import DiskFile
from services.integrations.yandex_disk.folders import ROOT, below, plain, shown
from services.integrations.yandex_disk.presets import PRESETS
from services.integrations.yandex_disk.reading import NameReader, Reading

EXAMPLES = 5
SAMPLE = 200
"""File names an option is tried on."""
LOOKED_AT = 12
"""Folders whose names are looked at for a sample."""


async def check(client: Client, folders: Sequence[str], reader: NameReader) -> Check:
    """Raises Unauthorized, Unreachable and the like when not even the owner is told."""
    account = await client.account()
    lines = [CheckLine("shared" if account.shared else "access", ok=True, values={"login": account.login})]
    if not folders:
        lines.append(CheckLine("no_folder", ok=False))
    lines += await folder_lines(client, folders)
    if all(line.ok for line in lines):
        lines += _preview(await sample(client, folders), folders, reader, required=False)
    return Check(
        lines=tuple(lines),
        account=f"disk.yandex.ru #{account.uid}" if account.shared else account.login,
        title=f"Яндекс Диск «{account.login}»" if account.shared else f"Яндекс Диск {account.login}",
        settings={"uid": account.uid, "folders": "\n".join(folders)},
    )


async def _folder_line(client: Client, folder: str) -> CheckLine:
    """Is it there, and may we read it?"""
    values = {"folder": shown(folder)}
    try:
        listing = await client.listing(folder)
    except (Gone, BadAnswer):
        return CheckLine("folder", ok=False, values={**values, "similar": await _similar(client, folder)})
    except ScopeMissing:
        return CheckLine("right_read", ok=False, values=values)
    return CheckLine("folder", ok=True, values={**values, "count": str(listing.total or listing.count)})


async def _similar(client: Client, folder: str) -> str:
    """A folder beside it that may have been meant: names are compared letter by letter there."""
    above, _, name = folder.rpartition("/")
    listing = await _listing(client, above if above != "disk:" else ROOT)
    names = {plain(one).casefold(): one for one in listing.folders}
    wanted = f"{above.rstrip('/')}/{name}"
    close = get_close_matches(plain(wanted).casefold(), names, n=1, cutoff=0.75)
    return shown(names[close[0]]) if close else ""


async def folder_lines(client: Client, folders: Sequence[str]) -> Sequence[CheckLine]:
    return [await _folder_line(client, folder) for folder in folders]


async def sample(client: Client, folders: Sequence[str]) -> list[DiskFile]:
    """Some of the customer's own recordings, from the latest uploads and from the folders themselves."""
    found: dict[str, DiskFile] = {}
    places = list(folders)
    for _ in range(LOOKED_AT):
        if not places or len(found) >= SAMPLE:
            break
        listing = await _listing(client, places.pop(0))
        found |= {file.path: file for file in listing.files if file.is_recording}
        places += listing.folders[-LOOKED_AT:]
    return list(found.values())[-SAMPLE:]


async def _listing(client: Client, folder: str) -> Listing:
    try:
        return await client.listing(folder)
    except (Gone, ScopeMissing, BadAnswer):
        return Listing((), (), 0, 0)


def names_of(files: Sequence[DiskFile], folders: Sequence[str]) -> list[str]:
    """As a pattern sees them: relative to the watched folder."""
    homes = [
        (file, next((one for one in folders if file.path.startswith(one.rstrip("/") + "/")), "")) for file in files
    ]
    return [f"{below(file.path, home)}/{file.name}".lstrip("/") if home else file.name for file, home in homes]


def _preview(
    files: Sequence[DiskFile], folders: Sequence[str], reader: NameReader, *, required: bool
) -> list[CheckLine]:
    return preview(names_of(files, folders), reader, required=required)


def preview(names: Sequence[str], reader: NameReader, *, required: bool) -> list[CheckLine]:
    """Up to five names with what was read of each, and how many were not understood.

    `required`: a pattern that fits none of many names is a mistake and cannot be saved.
    """
    if not names:
        return [CheckLine("no_files", ok=False, required=False)]
    readings = [(name, reader.read(name)) for name in names]
    understood = [(name, one) for name, one in readings if one.understood]
    strange = [(name, one) for name, one in readings if not one.understood]
    summary = {"understood": str(len(understood)), "all": str(len(names)), "format": _format(understood)}
    lines = [CheckLine("names", ok=bool(understood), required=required, values=summary)]
    shown_names = (understood[-EXAMPLES + min(len(strange), 2) :] + strange[-2:])[-EXAMPLES:]
    lines += [
        CheckLine("name", ok=one.understood, required=False, values=_values(name, one))
        for name, one in shown_names
    ]
    return lines


def _format(readings: Sequence[tuple[str, Reading]]) -> str:
    """The exporter most names seem to come from."""
    keys = [one.by for _, one in readings]
    titles = {preset.key: preset.title for preset in PRESETS}
    best = max(titles, key=keys.count)
    return titles[best] if keys.count(best) * 2 > len(keys) else ""


def _values(name: str, reading: Reading) -> dict[str, str]:
    told = {
        "day": f"{reading.day:%d.%m.%Y}" if reading.day else "",
        "time": f"{reading.hour:%H:%M}" if reading.hour else "",
        "moment": f"{reading.moment:%d.%m.%Y %H:%M}" if reading.moment else "",
        "phone": reading.phone,
        "direction": reading.direction.value,
        "manager": reading.manager or reading.extension,
    }
    return {"name": name, **{key: value for key, value in told.items() if value}}
