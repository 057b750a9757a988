"""Links into the private chat are read once, and the same by everybody."""

import pytest

from handlers.callbacks.linking import LinkTo
from handlers.links import Link
from tests.handlers.test_companies import Two
from tests.handlers.test_companies import two as two
from tests.harness.world import World


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("/start chat_5", Link(LinkTo.CHAT, 5)),
        ("/start@our_bot new_5", Link(LinkTo.NEW, 5)),
        ("/start  chats_5", Link(LinkTo.CHATS, 5)),
        ("/start\nfunnels_5", Link(LinkTo.FUNNELS, 5)),
        ("/start funnels", Link(LinkTo.FUNNELS)),
        ("/start chat_", Link(LinkTo.CHAT)),
        ("/start chat_-5", Link(LinkTo.CHAT)),
        ("/start chat_5x", Link(LinkTo.CHAT)),
        ("/start chat_" + 18 * "9", Link(LinkTo.CHAT, int(18 * "9"))),
        ("/start chat_" + 19 * "9", Link(LinkTo.CHAT)),
        ("/start chat_" + 4000 * "9", Link(LinkTo.CHAT)),
        ("/start join_5", None),
        ("/start chat_5 chat_6", None),
        ("/start", None),
        ("/help chat_5", None),
        ("chat_5", None),
    ],
)
def test_what_a_link_says(text: str, link: Link | None) -> None:
    assert Link.said(text) == link


def test_a_link_is_read_as_it_is_written() -> None:
    for to in LinkTo:
        assert Link.said(f"/start {Link(to, 42).payload}") == Link(to, 42)


async def test_however_it_is_typed_a_link_leads_into_its_company(world: World, two: Two) -> None:
    """Typed with one blank more it went past the question, and was followed in the present company."""
    group = world.telegram.group("Отдел", [two.owner.person, two.person.person])
    await two.owner.within(group).types("/new")
    link = str(two.owner.within(group).last.keyboard[0][0]["url"]).partition("?start=")[2]
    await two.person.types("/workspace")
    await two.person.press("Перейти в «Бета»")
    for blank in (" ", "  ", "\n"):
        await two.person.types(f"/start{blank}{link}")
        assert "Эта ссылка — для компании «Альфа»" in two.person.last.text
