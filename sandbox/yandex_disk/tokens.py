"""Yandex's tokens: applications, confirmation codes, and renewal that makes the old refresh token void."""

import secrets
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.clock import Clock

CODE_SECONDS = 600.0
TOKEN_SECONDS = 31_536_000
READ, INFO = "cloud_api:disk.read", "cloud_api:disk.info"


@dataclass
class Tokens:
    clock: Clock
    client_id: str = "0123456789abcdef0123456789abcdef"
    client_secret: str = "fedcba9876543210fedcba9876543210"
    codes: dict[str, float] = field(default_factory=dict)
    access: dict[str, float] = field(default_factory=dict)
    """Token -> epoch second when it ends."""
    refresh: set[str] = field(default_factory=set)
    scopes: set[str] = field(default_factory=lambda: {READ, INFO})
    granted: int = 0

    def new_token(self) -> str:
        token = f"y0_{secrets.token_urlsafe(40)}"
        self.access[token] = self.clock.now() + TOKEN_SECONDS
        return token

    def new_code(self) -> str:
        """What the owner is shown once he has let the application in."""
        code = secrets.token_hex(8)
        self.codes[code] = self.clock.now() + CODE_SECONDS
        return code

    def revoke_all(self) -> None:
        self.access.clear()
        self.refresh.clear()

    def good(self, header: str) -> bool:
        kind, _, token = header.partition(" ")
        return kind == "OAuth" and self.access.get(token, 0.0) > self.clock.now()

    async def answer(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return _refused("invalid_request")
        form = {name: str(value) for name, value in (await request.post()).items()}
        if form.get("client_id") != self.client_id or form.get("client_secret") != self.client_secret:
            return _refused("invalid_client")
        if form.get("grant_type") == "authorization_code":
            code = form.get("code", "")
            if self.codes.pop(code, 0.0) <= self.clock.now():
                return _refused("bad_verification_code" if not code.isalnum() else "invalid_grant")
        elif form.get("grant_type") == "refresh_token":
            token = form.get("refresh_token", "")
            if token not in self.refresh:
                return _refused("invalid_grant")
            self.refresh.discard(token)
        else:
            return _refused("unsupported_grant_type")
        return self._granted()

    def _granted(self) -> web.Response:
        self.granted += 1
        refresh = f"1:{secrets.token_urlsafe(40)}"
        self.refresh.add(refresh)
        return web.json_response(
            {
                "access_token": self.new_token(),
                "refresh_token": refresh,
                "expires_in": TOKEN_SECONDS,
                "token_type": "bearer",
            }
        )


def _refused(error: str) -> web.Response:
    return web.json_response({"error": error, "error_description": "refused"}, status=400)
