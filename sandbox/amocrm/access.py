"""Who may come in: long-lived tokens, and pairs that are exchanged for new ones."""

import base64
import hashlib
import itertools
import json
from dataclasses import dataclass
from typing import Any

from sandbox.amocrm.problems import Problem
from sandbox.clock import Clock

DAY = 86_400
QUARTER = 90 * DAY
CODE_SECONDS = 20 * 60


@dataclass(frozen=True)
class Client:
    """An integration that is registered in the account."""

    id: str
    secret: str
    redirect_uri: str


class Access:
    """`api_domain` is where tokens say that the account can be asked for its address."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = itertools.count(1)
        self.api_domain = ""
        self.clients: dict[str, Client] = {}
        self.bearers: dict[str, float] = {}
        """Living access tokens and when they end."""
        self.refresh: dict[str, tuple[str, float]] = {}
        """Living refresh tokens: the integration, and when they end."""
        self.codes: dict[str, tuple[str, float]] = {}
        self.exchanges = 0

    def long_lived(self, seconds: float = 365 * DAY) -> str:
        token = self._token(seconds)
        self.bearers[token] = self._clock.now() + seconds
        return token

    def register(self, redirect_uri: str) -> Client:
        number = next(self._ids)
        secret = hashlib.sha256(f"secret {number}".encode()).hexdigest()
        client = Client(f"00000000-0000-4000-8000-{number:012d}", secret, redirect_uri)
        self.clients[client.id] = client
        return client

    def allow(self, client: Client) -> str:
        """An administrator lets the integration in: the code for its address."""
        code = f"code-{next(self._ids)}"
        self.codes[code] = (client.id, self._clock.now() + CODE_SECONDS)
        return code

    def revoke_all(self) -> None:
        self.bearers.clear()
        self.refresh.clear()

    def is_open(self, bearer: str) -> bool:
        return self.bearers.get(bearer, 0.0) > self._clock.now()

    def exchange(self, body: dict[str, Any]) -> dict[str, Any]:
        """A new pair; the code or the former refresh token is dead from now on."""
        client = self.clients.get(str(body.get("client_id")))
        if client is None or body.get("client_secret") != client.secret:
            raise _refused("The client credentials are invalid")
        if body.get("redirect_uri") != client.redirect_uri:
            raise _refused("The redirect address does not match")
        kind = body.get("grant_type")
        known, given = {
            "authorization_code": (self.codes, body.get("code")),
            "refresh_token": (self.refresh, body.get("refresh_token")),
        }.get(str(kind), ({}, None))
        owner, ends = known.pop(str(given), ("", 0.0))
        if owner != client.id or ends <= self._clock.now():
            raise _refused("Token has been revoked")
        self.exchanges += 1
        return self.pair(client)

    def pair(self, client: Client) -> dict[str, Any]:
        now = self._clock.now()
        access, refresh = self._token(DAY), f"refresh-{next(self._ids)}-of-{client.id}"
        self.bearers[access] = now + DAY
        self.refresh[refresh] = (client.id, now + QUARTER)
        return {
            "token_type": "Bearer",
            "expires_in": DAY,
            "server_time": int(now),
            "access_token": access,
            "refresh_token": refresh,
        }

    def _token(self, seconds: float) -> str:
        """Looks like the real ones: three parts, the middle one readable."""
        claims: dict[str, Any] = {"exp": int(self._clock.now() + seconds), "jti": next(self._ids), "account_id": 1}
        if self.api_domain:
            claims["api_domain"] = self.api_domain
        parts = [json.dumps({"typ": "JWT"}), json.dumps(claims), f"signature {claims['jti']}"]
        return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


def _refused(hint: str) -> Problem:
    problem = Problem(400, "Некорректный запрос", "Check parameters")
    problem.body["hint"] = hint
    return problem
