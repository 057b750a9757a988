"""A strict amoCRM account over real HTTP: calls as notes, deals, fields, tokens; and the telephony beside it."""

from sandbox.amocrm.account import Account
from sandbox.amocrm.pbx import Pbx
from sandbox.amocrm.world import Call, Field, Lead, Note, Wants

__all__ = ["Account", "Call", "Field", "Lead", "Note", "Pbx", "Wants"]
