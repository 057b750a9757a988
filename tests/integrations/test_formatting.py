"""Comments: whatever is said, the portal carries nothing out."""

import re

from hypothesis import given
from hypothesis import strategies as st

from services.integrations.bitrix24.formatting import LIMIT, comment_parts, disarm

ODD = st.text(
    alphabet=st.sampled_from(list("[]<>/BURLIMG=user 1$result()crtm\n\r\t«»абв\u202e\x00")), max_size=400
)


@given(ODD | st.text(max_size=300))
def test_nothing_survives_that_the_portal_would_carry_out(text: str) -> None:
    plain = disarm(text)
    assert "[" not in plain
    assert "]" not in plain
    assert not re.search(r"<[/!a-zA-Z]", plain)
    assert "$result" not in plain
    assert not re.search(r"\((c|r|tm)\)", plain, re.IGNORECASE)
    assert plain == plain.strip()


@given(ODD, ODD)
def test_the_marker_is_the_whole_last_line(title: str, text: str) -> None:
    for marker, body in comment_parts(title or "x", text, "ai:0123456789"):
        assert body.rsplit("\n", 1)[-1] == marker
        assert body == body.strip()


def test_a_long_answer_comes_in_parts_that_lose_nothing() -> None:
    text = " ".join(f"слово{number}" for number in range(6000))
    parts = comment_parts("Итог", text, "ai:0123456789")
    assert [marker for marker, _ in parts] == [
        f"ai:0123456789-{n}of{len(parts)}" for n in range(1, len(parts) + 1)
    ]
    assert all(len(body) <= LIMIT for _, body in parts)
    said = " ".join(body.split("\n", 1)[1].rsplit("\n\n", 1)[0] for _, body in parts)
    assert said == text
