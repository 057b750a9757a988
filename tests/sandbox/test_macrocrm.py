"""The stand-in refuses what the real system refuses."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from sandbox.macrocrm import Installation

SPAN = {"date_from": "2026-03-10 09:00", "date_to": "2026-03-10"}
CALLS = "calls/getSaleDepartmentsCalls"


@pytest.fixture
async def installation() -> AsyncIterator[Installation]:
    stand = Installation()
    await stand.start()
    yield stand
    await stand.stop()


async def ask(
    stand: Installation, verb: str, method: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], Any]:
    sent = {"Authorization": f"Bearer {stand.key}", **headers}
    async with (
        aiohttp.ClientSession() as session,
        session.request(verb, f"{stand.base_url}/{method}", json=body, headers=sent) as response,
    ):
        return response.status, dict(response.headers), await response.json()


@pytest.mark.parametrize(
    ("verb", "method", "body", "status"),
    [
        ("GET", "estateBuy/statuses", None, 200),
        ("POST", "estateBuy/statuses", {}, 405),
        ("GET", CALLS, SPAN, 200),
        ("POST", CALLS, SPAN, 405),
        ("GET", CALLS, {"date_from": "2026-03-10"}, 400),
        ("GET", CALLS, {**SPAN, "date_to": "10/03/2026"}, 400),
        ("GET", f"{CALLS}?date_from=2026-03-10&date_to=2026-03-10", None, 400),
        ("POST", "estateBuy/find", {}, 400),
        ("POST", "estateBuy/addNote", {"id": 1}, 400),
        ("POST", "estateBuy/addNote", {"id": 1, "note": "x"}, 404),
        ("GET", "estateBuy/addNote", {"id": 1, "note": "x"}, 405),
        ("POST", "estateBuy/setAttribute", {}, 403),
        ("GET", "estateBuy/unknown", None, 404),
    ],
)
async def test_verbs_parameters_and_rights(
    installation: Installation, verb: str, method: str, body: Any, status: int
) -> None:
    assert (await ask(installation, verb, method, body))[0] == status


async def test_nobody_found_is_told_under_a_success_status(installation: Installation) -> None:
    told = await ask(installation, "POST", "contacts/find", {"phone": "+7 900 000-00-99"})
    assert (told[0], told[2]) == (200, {"error": True, "message": "No contacts found"})


async def test_an_empty_application_number_is_refused(installation: Installation) -> None:
    assert (await ask(installation, "GET", "estateBuy/statuses", AppId=""))[0] == 400


async def test_the_request_beyond_the_minutes_hundred_is_refused(installation: Installation) -> None:
    installation.settings.limits = True
    installation.settings.per_minute = 5
    told = [await ask(installation, "GET", "estateBuy/statuses") for _ in range(6)]
    assert [status for status, _, _ in told] == [200] * 5 + [429]
    assert told[-1][1]["X-RateLimit-Remaining"] == "0"
