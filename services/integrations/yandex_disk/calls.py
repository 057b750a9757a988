"""A file as a call: identity by its content, the rest by its name and place."""

from datetime import UTC, datetime

from services.domain.call import FoundCall, Trait
from services.integrations.yandex_disk.files import DiskFile
from services.integrations.yandex_disk.folders import below, plain
from services.integrations.yandex_disk.reading import NameReader


def external_id(file: DiskFile) -> str:
    """A renamed, moved or copied recording is the same call; another sound under the old name is another one."""
    return f"file:{file.content}"[:128]


def found_call(file: DiskFile, home: str, since: float, reader: NameReader) -> FoundCall:
    """`home` is the watched folder the file lies in, `since` when it began to be watched (epoch seconds).

    How long it was nobody knows before it is heard. Whoever records has been answered.
    """
    folder = below(file.path, home)
    reading = reader.read(f"{folder}/{file.name}" if folder else file.name)
    refs = {"path": file.path, "size": str(file.size), "md5": file.md5, "resource": file.resource_id}
    traits = {
        Trait.FILE_NAME: file.name,
        Trait.FOLDER: folder or plain(home).removeprefix("disk:").rpartition("/")[2],
    }
    if reading.extension:
        traits[Trait.EXTENSION] = reading.extension
    if reading.line:
        traits[Trait.LINE] = reading.line
    return FoundCall(
        external_id=external_id(file),
        started_at=reading.started(uploaded_at(file, since), reader.zone),
        duration=0,
        direction=reading.direction,
        phone=reading.phone,
        answered=True,
        manager_id=reading.manager or reading.extension,
        manager_name=reading.manager,
        has_recording=True,
        refs={name: value for name, value in refs.items() if value},
        traits={str(trait): value for trait, value in traits.items() if value},
    )


def uploaded_at(file: DiskFile, since: float) -> datetime:
    """A sync client may keep the date of its computer: one from before we watched is not believed."""
    created = file.created
    if created is not None and created.timestamp() >= since:
        return created
    return datetime.fromtimestamp(max(file.changed, since), UTC)
