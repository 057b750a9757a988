"""Secrets at rest: encrypted with the first key, readable with any of them."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

UNFINISHED = ".keys-"
"""How the name of a key file begins while it is written."""


class SecretsUnreadable(Exception):
    """No key opens it: the keys were lost or exchanged."""


class Vault:
    """Encrypts small mappings of names to secrets."""

    def __init__(self, keys: Sequence[str]) -> None:
        fernets = [Fernet(key.encode()) for key in keys]
        self._first = fernets[0]
        self._fernet = MultiFernet(fernets)

    def close(self, secrets: Mapping[str, str]) -> str:
        return self._fernet.encrypt(json.dumps(dict(secrets)).encode()).decode()

    def open(self, closed: str) -> dict[str, str]:
        """Raises SecretsUnreadable."""
        if not closed:
            return {}
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(closed.encode()))
        except InvalidToken:
            raise SecretsUnreadable("the stored secrets fit none of the keys") from None
        return opened

    def is_fresh(self, closed: str) -> bool:
        """Encrypted with the first key?"""
        try:
            self._first.decrypt(closed.encode())
        except InvalidToken:
            return False
        return True

    def renewed(self, closed: str) -> str:
        """The same, encrypted with the first key; its time stays. Raises SecretsUnreadable."""
        try:
            return self._fernet.rotate(closed.encode()).decode()
        except InvalidToken:
            raise SecretsUnreadable("the stored secrets fit none of the keys") from None


def keys_from_file(path: Path) -> list[str]:
    """The keys kept beside the data, the first of them in use; one is made where there is none.

    There are several only while a rotation is under way.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _written(path, [Fernet.generate_key().decode()]) as new, contextlib.suppress(FileExistsError):
            _put_first(new, path)
    return path.read_text().split()


def write_keys(path: Path, keys: Sequence[str]) -> None:
    """All at once or not at all: a key file cut in two would cost every stored access.

    On the disk before this returns: what is encrypted next must not outlive its key when the power goes.
    """
    with _written(path, keys) as new:
        new.replace(path)
    for left in path.parent.glob(f"{UNFINISHED}*"):
        left.unlink(missing_ok=True)


@contextlib.contextmanager
def _written(path: Path, keys: Sequence[str]) -> Iterator[Path]:
    """A whole file beside `path`, to be put in its place inside; afterwards the folder knows that as well."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(keys))
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _put_first(new: Path, path: Path) -> None:
    """Raises FileExistsError when another process was quicker: there is one key for both."""
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:  # some mounted folders know no links
        new.replace(path)
