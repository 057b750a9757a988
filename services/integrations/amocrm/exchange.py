"""Requests to an account's token endpoint. None of them is ever repeated here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.errors import BadAnswer, RateLimited, RemoteError, Unclear, Unreachable
from services.integrations.amocrm.address import account_of, claims_of, is_account_host
from services.integrations.amocrm.host import Host
from services.integrations.amocrm.mapping import number
from services.integrations.http import Answer, Http
from services.ports import Clock

MOVED = (401, 404)
"""Refusals that may mean that the account has another address by now."""
DAY = 86_400
BUSY_SECONDS = 5.0
SAME = ("client_id", "client_secret", "redirect_uri")


@dataclass(frozen=True)
class Pair:
    """`expires_at` is the end of the access token, epoch seconds."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: int


class Refusal(RemoteError):
    """The vendor wants a new permission: the code or the token is used up, too old or revoked."""

    code = "refusal"

    def __init__(self, status: int) -> None:
        super().__init__(f"token request: {status}")
        self.status = status


class Exchange:
    def __init__(self, http: Http, host: Host, clock: Clock) -> None:
        self._http = http
        self._host = host
        self._clock = clock

    async def ask(self, values: Mapping[str, str], grant: Mapping[str, str]) -> Pair:
        """A new pair for a code or a refresh token, at the account's own address.

        Raises Refusal, Unreachable (nothing was exchanged), Unclear and BadAnswer (it may have been).
        """
        await self._host.admit()
        body = {**{name: values[name] for name in SAME}, **grant}
        answer = await self._http.request(
            "POST", f"{values['address']}/oauth2/access_token", kind="write", json=body
        )
        if answer.status == 429:
            await self._host.slow_down(BUSY_SECONDS)
            raise RateLimited("token request: 429")
        if 400 <= answer.status < 500 and answer.status != 408:
            raise Refusal(answer.status)
        if answer.status != 200:
            raise Unclear(f"token request: {answer.status}")
        return self._pair(_object(answer))

    def _pair(self, told: Mapping[str, Any]) -> Pair:
        access, refresh = told.get("access_token"), told.get("refresh_token")
        if not isinstance(access, str) or not isinstance(refresh, str) or not access or not refresh:
            raise BadAnswer("token request: no tokens in the answer")
        seconds = number(told.get("expires_in"))
        lasts = seconds if 0 < seconds <= 366 * DAY else DAY
        return Pair(access, refresh, int(self._clock.now().timestamp()) + lasts)

    async def moved_to(self, values: Mapping[str, str]) -> str | None:
        """The account's new origin, asked where its last token says; None: not known, or still the same."""
        told_by = str(claims_of(values["access_token"]).get("api_domain") or "").lower()
        here = account_of(values["address"])
        if not is_account_host(told_by) and is_account_host(here):
            return None
        scheme = "https" if is_account_host(told_by) else values["address"].partition(":")[0]
        headers = {"X-Refresh-Token": values["refresh_token"]}
        try:
            await self._host.admit()
            answer = await self._http.request(
                "GET", f"{scheme}://{told_by}/oauth2/account/current/subdomain", kind="read", headers=headers
            )
            domain = str(_object(answer).get("domain") or "").strip().lower()
        except (RemoteError, Unreachable):
            return None
        allowed = is_account_host(domain) or not is_account_host(here)
        return f"{scheme}://{domain}" if allowed and domain not in ("", here) else None


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        told = None
    if answer.status != 200 or not isinstance(told, dict):
        raise BadAnswer(f"token request: {answer.status} without an object")
    return told
