"""The errors of the data API. Programs tell them apart by the mnemonic: numbers are shared."""

from typing import Any

CODES = {
    "parse_error": -32700,
    "invalid_request": -32600,
    "method_not_found": -32601,
    "auth_error": -32001,
    "access_token_invalid": -32001,
    "access_token_expired": -32001,
    "access_token_blocked": -32001,
    "ip_not_whitelisted": -32003,
    "forbidden": -32003,
    "method_component_disabled": -32008,
    "parameter_component_disabled": -32008,
    "account_inactive": -32009,
    "limit_exceeded": -32029,
    "internal_error": -32603,
    "batch_opreations_not_supported": -32099,
    "notifications_not_supported": -32099,
}
"""Any other mnemonic is one of wrong parameters."""


class ApiError(Exception):
    def __init__(
        self, mnemonic: str, *, field: str | None = None, value: Any = None, params: dict[str, Any] | None = None
    ) -> None:
        super().__init__(mnemonic)
        self.mnemonic = mnemonic
        self.field = field
        self.value = value
        self.params = params or {}

    def body(self, number: Any, limits: dict[str, int]) -> dict[str, Any]:
        data = {
            "mnemonic": self.mnemonic,
            "field": self.field,
            "value": self.value,
            "params": self.params,
            "extended_helper": None,
            "metadata": {"limits": limits},
        }
        error = {
            "code": CODES.get(self.mnemonic, -32602),
            "message": self.mnemonic.replace("_", " "),
            "data": data,
        }
        return {"jsonrpc": "2.0", "id": number, "error": error}
