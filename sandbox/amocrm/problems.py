"""Refusals as the account words them."""

from typing import Any

from aiohttp import web


class Problem(Exception):
    def __init__(
        self, status: int, title: str, detail: str = "", errors: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(title)
        self.status = status
        self.body: dict[str, Any] = {
            "title": title,
            "type": f"https://httpstatus.es/{status}",
            "status": status,
            "detail": detail or title,
        }
        if errors is not None:
            self.body["validation-errors"] = errors

    def answer(self) -> web.Response:
        return web.json_response(self.body, status=self.status, content_type="application/problem+json")


def invalid(*issues: tuple[str, str], item: str = "0") -> Problem:
    """(code, path) of each complaint about one item."""
    errors = [{"code": code, "path": path, "detail": "This value is not valid."} for code, path in issues]
    return Problem(400, "Bad Request", "Request validation failed", [{"request_id": item, "errors": errors}])


def forbidden() -> Problem:
    return Problem(403, "Forbidden", "Access denied")


def not_found() -> Problem:
    return Problem(404, "Not Found", "Entity not found")
