"""Cards stay within Telegram's limits, whatever is in them, and hostile text stays text."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.i18n import load_languages
from handlers.cards.view import ENTITIES, LIMIT, draw
from services.domain.call import Direction, Reason
from services.domain.card import CardLine, CardView, LineState, Written

AT = datetime(2026, 3, 10, 9, 19, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    i18n = load_languages()
    with i18n.context(), i18n.use_locale("ru"):
        yield


def view(*lines: CardLine, **more: object) -> CardView:
    values: dict[str, object] = {
        "call_id": 1,
        "started_at": AT,
        "zone": "Europe/Moscow",
        "direction": Direction.INCOMING,
        "duration": 185,
        "manager": "Ирина",
        "client": "Сергей",
        "phone": "+79000000001",
        "object_title": "Балкон",
        "object_url": "https://portal.example/crm/deal/details/1/",
        "lines": lines,
    }
    return CardView(**(values | more))  # type: ignore[arg-type]


def test_what_a_card_says() -> None:
    drawn = draw(
        view(
            CardLine("Бюджет", LineState.ANSWERED, "110 тысяч", "до ста десяти", 12.0, Written.WRITTEN),
            CardLine("Погода", LineState.NO_DATA),
            CardLine("Итог", LineState.WAITING),
            CardLine("Шаг", LineState.FAILED, reason=Reason.MODEL_REFUSED),
            CardLine("Срок", LineState.ANSWERED, "неделя", written=Written.FAILED, reason=Reason.REMOTE_REJECTED),
            retryable=True,
        ),
        "ru",
    )
    text, entities = drawn.text.render()
    assert text.startswith("📞 Входящий · 10 мар, 12:19 · 3\u00a0мин\u00a005\u00a0с")
    for part in ("🗣 00:12 «до ста десяти»", "нет данных", "думаю", "отказалась", "в CRM не записано"):
        assert part in text
    assert any(entity.url == "https://portal.example/crm/deal/details/1/" for entity in entities)
    assert drawn.keyboard is not None
    assert drawn.full is None


HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["<b>x</b>", "[URL=x]y[/URL]", "*a* _b_ `c`", "\u202eabc", "a" * 5000, "🙂" * 3000, "\u200b", "&lt;"]
)
LINES = st.builds(
    CardLine,
    prompt_name=HOSTILE.filter(str.strip).map(lambda name: name[:60]),
    state=st.sampled_from(LineState),
    text=HOSTILE,
    quote=HOSTILE,
    quote_at=st.none() | st.floats(0, 5000),
    written=st.sampled_from(Written),
    reason=st.none() | st.sampled_from(Reason),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=30), HOSTILE, HOSTILE)
def test_every_card_fits(lines: list[CardLine], title: str, client: str) -> None:
    drawn = draw(view(*lines, object_title=title, client=client), "ru")
    text, entities = drawn.text.render()
    assert 0 < len(text) <= LIMIT
    assert len(entities) <= ENTITIES
    size = len(text.encode("utf-16-le")) // 2
    assert all(entity.offset + entity.length <= size for entity in entities)


def test_what_does_not_fit_comes_as_a_file_once_all_is_there() -> None:
    long = CardLine("Итог", LineState.ANSWERED, "слово " * 2000, written=Written.WRITTEN)
    assert draw(view(long), "ru").full is not None
    assert draw(view(long, CardLine("Ещё", LineState.WAITING)), "ru").full is None
