"""Tokens of Yandex: a confirmation code exchanged for them, and their renewal."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from services.errors import BadAnswer, RateLimited, Refused, Unauthorized, Unclear
from services.integrations.doors import Doors
from services.integrations.http import Answer, Http

OAUTH = "https://oauth.yandex.ru"
RETURN_PAGE = f"{OAUTH}/verification_code"
"""Yandex's own page that shows the code: no address of ours is needed."""
USED = "used"
"""Stands for a code that was exchanged: it opens nothing any more."""
YEAR = 365 * 86_400


def authorize_address(client_id: str) -> str:
    """Where the owner of the Disk allows the application in and is shown a code, good for ten minutes."""
    asked = {"response_type": "code", "client_id": client_id, "force_confirm": "yes"}
    return f"{OAUTH}/authorize?{urlencode(asked)}"


async def complete(values: Mapping[str, str], doors: Doors) -> Mapping[str, str]:
    """A confirmation code becomes tokens, once; a pasted token stays what it is.

    Raises Refused (`wrong_code`, `wrong_application`; `again` names what to ask anew) and remote failures.
    """
    if values.get("way") != "code" or values.get("token"):
        return values
    http = Http(guard=doors.guard, allow_private=doors.allow_private_hosts, write_timeout=doors.write_timeout)
    try:
        tokens = await _asked(http, doors, values, {"grant_type": "authorization_code", "code": values["code"]})
    except Unauthorized as failure:
        if failure.remote_code in ("invalid_client", "unauthorized_client"):
            raise Refused("wrong_application", again=("client_id", "client_secret", "code")) from None
        raise Refused("wrong_code", again=("code",)) from None
    finally:
        await http.close()
    return {**values, "code": USED, **tokens}


async def renewed(http: Http, doors: Doors, secrets: Mapping[str, str]) -> Mapping[str, str]:
    """New tokens for old ones, to be stored before they are used.

    Raises Unauthorized when the access was taken back, and remote failures; Unclear: perhaps renewed there.
    """
    return await _asked(
        http, doors, secrets, {"grant_type": "refresh_token", "refresh_token": secrets["refresh_token"]}
    )


async def _asked(http: Http, doors: Doors, secrets: Mapping[str, str], grant: Mapping[str, str]) -> dict[str, str]:
    form = {**grant, "client_id": secrets["client_id"], "client_secret": secrets["client_secret"]}
    answer = await http.request("POST", f"{doors.origin(OAUTH)}/token", kind="write", form=form)
    body = _object(answer)
    if answer.status in (400, 401, 403) and body.get("error"):
        code = str(body["error"])[:60]
        raise Unauthorized(f"token: {code}", remote_code=code)
    if answer.status == 429:
        raise RateLimited("token: status 429", retry_after=60.0)
    if answer.status >= 500:
        raise Unclear(f"token: status {answer.status}")
    return _tokens(answer, body, doors)


def _tokens(answer: Answer, body: Mapping[str, Any], doors: Doors) -> dict[str, str]:
    token, refresh = body.get("access_token"), body.get("refresh_token")
    if answer.status != 200 or not isinstance(token, str) or not token:
        raise BadAnswer(f"token: status {answer.status}")
    life = body.get("expires_in")
    seconds = life if isinstance(life, int) and 0 < life <= 10 * YEAR else YEAR
    found = {"token": token, "expires_at": (doors.clock.now() + timedelta(seconds=seconds)).isoformat()}
    return found | ({"refresh_token": refresh} if isinstance(refresh, str) and refresh else {})


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
