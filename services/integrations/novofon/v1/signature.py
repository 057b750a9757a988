"""How requests and notifications of API 1.0 are signed: base64 over the HEX text of a hash, not over its bytes."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode


def query_of(params: Mapping[str, str]) -> str:
    """Parameters as they are signed and must be sent, byte for byte: by name, a space is `+`, `~` is encoded."""
    return urlencode(sorted(params.items())).replace("~", "%7E")


def authorization(key: str, secret: str, path: str, query: str) -> str:
    """The header of a request; `path` begins at the slash behind the host and ends with one."""
    digest = hashlib.md5(query.encode(), usedforsecurity=False).hexdigest()
    return f"{key}:{signature(secret, path + query + digest)}"


def signature(secret: str, text: str) -> str:
    told = hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest()
    return base64.b64encode(told.encode()).decode()


def is_signed(secret: str, text: str, given: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(signature(secret, text).encode(), given.strip().encode())
