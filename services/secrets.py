"""Secrets at rest: encrypted with the first key, readable with any of them."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


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
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(Fernet.generate_key().decode())
    return path.read_text().split()


def write_keys(path: Path, keys: Sequence[str]) -> None:
    """All at once or not at all: a key file cut in two would cost every stored access."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(keys))
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
