"""The description of it all (OpenAPI 3.1): every status an endpoint can answer with, and how it looks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.problems import CONTENT_TYPE
from app.api.schemas import Out, Problem

_OPEN = (400, 413, 422, 503)
_SIGNED_IN = (*_OPEN, 401, 403, 404)
_WRITES = (*_SIGNED_IN, 409, 415)
_ABOUT = (
    "Houselights over HTTP. Sign in with `POST /login`, send the token as `Authorization: Bearer …`."
    " Money is a whole number of minor units (cents) beside its `currency`; instants carry their offset."
    " Lists come in pages: follow `next` (also in the `Link` header) as `cursor`. A `POST` that writes"
    " takes an `Idempotency-Key`: the same key and body again is done once and answered alike. Refusals"
    " are `application/problem+json` with a sentence in `detail`."
)

Described = dict[str, Any]


def reads(model: type[Out], *, say: str = "") -> Described:
    """How an endpoint that only looks is described."""
    return _described(model, 200, _SIGNED_IN, say)


def writes(model: type[Out] | None, *, status: int = 201, say: str = "") -> Described:
    """How an endpoint that changes something is described."""
    return _described(model, status, _WRITES, say)


def lets_in(model: type[Out], *, status: int, say: str = "") -> Described:
    """How an endpoint for whoever is not in yet is described."""
    return _described(model, status, (*_OPEN, 401, 409, 415, 429), say)


def _described(
    model: type[Out] | None, status: int, problems: tuple[int, ...], say: str
) -> Described:
    good: dict[str, Any] = {"description": say or HTTPStatus(status).phrase}
    if model is not None:
        good["model"] = model
    refused = {code: {"description": HTTPStatus(code).phrase} for code in sorted(problems)}
    return {
        "status_code": status,
        "response_model": None,
        "responses": {status: good, **refused},
    }


def describe(app: FastAPI) -> None:
    """Have the application describe itself, made when first asked for and kept."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _made(app)
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]


def _made(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=_ABOUT,
        routes=app.routes,
    )
    schema = Problem.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    parts = made.setdefault("components", {}).setdefault("schemas", {})
    parts |= schema.pop("$defs", {})
    parts["Problem"] = schema
    for dropped in ("HTTPValidationError", "ValidationError"):
        parts.pop(dropped, None)
    refusal = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in made["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    answer["content"] = refusal
                if int(status) in (429, 503):
                    answer["headers"] = {"Retry-After": {"schema": {"type": "string"}}}
    return made
