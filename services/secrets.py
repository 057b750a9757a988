"""Secrets at rest: encrypted with the first key, readable with any of them."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SecretsUnreadable(Exception):
    """No key opens it: the keys were lost or exchanged."""


class Vault:
    """Encrypts small mappings of names to secrets."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key.encode()) for key in keys])

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


def key_from_file(path: Path) -> str:
    """The key kept beside the data; made at first use, readable by the owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(Fernet.generate_key().decode())
    return path.read_text().strip()
