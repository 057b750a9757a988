"""Access to an account: a long-lived token as it is, or a pair that is exchanged for a new one every day.

Each exchange kills the former refresh token. So there is one at a time in all processes, the new pair is stored
before it is used, and a request whose answer was lost is not repeated on and on: the pair may be dead already.
"""

from collections.abc import Mapping

import structlog

from services.domain.integration import Kind
from services.errors import (
    BadAnswer,
    Refused,
    RemoteError,
    Unauthorized,
    Unclear,
    Unreachable,
)
from services.integrations.amocrm.address import account_of, returned_origin
from services.integrations.amocrm.exchange import MOVED, Exchange, Pair, Refusal
from services.integrations.amocrm.host import Host
from services.integrations.doors import Doors, Renewal, return_address
from services.integrations.http import Http

log = structlog.get_logger(__name__)

MARGIN = 600.0
"""Seconds before its end at which a token is exchanged."""
PAUSE = 60.0
"""Seconds between an exchange that failed and the next try."""


async def exchange(values: Mapping[str, str], doors: Doors) -> Mapping[str, str]:
    """The code that came back from the vendor's page into the first pair, at the account that gave it."""
    code, _, referer = values["code"].partition(" ")
    origin = returned_origin(referer, values["address"], allow_private=doors.allow_private_hosts)
    http = _http(doors)
    try:
        asked = {**values, "address": origin, "redirect_uri": return_address(Kind.AMOCRM, doors)}
        work = Exchange(http, Host(account_of(origin), doors), doors.clock)
        pair = await work.ask(asked, {"grant_type": "authorization_code", "code": code})
    except Refusal:
        raise Refused("code_refused") from None
    finally:
        await http.close()
    return _stored(asked, pair)


def _http(doors: Doors) -> Http:
    return Http(
        guard=doors.guard, allow_private=doors.allow_private_hosts, write_timeout=min(doors.write_timeout, 30)
    )


def _stored(values: Mapping[str, str], pair: Pair) -> dict[str, str]:
    """The code is spent but stays a value that was given: the dialogue would ask for it again."""
    return {
        **values,
        "code": "",
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "expires_at": str(pair.expires_at),
    }


class Tokens:
    """Hands the library its bearer (`aioamocrm.Auth`). `address` follows the account when it is renamed."""

    def __init__(self, secrets: Mapping[str, str], doors: Doors, http: Http, host: Host) -> None:
        self._secrets = dict(secrets)
        self._doors = doors
        self._exchange = Exchange(http, host, doors.clock)
        self._host = host
        self._doubtful = ""
        """A refresh token whose exchange was not answered: it gets one more try."""
        self._not_before = 0.0
        self._unsaved: dict[str, str] | None = None
        """A new pair that could not be stored: the old one is dead, so it is stored at the next occasion."""

    @property
    def address(self) -> str:
        return self._secrets["address"]

    @property
    def rotates(self) -> bool:
        return self._secrets.get("way") == "oauth"

    @property
    def bearer(self) -> str:
        return self._secrets["access_token" if self.rotates else "token"]

    async def get_token(self, endpoint: object = None) -> str:
        """Raises Unauthorized when there is no way to a living token, Unreachable when it must be tried later."""
        if self.rotates and self._left(self._secrets) <= MARGIN:
            try:
                await self._renew(self.bearer)
            except Unreachable:
                if self._left(self._secrets) <= 0:
                    raise
        return self.bearer

    async def handle_unauthorized(self, endpoint: object, rejected_token: str) -> bool:
        """One exchange after a 401; False: the refusal is final."""
        if not self.rotates:
            return False
        if self.bearer == rejected_token:
            self._not_before = 0.0
            await self._renew(rejected_token)
        return self.bearer != rejected_token

    def _left(self, secrets: Mapping[str, str]) -> float:
        """Seconds until the access token ends."""
        return float(secrets.get("expires_at") or 0.0) - self._doors.clock.now().timestamp()

    async def _renew(self, stale: str) -> None:
        if self._doors.safe is None:
            raise Unauthorized("the token has ended before the account was connected")
        if self._doors.clock.now().timestamp() < self._not_before:
            raise Unreachable("the exchange of tokens has just failed")
        async with self._doors.safe.renew() as renewal:
            if await self._adopt(renewal, stale):
                return
            await self._save(renewal, await self._new_pair(renewal.secrets))

    async def _adopt(self, renewal: Renewal, stale: str) -> bool:
        """Another process was quicker, or somebody has connected anew; or a pair of ours is still to be stored."""
        stored = renewal.secrets
        if self._unsaved is not None and stored.get("refresh_token") == self._secrets.get("refresh_token"):
            await self._save(renewal, self._unsaved)
            return True
        self._unsaved = None
        if stored.get("way") != "oauth" or not stored.get("access_token"):
            raise Unreachable("somebody has just given another access")
        is_new = stored["access_token"] != stale and self._left(stored) > MARGIN
        self._secrets = dict(stored)
        return is_new

    async def _save(self, renewal: Renewal, secrets: dict[str, str]) -> None:
        """Stored first, used then."""
        self._unsaved = secrets
        await renewal.save(secrets, account=account_of(secrets["address"]))
        self._unsaved, self._secrets, self._doubtful = None, secrets, ""
        log.info("amocrm_tokens_renewed", account=self._host.account)

    async def _new_pair(self, stored: Mapping[str, str]) -> dict[str, str]:
        grant = {"grant_type": "refresh_token", "refresh_token": stored["refresh_token"]}
        try:
            return _stored(stored, await self._exchange.ask(stored, grant))
        except Refusal as refusal:
            moved = await self._exchange.moved_to(stored) if refusal.status in MOVED else None
            if moved is None:
                raise Unauthorized(str(refusal)) from None
            there = {**stored, "address": moved}
            return await self._at_new_address(there, grant)
        except (Unclear, BadAnswer) as failure:
            raise self._lost(stored["refresh_token"], failure) from None
        except Unreachable:
            self._wait()
            raise

    async def _at_new_address(self, there: Mapping[str, str], grant: Mapping[str, str]) -> dict[str, str]:
        try:
            pair = await self._exchange.ask(there, grant)
        except Refusal as refusal:
            raise Unauthorized(str(refusal)) from None
        except (Unclear, BadAnswer) as failure:
            raise self._lost(there["refresh_token"], failure) from None
        log.warning("amocrm_account_moved", account=account_of(there["address"]))
        return _stored(there, pair)

    def _lost(self, refresh_token: str, failure: RemoteError) -> RemoteError:
        """The exchange may have been made without us hearing of it. One more try tells; then people must help."""
        if self._doubtful == refresh_token:
            return Unauthorized("the exchange of tokens was not answered twice")
        self._doubtful = refresh_token
        self._wait()
        return Unreachable(failure.detail)

    def _wait(self) -> None:
        self._not_before = self._doors.clock.now().timestamp() + PAUSE
