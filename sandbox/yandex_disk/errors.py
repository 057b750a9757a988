"""The errors Disk answers with; `message` is translated there, so nobody should read it."""

from aiohttp import web


class DiskError(Exception):
    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description

    def response(self) -> web.Response:
        body = {"message": "Что-то пошло не так.", "description": self.description, "error": self.error}
        return web.json_response(body, status=self.status)


def unauthorized() -> DiskError:
    return DiskError(401, "UnauthorizedError", "Unauthorized")


def forbidden() -> DiskError:
    return DiskError(403, "ForbiddenError", "Access denied. The application lacks the right.")


def not_found() -> DiskError:
    return DiskError(404, "DiskNotFoundError", "Resource not found.")


def locked() -> DiskError:
    return DiskError(423, "DiskResourceLockedError", "Resource is locked by another operation.")


def invalid(field: str) -> DiskError:
    return DiskError(400, "FieldValidationError", f"Error validating field {field!r}")
