"""Whoever may do everything types and opens odd things: nothing breaks, at no step of any dialogue."""

from pathlib import Path

import pytest

from tests.handlers.matrix import scene
from tests.handlers.matrix.beginning import BEGUN, furnished, go
from tests.handlers.matrix.rewinding import rewound
from tests.harness.world import User, World

DIGITS = ("²", "१२", "9" * 40, "-1", "1e400")
ODD = (*DIGITS, "\x00", "\u202eabc", "🙂" * 2000, "<b>&{0}%s", "' OR 1=1 --", "\u200b", ":")
SHORT = ("²", "9" * 40, "\x00", "<b>&{0}%s", "🙂" * 2000)
"""One of each sort."""
LINKS = ("new_", "chat_", "chats_", "funnels_", "claim_", "join_")
COMMANDS = ("enable", "disable", "prompts", "privacy", "history", "workspace", "connect", "status")


def broken(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "_broke" in record.getMessage()]


async def test_links_and_commands(first: World, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    await owner.types("/start")
    before = await scene.rows(first)
    for odd in ODD:
        for words in (*(f"/start {link}{odd}" for link in LINKS), *(f"/{one} {odd}" for one in COMMANDS)):
            await owner.types(words[:4096])
            assert broken(caplog) == [], words[:80]
    assert await scene.rows(first) == before


async def test_words_in_buttons(first: World, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    for odd in DIGITS:
        for data in (*(f"ws:{act}:{odd}" for act in "lcztvrqmpd"), f"ik:{odd}:0", f"mi:t:{odd}:7:0"):
            await owner.forges(data)
            assert broken(caplog) == [], data


async def test_answers(first: World, owner: User, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    await furnished(first, owner)
    with rewound(tmp_path / "test.db") as rewind:
        for name, steps in BEGUN.items():
            for odd in SHORT:
                await go(owner, steps)
                await owner.types(odd)
                assert broken(caplog) == [], (name, odd[:80])
                rewind()
