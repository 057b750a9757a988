"""A chat's settings between the database's JSON and the domain."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from services.domain.listening import DIGEST_AT, Hush, Mute, Quiet, Wants


def _numbers(stored: Mapping[str, Any], name: str) -> frozenset[int] | None:
    return frozenset(stored[name]) if stored.get(name) else None


def wants_of(stored: Mapping[str, Any]) -> Wants:
    return Wants(
        prompts=_numbers(stored, "prompts"),
        integrations=_numbers(stored, "integrations"),
        funnels=_numbers(stored, "funnels"),
        only_with_data=bool(stored.get("only_with_data")),
        digest_at=time.fromisoformat(stored["digest_at"]) if "digest_at" in stored else DIGEST_AT,
        digest_told=datetime.fromisoformat(stored["digest_told"]) if "digest_told" in stored else None,
        mutes={
            int(number): Mute(datetime.fromisoformat(one["since"]), datetime.fromisoformat(one["until"]))
            for number, one in stored.get("mutes", {}).items()
        },
    )


def wants_to_json(wants: Wants) -> dict[str, Any]:
    """What is as usual is left out, so that most chats store nothing."""
    stored: dict[str, Any] = {
        name: sorted(chosen)
        for name, chosen in (
            ("prompts", wants.prompts),
            ("integrations", wants.integrations),
            ("funnels", wants.funnels),
        )
        if chosen
    }
    if wants.only_with_data:
        stored["only_with_data"] = True
    if wants.digest_at != DIGEST_AT:
        stored["digest_at"] = wants.digest_at.isoformat("minutes")
    if wants.digest_told is not None:
        stored["digest_told"] = wants.digest_told.isoformat()
    if wants.mutes:
        stored["mutes"] = {
            str(number): {"since": mute.since.isoformat(), "until": mute.until.isoformat()}
            for number, mute in wants.mutes.items()
        }
    return stored


def quiet_of(stored: Mapping[str, Any]) -> Quiet | None:
    if not stored:
        return None
    begin, end = (time.fromisoformat(stored[name]) for name in ("begin", "end"))
    return Quiet(begin, end, Hush(stored["hush"]))


def quiet_to_json(quiet: Quiet | None) -> dict[str, Any]:
    if quiet is None:
        return {}
    begin, end = quiet.begin.isoformat("minutes"), quiet.end.isoformat("minutes")
    return {"begin": begin, "end": end, "hush": quiet.hush}
