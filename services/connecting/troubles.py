"""What is wrong with an integration, as its row keeps it: `rate_limited` or `rate_limited:flood`.

The second half is what the remote system calls it, for words of that system alone.
"""

import re

from services.errors import RemoteError

_REMOTE_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def trouble_of(failure: RemoteError) -> str:
    """A remote code that is no mere word is foreign text and left out."""
    if _REMOTE_CODE.fullmatch(failure.remote_code):
        return f"{failure.code}:{failure.remote_code}"
    return failure.code


def code_of(trouble: str) -> str:
    return trouble.partition(":")[0]


def remote_code_of(trouble: str) -> str:
    return trouble.partition(":")[2]
