"""Cards stay within Telegram's limits, whatever is in them, and hostile text stays text."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.cards.view import ENTITIES, LIMIT, draw
from services.domain.call import Direction, Reason
from services.domain.card import CardLine, CardView, LineState, Written
from tests.harness.telegram import languages

AT = datetime(2026, 3, 10, 9, 19, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    i18n = languages()
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


def test_a_deal_without_an_address_is_named_all_the_same() -> None:
    assert "Балкон" in draw(view(object_url=""), "ru").text.render()[0]


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
    assert text.startswith("📞 Входящий · 10 мар., 12:19 · 3\u00a0мин\u00a005\u00a0с")
    for part in ("🗣 00:12 «до ста десяти»", "нет данных", "думаю", "отказалась", "в CRM не записано"):
        assert part in text
    assert any(entity.url == "https://portal.example/crm/deal/details/1/" for entity in entities)
    assert drawn.keyboard is not None
    assert drawn.full is None


def test_a_card_that_waits_for_a_recording_says_so_and_not_that_prompts_are_thinking() -> None:
    drawn = draw(view(CardLine("Итог", LineState.WAITING), awaits_recording=True), "ru")
    text, _ = drawn.text.render()
    assert "Жду запись разговора" in text
    assert "думаю" not in text
    assert drawn.full is None


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "<b>x</b>",
        "[URL=x]y[/URL]",
        "*a* _b_ `c`",
        "\u202eabc",
        "a" * 5000,
        "🙂" * 3000,
        "👨‍👩‍👧" * 900,
        "\u200b",
        "\u2066",
        "&lt;",
        "\x00",
        "\n" * 50,
    ]
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
    assert all(entity.length > 0 and entity.offset + entity.length <= size for entity in entities)
    assert not set(text) & set("\u202e\u2066\u200b\x00")


LONG = CardLine("Итог", LineState.ANSWERED, "слово " * 2000, written=Written.WRITTEN)


def test_what_does_not_fit_comes_as_a_file_once_all_is_there() -> None:
    settled, early = draw(view(LONG), "ru"), draw(view(LONG, CardLine("Ещё", LineState.WAITING)), "ru")
    assert settled.full is not None
    assert "в файле" in settled.text.render()[0]
    assert early.full is None
    assert "в файле" not in early.text.render()[0]


def test_the_file_says_everything_as_it_is() -> None:
    full = draw(
        view(
            LONG,
            CardLine("Бюджет", LineState.ANSWERED, "110 тысяч", "до ста десяти", 12.0, Written.WRITTEN),
            CardLine("Шаг", LineState.FAILED, reason=Reason.MODEL_REFUSED),
            CardLine("Погода", LineState.NO_DATA, written=Written.WRITTEN),
            CardLine("Срок", LineState.ANSWERED, "неделя", written=Written.FAILED, reason=Reason.REMOTE_REJECTED),
        ),
        "ru",
    ).full
    assert full is not None
    assert full.startswith("📞 Входящий · 10 мар., 12:19")
    assert "Балкон" in full
    assert "Бюджет\n110 тысяч\n00:12 «до ста десяти»" in full
    assert "Шаг\n⚠️ языковая модель отказалась" in full
    assert "Погода\nнет данных" in full
    assert "Срок\nнеделя\n⚠️ в CRM не записано" in full


def test_a_long_answer_is_folded() -> None:
    _, entities = draw(view(CardLine("Итог", LineState.ANSWERED, "слово " * 100)), "ru").text.render()
    assert [entity.type for entity in entities].count("expandable_blockquote") == 1


def test_many_prompts_keep_every_name_that_fits() -> None:
    lines = [CardLine(f"Промпт {n}", LineState.ANSWERED, "да", written=Written.WRITTEN) for n in range(30)]
    text, entities = draw(view(*lines), "ru").text.render()
    assert all(f"Промпт {n}\n" in text + "\n" for n in range(30))
    assert len(entities) <= ENTITIES


def test_a_quote_that_was_not_found_in_the_call_is_not_shown() -> None:
    text, _ = draw(view(CardLine("Итог", LineState.ANSWERED, "да", "выдумка", None)), "ru").text.render()
    assert "выдумка" not in text


def test_a_call_without_any_answer_says_why_and_can_be_repeated() -> None:
    drawn = draw(view(reason=Reason.NO_RECORD, retryable=True), "ru")
    assert "запись разговора так и не появилась" in drawn.text.render()[0]
    assert drawn.keyboard is not None
    (row,) = drawn.keyboard.inline_keyboard
    assert row[0].callback_data == "cr:1"


def test_what_is_not_known_takes_no_line() -> None:
    bare = view(
        manager="", client="", phone="", object_title="", object_url="", direction=Direction.OUTGOING, duration=9
    )
    assert draw(bare, "ru").text.render()[0] == "📞 Исходящий · 10 мар., 12:19 · 9\u00a0с"
    unsaid = view(
        manager="", client="", phone="", object_title="", object_url="", direction=Direction.UNKNOWN, duration=9
    )
    assert draw(unsaid, "ru").text.render()[0] == "📞 Звонок · 10 мар., 12:19 · 9\u00a0с"


def test_english_and_another_zone() -> None:
    i18n = languages()
    with i18n.context(), i18n.use_locale("en"):
        text, _ = draw(view(zone="Asia/Yekaterinburg"), "en").text.render()
    assert "Mar 10, 14:19" in text
    assert not any("а" <= letter <= "я" for letter in text.splitlines()[0])
