"""What passes accesses, or people's words, from hand to hand does not show them where it is merely named."""

from dataclasses import fields
from typing import Any

import pytest

from handlers.connecting.draft import Draft
from services.connecting.permits import Permit
from services.inbox import Left
from services.integrations.http import Answer
from services.integrations.knocking import Knock


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        (Answer, {"body", "headers"}),
        (Draft, {"values", "stored"}),
        (Knock, {"query", "headers", "body"}),
        (Left, {"payload"}),
        (Permit, {"values"}),
    ],
)
def test_it_is_not_shown(kind: Any, hidden: set[str]) -> None:
    assert {one.name for one in fields(kind) if not one.repr} == hidden
