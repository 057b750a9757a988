"""Webhooks of the account: unsigned and told in an own dialect, so they are a reason to look and nothing more."""

import re
from urllib.parse import parse_qsl

from services.integrations.knocking import Knock, Reply

MOST_FIELDS = 5000
_NOTE = re.compile(r"(?:leads|contacts|companies|customers)\[note\]")


def answer(knock: Knock, account_id: str) -> Reply:
    """Wakes for a note of this account, and always says thanks: too many refusals switch the webhook off."""
    try:
        told = parse_qsl(knock.body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return Reply(wakes=False)
    values = dict(told)
    is_ours = not account_id or values.get("account[id]", account_id) == account_id
    return Reply(wakes=is_ours and any(_NOTE.match(name) for name in values))
