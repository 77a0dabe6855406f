"""Refusals as application/problem+json (RFC 9457). The sentences are the window's, handed in by whoever
starts the server; here is only which status says what the person does next."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.api.schemas import FieldProblem, Problem
from app.domain import errors

CONTENT_TYPE = "application/problem+json"
_WAIT_S = 5
_log = logging.getLogger(__name__)

# The first class that fits.
_STATUSES: tuple[tuple[type[errors.HouselightsError], int], ...] = (
    (errors.Invalid, 422),
    (errors.WrongCredentials, 401),
    (errors.NotSignedIn, 401),
    (errors.LockedOut, 429),
    (errors.TooOften, 429),
    (errors.Rejected, 409),
    (errors.Conflict, 409),
    (errors.Denied, 403),
    (errors.NotFound, 404),
    (errors.Unavailable, 503),
)
# pydantic's kinds of error -> our words
_KINDS = {
    "missing": "missing",
    "extra_forbidden": "not_known",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "too_short": "missing",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "literal_error": "unknown",
}


@dataclass(frozen=True)
class Speech:
    """The words for refusals: the whole of one, and field by field."""

    words: Callable[[errors.HouselightsError], str]
    field_words: Callable[[Mapping[str, str]], dict[str, str]]


def install(app: FastAPI, speech: Speech) -> None:
    """Answer every refusal of the application this way."""

    async def refused(_: Request, error: Exception) -> Response:
        if not isinstance(error, errors.HouselightsError):
            raise error
        return problem(error, speech)

    async def invalid(_: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return _invalid(error, speech)

    async def plain(_: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        return _answer(error.status_code, "http", headers=error.headers)

    async def broken(_: Request, error: Exception) -> Response:
        _log.error("a request failed", exc_info=error)
        return _answer(500, "http")

    app.add_exception_handler(errors.HouselightsError, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, broken)


def problem(error: errors.HouselightsError, speech: Speech) -> Response:
    """The answer to a request that was refused."""
    if isinstance(error, errors.DatabaseUnavailable):
        error = errors.DatabaseUnavailable(error.reason)  # where it stands is nobody's business
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    found = _fields(error.problems, speech) if isinstance(error, errors.Invalid) else None
    name = type(error).__name__
    return _answer(
        status, name, detail=speech.words(error), fields=found, headers=_headers(error, status)
    )


def _headers(error: errors.HouselightsError, status: int) -> dict[str, str]:
    match error:
        case errors.TooOften(seconds):
            return {"Retry-After": str(seconds)}
        case errors.LockedOut(until):
            left = (until - datetime.now(UTC)).total_seconds()
            return {"Retry-After": str(max(1, round(left)))}
        case errors.RequestInHand():
            return {"Retry-After": "1"}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(_WAIT_S)}
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    return {}


def _fields(problems: Mapping[str, str], speech: Speech) -> list[FieldProblem]:
    sentences = speech.field_words(problems)
    return [
        FieldProblem(field=_camel(name), code=code, detail=sentences[name])
        for name, code in problems.items()
    ]


def _invalid(error: RequestValidationError, speech: Speech) -> Response:
    """What pydantic found, in our words; never what was sent, which may be a password."""
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return _answer(400, "http")
    problems: dict[str, str] = {}
    for one in found:
        place = ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0])
        kind = str(one["type"])
        told = str(one.get("ctx", {}).get("problem", "")) or _KINDS.get(kind, "")
        known = told or ("wrong_kind" if kind.endswith("_type") else "not_readable")
        problems.setdefault(_storable(place), known)
    return problem(errors.Invalid(problems), speech)


def _answer(
    status: int,
    name: str,
    *,
    detail: str = "",
    fields: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    phrase = HTTPStatus(status).phrase
    title = _spaced(name) if name != "http" else phrase
    kind = "about:blank" if name == "http" else f"urn:houselights:problem:{_dashed(name)}"
    body = Problem(
        type=kind, title=title, status=status, detail=detail or f"{phrase}.", errors=fields
    )
    return Response(
        body.model_dump_json(by_alias=True, exclude_none=True),
        status_code=status,
        media_type=CONTENT_TYPE,
        headers=dict(headers or {}),
    )


def _storable(text: str) -> str:
    """A field's name as somebody sent it, with halves of surrogates told as what they are."""
    return text.encode("utf-8", "backslashreplace").decode()[:200]


def _dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _spaced(name: str) -> str:
    return _dashed(name).replace("-", " ").capitalize()


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
