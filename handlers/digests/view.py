"""Draws a digest within one message: the counts first, the alerts folded behind them."""

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Text, TextLink, as_list

from handlers import words
from handlers.digests import texts
from handlers.foreign import short
from services.domain.digest import DigestAlert, DigestLine, DigestView
from services.wording import moment_in_call

LIMIT = 4096
ENTITIES = 100
MOST_LINES = 25
QUOTE = 160


def draw_digest(view: DigestView, language: str) -> Text:
    """Of a day with more alerts than a message holds the first ones are told, and how many there are besides."""
    begin, end = (words.moment(at, view.zone, language) for at in (view.begin, view.end))
    top: list[Text | str] = [Bold(texts.head(begin, end)), texts.calls(view.calls, view.failed), ""]
    top += [_line(one) for one in view.lines[:MOST_LINES]]
    if len(view.lines) > MOST_LINES:
        top.append(texts.more_prompts(len(view.lines) - MOST_LINES))
    if not view.alerts:
        return as_list(*top, "", texts.no_alerts())
    top += ["", Bold(texts.alerts(len(view.alerts) + view.more_alerts))]
    alerts = [_alert(one, view.zone, language) for one in view.alerts]
    told = _as_many_as_fit(as_list(*top), alerts, view.more_alerts)
    return as_list(*top, ExpandableBlockQuote(as_list(*told))) if told else as_list(*top)


def _as_many_as_fit(head: Text, alerts: Sequence[Text], more: int) -> list[Text]:
    """Whole alerts; of those left out, how many they are."""
    count = len(alerts) + more
    text, entities = head.render()
    room = LIMIT - len(text) - len(texts.more_alerts(count)) - 2
    marks = ENTITIES - len(entities) - 1
    told: list[Text] = []
    for alert in alerts:
        text, entities = alert.render()
        room, marks = room - len(text) - 1, marks - len(entities)
        if room < 0 or marks < 0:
            break
        told.append(alert)
    return [*told, Text(texts.more_alerts(count - len(told)))] if len(told) < count else told


def _line(line: DigestLine) -> Text:
    return Text(Bold(short(line.prompt_name, 60)), f": {texts.line(line)}")


def _alert(alert: DigestAlert, zone: str, language: str) -> Text:
    at = words.moment(alert.started_at, zone, language)
    head = " · ".join(part for part in (at, short(alert.prompt_name, 60), short(alert.client, 60)) if part)
    said_at = f"{moment_in_call(alert.quote_at)} " if alert.quote_at is not None else ""
    pieces: list[Text | str] = [head, "\n", f"🗣 {said_at}«{short(alert.quote, QUOTE)}»"]
    if alert.object_url:
        pieces += ["\n", TextLink(short(alert.object_title, 60) or texts.untitled(), url=alert.object_url)]
    return Text(*pieces)
