"""DATA_DIR: nobody else reads along, one process works in it, and what a crash left in it goes."""

import contextlib
import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from bot.settings import Settings, SettingsError

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
SCRATCH_SECONDS = 3600


def prepare_folder(settings: Settings) -> None:
    """Nobody else on the machine reads along: neither the folder nor what an older release has left open in it."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        _close_to_others(settings.data_dir)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            """It can be written."""
    except OSError as error:
        raise SettingsError(f"DATA_DIR is wrong: nothing can be written there ({type(error).__name__})") from None


def _close_to_others(folder: Path) -> None:
    """What belongs to somebody else, as in a mounted volume, is left as its owner has it."""
    for path, mode in [(folder, PRIVATE_FOLDER), *((one, PRIVATE_FILE) for one in folder.iterdir())]:
        if path.is_symlink() or (path != folder and not path.is_file()):
            continue
        with contextlib.suppress(PermissionError):
            path.chmod(mode)


def empty_scratch(folder: Path) -> Path:
    """A killed process leaves the recording it worked on behind: what is an hour old is removed.

    Younger ones may belong to another process that shares the folder.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    for left in folder.glob("recording-*"):
        if time.time() - left.stat().st_mtime > SCRATCH_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    return folder


@contextlib.contextmanager
def only_process(folder: Path) -> Iterator[None]:
    """Keeps a second process off the same SQLite file: it would steal jobs that are being worked on."""
    file: IO[str]
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError("another process already works in DATA_DIR") from None
        yield
