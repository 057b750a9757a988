"""The jobs, and the lanes that keep order among them."""

from enum import StrEnum


class Job(StrEnum):
    ROUND = "round"
    PULL = "pull"
    PROCESS = "process"
    TARGET = "target"
    DELIVER = "deliver"
    CARDS = "cards"
    ALERT = "alert"
    DIGEST = "digest"
    NOTICE = "notice"
    SWEEP = "sweep"
    FUNNELS = "funnels"
    PURGE = "purge"
    EXPIRY = "expiry"
    FORGET = "forget"
    DELETE_COMPANY = "delete_company"


BY_THE_CLOCK = frozenset({Job.ROUND, Job.SWEEP, Job.FUNNELS, Job.PURGE, Job.EXPIRY})
"""Housekeeping of each minute or hour: nobody waits for it, and mostly it finds nothing to do."""

QUEUE = "work"
"""One queue: it runs one job of a lane at a time, and any number of lanes. Each queue more is polled as well."""

ROUND_LANES = 10


def process_lane(workspace_id: int, call_id: int, lanes: int) -> str:
    """Calls of one company share `lanes` lanes, so that no company holds up the others."""
    return f"workspace:{workspace_id}:{call_id % lanes}"


def account_lane(account: str) -> str:
    """One writer per remote account."""
    return f"account:{account}"


def chat_lane(chat_id: int) -> str:
    return f"chat:{chat_id}"


def cards_lane(chat_number: int) -> str:
    """One chat's cards, by our number of it: what else is said there does not stand behind them."""
    return f"cards:{chat_number}"


def digest_lane(chat_number: int) -> str:
    """A digest gives way to everything: no alert of the chat must stand behind one that waits."""
    return f"digest:{chat_number}"


def integration_lane(integration_id: int) -> str:
    return f"integration:{integration_id}"


def round_lane(share: int, tick: int) -> str:
    """A round that is held up by one integration does not hold up the next one."""
    return f"round:{share}:{tick % ROUND_LANES}"
