"""One request on its way: who asks, with which key, and how it is answered.

The token is looked at inside the endpoint, on its worker thread: a dependency of its own would cost every
request another change of threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import StringConstraints
from starlette.exceptions import HTTPException

from app.api.house import House
from app.api.pages import Page, page_link
from app.api.rates import Limits, Rates
from app.api.schemas import Out
from app.domain.access import Answer, act_key
from app.domain.errors import Denied, HouselightsError, NotFound, NotSignedIn
from app.domain.users import Operator, Permission
from app.domain.values import new_id

_JSON = "application/json"
_bearer = HTTPBearer(auto_error=False, description="The token that /register and /login give.")


@dataclass(frozen=True)
class Desk:
    """What every request is served with."""

    house: House
    limits: Limits
    rates: Rates


@dataclass(frozen=True)
class Act:
    """One thing to be done, once. `again`: somebody died over this very request, so parts may be done."""

    by: Operator
    key: str
    again: bool = False

    def derived(self, *parts: str) -> str:
        """The key of a part of it: the same request, the same part."""
        return act_key(self.by.user_id, self.key, *parts)


class Call:
    """A request, its token and its key."""

    def __init__(
        self, request: Request, credentials: HTTPAuthorizationCredentials | None, key: str | None
    ) -> None:
        self.request = request
        self._desk: Desk = request.app.state.desk
        self._token = "" if credentials is None else credentials.credentials
        self._key = key

    @property
    def house(self) -> House:
        """The services."""
        return self._desk.house

    @property
    def desk(self) -> Desk:
        """What every request is served with."""
        return self._desk

    @property
    def token(self) -> str:
        """As it was sent, "" for none."""
        return self._token

    def operator(self) -> Operator:
        """Who asks; NotSignedIn."""
        house = self._desk.house
        found = house.access.resolve(self._token, station=house.station) if self._token else None
        if found is None:
            raise NotSignedIn
        return found

    def once(self, act: Callable[[Act], Out], *, status: int = 201) -> Response:
        """Do what the request asks for. With a key it is done once: sent again, it is answered as before."""
        by = self.operator()
        if self._key is None:
            return answered(act(Act(by, new_id())), status=status)
        access, key = self._desk.house.access, self._key
        taken = access.take(key, fingerprint=_fingerprint(self.request), by=by)
        if taken.answer is not None:
            return _written(taken.answer, headers={"Idempotent-Replayed": "true"})
        try:
            made = _json(act(Act(by, key, taken.again)))
        except HouselightsError:
            with suppress(HouselightsError):  # then the key is free when its time is over
                access.refused(key, by=by)
            raise
        answer = Answer(status, made)
        access.answered(key, answer, by=by)
        return _written(answer)


def _fingerprint(request: Request) -> str:
    """What makes two requests the same; the body was read before the endpoint began."""
    body: bytes = getattr(request, "_body", b"")
    head = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(head.encode() + body).hexdigest()


def answered(made: Out, *, status: int = 200) -> Response:
    """An answer to a request."""
    return _written(Answer(status, _json(made)))


def listed(page: type[Out], items: Sequence[Out], *, call: Call, asked: Page) -> Response:
    """A page of a list: one more than it holds was asked for, so that it knows whether there are more."""
    shown, more = list(items[: asked.limit]), len(items) > asked.limit
    following = asked.following(len(shown)) if more else None
    made = page.model_construct(items=shown, next=following)
    headers = {} if following is None else {"Link": page_link(call.request, following)}
    return _written(Answer(200, _json(made)), headers=headers)


@contextmanager
def hidden(what: str, key: str, *, by: Operator) -> Iterator[None]:
    """Whoever may not look at other people's things is not told that they are there."""
    try:
        yield
    except Denied:
        if by.may(Permission.SEE_BOOKINGS):
            raise
        raise NotFound(what, key) from None


def _json(made: Out) -> str:
    return made.model_dump_json(by_alias=True)


def _written(answer: Answer, *, headers: Mapping[str, str] | None = None) -> Response:
    return Response(answer.body, answer.status, dict(headers or {}), _JSON)


Key = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,100}$")]


async def _call(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Call:
    _must_be_json(request)
    if credentials is None:
        raise NotSignedIn
    return Call(request, credentials, None)


async def _keyed_call(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    idempotency_key: Annotated[
        Key | None, Header(description="The same key and body again: done once, answered alike.")
    ] = None,
) -> Call:
    _must_be_json(request)
    if credentials is None:
        raise NotSignedIn
    return Call(request, credentials, idempotency_key)


async def _open_call(request: Request) -> Call:
    _must_be_json(request)
    return Call(request, None, None)


def _must_be_json(request: Request) -> None:
    """415 for a body of another kind."""
    headers = request.headers
    sent = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent and request.method in {"POST", "PUT"} and kind != _JSON:
        raise HTTPException(415)


Called = Annotated[Call, Depends(_call)]
KeyedCall = Annotated[Call, Depends(_keyed_call)]
OpenCall = Annotated[Call, Depends(_open_call)]
