"""Nothing that a test's run puts into logs, errors, the audit or Telegram may hold a secret that was used in it.

A plugin for the whole suite: secrets are noticed where each of them passes (the vault, a revealed setting), and
what is told where everything is told. The test that gave one away fails by name, in whatever process it ran.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import event

from sandbox.telegram.server import TelegramServer
from services.db.models import AuditRow
from services.errors import CallpromptError
from services.secrets import Vault

SHORTEST = 10
"""Characters; what is shorter in a test is a word, and stands anywhere."""
NAMES = re.compile(r"token|secret|password|webhook|key|code|signature", re.IGNORECASE)
"""Of those values in the vault that nobody may see again; addresses and names are told freely."""
TO_TELEGRAM_ALONE = frozenset({"setWebhook"})
"""Requests that carry a secret to nobody but Telegram."""


class Watch:
    """What the present test has used and told."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()
        self.told: list[tuple[str, str]] = []

    def start(self) -> None:
        self.secrets.clear()
        self.told.clear()

    def keep(self, value: str) -> None:
        if len(value) >= SHORTEST:
            self.secrets.add(value)

    def tell(self, where: str, what: object) -> None:
        self.told.append((where, str(what)))

    def given_away(self) -> list[str]:
        """Where it happened, without the secret itself."""
        return sorted({where for where, text in self.told if any(secret in text for secret in self.secrets)})


watch = Watch()


def _around(owner: type, name: str, look: Callable[..., None]) -> Callable[[], None]:
    """Looks at every call; returns what takes that back."""
    former = getattr(owner, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = former(self, *args, **kwargs)
        look(self, result, *args)
        return result

    setattr(owner, name, method)
    return lambda: setattr(owner, name, former)


def _sealed(_vault: Any, _result: Any, secrets: dict[str, str]) -> None:
    for name, value in secrets.items():
        if NAMES.search(name):
            watch.keep(str(value))


def _asked(_server: Any, _result: Any, method: str, params: dict[str, Any], *_rest: Any) -> None:
    if method not in TO_TELEGRAM_ALONE:
        watch.tell(f"Telegram's {method}", params)


def _audited(_mapper: Any, _connection: Any, row: AuditRow) -> None:
    watch.tell("the audit", f"{row.subject} {row.details}")


class Secrecy:
    """The hooks."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:
        undo = [
            _around(Vault, "close", _sealed),
            _around(SecretStr, "get_secret_value", lambda _secret, value: watch.keep(value)),
            _around(TelegramServer, "_note", _asked),
            _around(CallpromptError, "__init__", lambda error, _result, *_args: watch.tell("an error", error)),
        ]
        event.listen(AuditRow, "before_insert", _audited)
        yield
        event.remove(AuditRow, "before_insert", _audited)
        for one in undo:
            one()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        watch.start()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        result = yield
        report: pytest.TestReport = result.get_result()  # type: ignore[attr-defined]
        for name, text in report.sections:
            watch.tell(f"the log ({name})", text)
        places = watch.given_away()
        if places and report.passed:
            watch.start()  # said once
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} gave a secret away in {', '.join(places)}"
