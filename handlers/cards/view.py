"""Draws a card: formatted text within Telegram's limits, its button, and the full text if it was cut."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Italic, Text, TextLink, as_list

from handlers import words
from handlers.cards import texts
from handlers.cards.keyboards import under_card
from handlers.foreign import clean, short
from services.domain.card import CardLine, CardPart, CardView, LineState, Written
from services.wording import moment_in_call

LIMIT = 4096
ENTITIES = 100
LONG = 300
"""Answers longer than this are folded."""
SHORT = 60
"""Values up to this length are set in bold; a whole text in bold is hard to read."""
SHARES = (2500, 1200, 500, 200, 60)
"""Most characters of one answer, tried from above until the card fits."""
FOLDED_FROM = 60
"""With less room than this for an answer, quotes are left to the file."""
FEW = 20
"""So many prompts always stay within the number of entities."""
UNNAMED = "—"
UNSETTLED = (Written.NOT_YET, Written.LOOKING, Written.UNDOING)


@dataclass(frozen=True)
class Drawn:
    text: Text
    keyboard: InlineKeyboardMarkup | None
    full: str | None
    """All answers as plain text, when the card shows some of them cut."""


def draw(view: CardView, language: str) -> Drawn:
    """Answers give way first, then the prompts at the end; what is left out comes as a file.

    Without a recording no prompt has anything to say.
    """
    head, keyboard = _head(view, language), under_card(view)
    full = _plain(view, language) if _settled(view) else None
    lines = () if view.awaits_recording else view.lines
    note = Text("\n\n", texts.full_text_note()) if full else Text()
    for share in SHARES:
        for most in (len(lines), FEW):
            shown = lines[:most]
            cut = len(shown) < len(lines) or any(_longest(line) > share for line in shown)
            text = as_list(head, *(_line(line, share) for line in shown), sep="\n\n")
            if cut:
                text = text + note
            if _fits(text):
                return Drawn(text, keyboard, full if cut else None)
    return Drawn(head + note, keyboard, full)


def mark_of(view: CardView) -> str:
    """The same for the same answers, whatever becomes of them in the CRM."""
    said = [[line.text, line.quote, [[part.text, part.quote] for part in line.parts]] for line in view.lines]
    return sha256(json.dumps(said).encode()).hexdigest()


def _longest(line: CardLine) -> int:
    return max(len(clean(text)) for text in (line.text, *(part.text for part in line.parts)))


def _settled(view: CardView) -> bool:
    """Nothing is to come any more: the file is sent once, at the end."""
    return all(line.state is not LineState.WAITING and line.written not in UNSETTLED for line in view.lines)


def _fits(text: Text) -> bool:
    rendered, entities = text.render()
    return len(rendered) <= LIMIT and len(entities) <= ENTITIES


def _head(view: CardView, language: str) -> Text:
    when = words.moment(view.started_at, view.zone, language)
    first = f"📞 {texts.direction(view.direction)} · {when} · {words.length(view.duration)}"
    rows: list[Text] = [Text(Bold(first))]
    if view.manager:
        rows.append(Text(texts.manager(short(view.manager))))
    who = " · ".join(part for part in (short(view.client), short(view.phone)) if part)
    if who:
        rows.append(Text(texts.client(), who))
    if view.object_url:
        title = short(view.object_title) or texts.untitled()
        rows.append(Text(texts.deal(), TextLink(title, url=view.object_url)))
    elif view.object_title:  # some systems have no address that could be opened
        rows.append(Text(texts.deal(), short(view.object_title)))
    if view.place:
        rows.append(Text(texts.place(short(view.place))))
    if view.awaits_recording:
        rows.append(Text(texts.awaits_recording()))
    if view.reason is not None:
        rows.append(Text(texts.call_failed(view)))
    return as_list(*rows)


def _line(line: CardLine, share: int) -> Text:
    rows: list[Text] = [Text(Bold(_name(line)))]
    said = _said(line)
    if line.parts:
        rows += _parts(line.parts, share)
    elif line.state in (LineState.WAITING, LineState.NO_DATA):
        rows.append(Text(Italic(said)))
    elif line.state is LineState.FAILED:
        rows.append(Text(said))
    else:
        answer = said if len(said) <= share else said[:share].rstrip() + "…"
        rows.append(Text(ExpandableBlockQuote(answer) if len(answer) > LONG else answer))
        if line.quote and line.quote_at is not None:
            quote = short(line.quote, min(share, 300))
            rows.append(Text(ExpandableBlockQuote(f"🗣 {moment_in_call(line.quote_at)} «{quote}»")))
    told = texts.written(line)
    if told:
        rows.append(Text(told))
    return as_list(*rows)


def _parts(parts: Sequence[CardPart], share: int) -> list[Text]:
    """A row for each field; the quotes behind them open at a touch."""
    rows: list[Text] = []
    for part in parts:
        rows.append(Text(f"{short(part.field_name, 60)}: ", _part_said(part, share)))
        note = texts.part_note(part)
        if note:
            rows.append(Text(Italic(note)))
    quotes = [
        f"{short(part.field_name, 60)} — {moment_in_call(part.quote_at)} «{short(part.quote, min(share, 300))}»"
        for part in parts
        if part.quote and part.quote_at is not None
    ]
    if quotes and share > FOLDED_FROM:
        rows.append(Text(ExpandableBlockQuote("\n".join([texts.quotes(), *quotes]))))
    return rows


def _part_said(part: CardPart, share: int) -> Text:
    said = short(part.text, share)
    if part.state is LineState.ANSWERED:
        return Text(Bold(said)) if len(said) <= SHORT else Text(said)
    if part.state is LineState.REFUSED and said:
        return Text(said)
    return Text(Italic(texts.part_state(part)))


def _name(line: CardLine) -> str:
    return short(line.prompt_name) or UNNAMED


def _plain(view: CardView, language: str) -> str:
    """Everything, for the file."""
    head, _ = _head(view, language).render()
    return "\n\n".join([head, *(_plain_line(line) for line in view.lines)])


def _plain_line(line: CardLine) -> str:
    rows = [_name(line), *(_plain_part(part) for part in line.parts)] if line.parts else [_name(line), _said(line)]
    if line.quote and line.quote_at is not None:
        rows.append(f"{moment_in_call(line.quote_at)} «{clean(line.quote)}»")
    return "\n".join([*rows, texts.written(line)]).rstrip()


def _plain_part(part: CardPart) -> str:
    said = clean(part.text) if part.state is LineState.ANSWERED else texts.part_state(part)
    quote = f" — {moment_in_call(part.quote_at)} «{clean(part.quote)}»" if part.quote_at is not None else ""
    return f"{part.field_name}: {said}{quote}"


def _said(line: CardLine) -> str:
    if line.state is LineState.WAITING:
        return texts.waiting()
    if line.state is LineState.FAILED:
        return texts.failed(line)
    return texts.no_data() if line.state is LineState.NO_DATA else clean(line.text)
